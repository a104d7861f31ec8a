"""Plain data for tests, each with a default for what a test does not care about."""

from datetime import UTC, date, datetime
from typing import Any

from awards.board import Board
from awards.decision import Scoring
from awards.fellows import Acceptance, Application, Fellow
from awards.method import JudgedCriterion, Method
from awards.panel import Conflict, Panellist
from awards.projects import Details, Project
from awards.ranking import Ballot
from awards.sheets import Sheet, blank, lock, write
from nextstep_contracts import (
    ApplicationWithdrawn,
    Person,
    PlaceAccepted,
    RequirementsMet,
    SessionAttended,
    SessionMissed,
    StandingChanged,
)

COHORT = "2024-25"
NOW = datetime(2025, 7, 22, 12, tzinfo=UTC)


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


def details(**changes: Any) -> Details:
    defaults = {
        "title": "Fewer falls",
        "supervisor": "Dr Sam Supervisor",
        "trust": "Project Trust",
        "summary": "What we did and what it changed.",
    }
    return Details(**defaults | changes)


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


def a_board(**changes: Any) -> Board:
    """Two projects and two judges, scoring open, nothing written yet."""
    projects = changes.pop("projects", (a_project("p1"), a_project("p2")))
    panellists = changes.pop("panellists", (a_panellist("j1"), a_panellist("j2")))
    written = changes.pop("sheets", ())
    people = {person for project in projects for person in project.authors}
    defaults: dict[str, Any] = {
        "cohort": COHORT,
        "organisations": ("KHP", "FMLM", "KBS"),
        "current_method": a_method(),
        "scoring": Scoring(id=COHORT, method=a_method(), registered_at=NOW, opened_at=NOW),
        "fellows": {person: a_fellow(person) for person in people},
        "projects": {one.id: one for one in projects},
        "panellists": {one.id: one for one in panellists},
        "conflicts": (),
        "sheets": {one.pair: one for one in written},
        "decisions": (),
    }
    return Board(**defaults | changes)


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
