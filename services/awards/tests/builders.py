"""Plain data for tests, each with a default for what a test does not care about."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from awards.fellows.fellow import Acceptance, Application, Fellow
from awards.judging.judging import Judging
from awards.judging.method import JudgedCriterion, Method
from awards.judging.scoring import Scoring
from awards.judging.sheets import Ballot, Sheet, blank, lock, write
from awards.panel.conflicts import Conflict
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist
from awards.projects.project import Project, ProjectDetails
from awards.result.decision import AwardsDecision
from awards.result.result import Result
from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWithdrawn,
    EmailBounced,
    EmailSent,
    Person,
    PlaceAccepted,
    RequirementsMet,
    SessionAttended,
    SessionMissed,
    StandingChanged,
)

COHORT = "2024-25"
CAUSE = UUID(int=1)
NOW = datetime(2025, 7, 22, 12, tzinfo=UTC)

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""The least that can be opened as a poster."""


def a_method(**changes: Any) -> Method:
    defaults: dict[str, Any] = {
        "cohort": COHORT,
        "version": "1",
        "scale": 5,
        "criteria": (
            JudgedCriterion(key="impact", title="Impact", weight=2),
            JudgedCriterion(key="rigour", title="Rigour", weight=1),
        ),
        "tie_breaks": ("impact", "rigour"),
        "bursaries": 5,
        "minimum_judges": 1,
    }
    return Method(**defaults | changes)


def a_ballot(project: str, judge: str, impact: int, rigour: int = 3) -> Ballot:
    return Ballot(project, judge, {"impact": impact, "rigour": rigour})


def a_fellow(person: str = "f1", **changes: Any) -> Fellow:
    accepted = Acceptance(
        revision=2,
        name=f"Fellow {person}",
        email=f"{person}@example.org",
        at=NOW,
        trust="A Trust",
    )
    application = Application(accepted=accepted)
    defaults: dict[str, Any] = {"id": person, "applications": {f"app-{person}": application}}
    return Fellow(**defaults | changes)


def details(**changes: Any) -> ProjectDetails:
    defaults = {
        "title": "Fewer falls",
        "supervisor": "Dr Sam Supervisor",
        "trust": "Project Trust",
        "summary": "What we did and what it changed.",
    }
    return ProjectDetails(**defaults | changes)


def a_project(key: str = "p1", *authors: str, **changes: Any) -> Project:
    defaults: dict[str, Any] = {
        "id": key,
        "cohort": COHORT,
        "details": details(title=f"Project {key}"),
        "authors": authors or (f"f-{key}",),
        "registered_at": NOW,
        "submitted_at": NOW,
        "revision": 2,
    }
    return Project(**defaults | changes)


def a_panellist(key: str = "j1", **changes: Any) -> Panellist:
    defaults: dict[str, Any] = {
        "id": key,
        "cohort": COHORT,
        "name": f"Judge {key}",
        "email": f"{key}@panel.example",
        "organisation": "KHP",
        "added_at": NOW,
        "revision": 1,
    }
    return Panellist(**defaults | changes)


def a_conflict(project: str, judge: str, **changes: Any) -> Conflict:
    defaults: dict[str, Any] = {
        "id": f"{project}:{judge}",
        "cohort": COHORT,
        "project_id": project,
        "panellist_id": judge,
        "kind": "personal",
        "effective": True,
        "by": "office@example.org",
        "at": NOW,
    }
    return Conflict(**defaults | changes)


def a_sheet(project: str, judge: str, impact: int = 3, rigour: int = 3) -> Sheet:
    draft = write(
        blank(COHORT, (project, judge)), a_method(), {"impact": impact, "rigour": rigour}, ""
    )
    return lock(draft, a_method(), NOW)


def a_panel(**changes: Any) -> Panel:
    """Two projects and two judges without a conflict."""
    projects = changes.pop("projects", (a_project("p1"), a_project("p2")))
    panellists = changes.pop("panellists", (a_panellist("j1"), a_panellist("j2")))
    people = {person for project in projects for person in project.authors}
    defaults: dict[str, Any] = {
        "cohort": COHORT,
        "organisations": ("KHP", "FMLM", "KBS"),
        "fellows": {person: a_fellow(person) for person in people},
        "projects": {one.id: one for one in projects},
        "panellists": {one.id: one for one in panellists},
        "conflicts": (),
    }
    return Panel(**defaults | changes)


def a_scoring(**changes: Any) -> Scoring:
    """The method registered and scoring open."""
    defaults = {"id": COHORT, "method": a_method(), "registered_at": NOW, "opened_at": NOW}
    return Scoring(**defaults | changes)


def a_judging(
    *, sheets: Iterable[Sheet] = (), scoring: Scoring | None = None, **panel: Any
) -> Judging:
    """Scoring open, nothing written yet."""
    return Judging(
        panel=a_panel(**panel),
        current_method=a_method(),
        scoring=scoring or a_scoring(),
        sheets={one.pair: one for one in sheets},
    )


def a_result(*, decisions: tuple[AwardsDecision, ...] = (), **judging: Any) -> Result:
    return Result(a_judging(**judging), decisions)


def person(key: str = "f1") -> Person:
    return Person(person_id=key, name=f"Fellow {key}", email=f"{key}@example.org")


def accepted(key: str = "f1", revision: int = 2, **changes: Any) -> PlaceAccepted:
    defaults: dict[str, Any] = {
        "cohort": COHORT,
        "application_id": f"app-{key}",
        "revision": revision,
        "person": person(key),
        "reference": "NS24-0001",
        "accepted_at": datetime(2024, 8, 1, 9, tzinfo=UTC),
        "trust": "A Trust",
    }
    return PlaceAccepted(**defaults | changes)


def amended(
    key: str = "f1", address: str = "", revision: int = 4, **changes: Any
) -> ApplicationAmended:
    defaults: dict[str, Any] = {
        "cohort": COHORT,
        "application_id": f"app-{key}",
        "revision": revision,
        "person": person(key).model_copy(update={"email": address or f"new.{key}@example.org"}),
        "reference": "NS24-0001",
        "amended_at": datetime(2024, 10, 1, 9, tzinfo=UTC),
        "of_a_fellow": True,
    }
    return ApplicationAmended(**defaults | changes)


def withdrawn(key: str = "f1", revision: int = 3) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(
        cohort=COHORT,
        application_id=f"app-{key}",
        revision=revision,
        person=person(key),
        reference="NS24-0001",
        withdrawn_at=datetime(2024, 12, 1, 9, tzinfo=UTC),
        was_fellow=True,
    )


def standing(key: str = "f1", revision: int = 1, standing: str = "met") -> StandingChanged:
    return StandingChanged(
        cohort=COHORT,
        revision=revision,
        person_id=key,
        standing=standing,
        reasons=("4 of 4 masterclasses attended.",),
        masterclasses_attended=4,
        masterclasses_required=4,
        modules_attended=4,
        modules_waived=0,
        modules_required=4,
    )


def requirements(key: str = "f1", revision: int = 1, *, met: bool = True) -> RequirementsMet:
    return RequirementsMet(cohort=COHORT, revision=revision, person_id=key, met=met)


def attendance(
    key: str = "f1", revision: int = 1, *, attended: bool = True, kind: str = "module"
) -> SessionAttended | SessionMissed:
    event = SessionAttended if attended else SessionMissed
    return event(
        cohort=COHORT,
        revision=revision,
        session_id="module-4",
        session_kind=kind,
        session_title="Module 4: Capstone, best practice and next steps",
        on=date(2025, 7, 22),
        person_id=key,
    )


def email_sent(
    key: str = "m1", revision: int = 1, cause: str = "awards.PanellistInvited.v1"
) -> EmailSent:
    return EmailSent(
        email_id=key,
        revision=revision,
        cause_id=CAUSE,
        cause_type=cause,
        cause_subject="j1",
        person_id="j1",
        template="panel_invited",
        sent_at=NOW,
        title="You are on the panel",
    )


def email_bounced(key: str = "m1", revision: int = 2) -> EmailBounced:
    return EmailBounced(
        **email_sent(key, revision).model_dump(exclude={"sent_at", "title"}),
        bounced_at=NOW,
        permanent=True,
        diagnostic="550 no such user",
    )
