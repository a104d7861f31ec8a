"""Every route of awards, asked as everybody: see `authorization.yaml`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from awards.app import build
from awards.panel.deciding_conflicts import decide_conflict
from awards.projects.attaching_a_poster import attach_poster, keep_poster
from awards.projects.invitation import Invitation, InvitationState, invitation_id
from awards.projects.submitting import submit
from awards.settings import Settings
from nextstep_local.authorization.suite import AuthorizationSuite
from nextstep_local.authorization.table import table_of
from nextstep_local.authorization.usual import (
    UNKNOWN,
    behind_a_link,
    database_of,
    staff,
    usual_people,
    usual_things,
    usual_values,
)
from nextstep_local.authorization.world import Person, Thing, World
from nextstep_local.testing import settings_for
from nextstep_messaging import FixedClock

from .builders import COHORT, NOW, PDF, accepted
from .service import Service

pytestmark = pytest.mark.stack
SECRET = "Aardvark study"
ADA, BEN = "ada@panel.example", "ben@panel.example"


@pytest_asyncio.fixture(scope="module")
async def world(shared_by_module: dict[str, str]) -> AsyncIterator[World]:
    """Three projects and two judges, both recused from one project; scoring is open."""
    settings = Settings(**settings_for("awards", **shared_by_module), minimum_judges=1)
    clock = FixedClock(NOW)
    app, messaging = build(settings, clock)
    service = Service(app, messaging, clock, settings)
    async with messaging.opened(broker=True):
        made, judges = await _judging(service)
        with database_of(messaging) as database:
            _of_another_year(database, made, judges)
            yield World(
                app,
                database,
                _people(settings, judges),
                await usual_things(messaging, "f1") | _things(made, judges),
                usual_values(messaging) | {"ada": judges["Ada"], "intruded": "f2"},
            )


async def _judging(service: Service) -> tuple[dict[str, str], dict[str, str]]:
    """Projects by their Fellow, panellists by their name."""
    await service.hear(*(accepted(f"f{n}") for n in range(1, 5)))
    made = {}
    for fellow, title in (("f1", "Fewer falls"), ("f2", SECRET), ("f3", "Shorter waits")):
        project = await service.registered(fellow, title=title)
        poster = await keep_poster(service.here, project.id, "poster.pdf", PDF, "office")
        made[fellow] = project.id
        project = await service.act(lambda act, p=project, f=poster: attach_poster(act, p, f))
        if fellow != "f3":
            await service.act(lambda act, p=project: submit(act, p))
    judges = await service.with_panel("Ada", "Ben", "Cy")
    for name in ("Ada", "Ben"):
        pair = (made["f2"], judges[name])
        await service.act(
            lambda act, p=pair: decide_conflict(act, p, kind="personal", effective=True)
        )
    await service.opened()
    await service.lock(made["f1"], judges["Ben"])
    asked = _invitation(made["f3"], "f1", "asked")
    answered = _invitation(made["f1"], "f4", "accepted")
    await service.act(lambda act: act.save(asked))
    await service.act(lambda act: act.save(answered))
    return made, judges


def _invitation(project: str, person: str, state: InvitationState) -> Invitation:
    return Invitation(
        id=invitation_id(project, person),
        cohort=COHORT,
        project_id=project,
        person_id=person,
        invited_by="f3",
        invited_at=NOW,
        state=state,
    )


def _of_another_year(database, made: dict[str, str], judges: dict[str, str]) -> None:
    """What the same database would hold of another cohort."""
    for collection, key in (
        ("projects", made["f1"]),
        ("projects", made["f3"]),
        ("panellists", judges["Ben"]),
    ):
        old = database[collection].find_one({"_id": key})
        database[collection].insert_one(old | {"_id": f"old-{key}", "cohort": "2023-24"})


def _people(settings: Settings, judges: dict[str, str]) -> dict[str, Person]:
    others = (SECRET, "f2@example.org")
    return usual_people(settings, {"fellow": "f1"}, {"fellow": others}) | {
        "panellist": behind_a_link(settings, "panellist", judges["Ada"], [SECRET]),
        "panel": staff(settings, "panel", address=BEN, never=[SECRET]),
        "office_judging": staff(settings, "office", address=ADA, never=[SECRET]),
        "reader_judging": staff(settings, "read_only", address=ADA, never=[SECRET]),
    }


def _things(made: dict[str, str], judges: dict[str, str]) -> dict[str, dict[str, Thing]]:
    sheet = {"act_name": "exclude", "panellist_id": judges["Cy"]}
    return {
        "project": {
            "judged": Thing({"key": made["f1"]}, ("Fewer falls",)),
            "recused": Thing({"key": made["f2"]}, (SECRET,)),
            "unknown": Thing({"key": UNKNOWN}),
            "other cohort": Thing({"key": f"old-{made['f1']}"}, ("Fewer falls",)),
        },
        "draft": {
            "registered": Thing({"key": made["f3"]}, ("Shorter waits",)),
            "unknown": Thing({"key": UNKNOWN}),
            "other cohort": Thing({"key": f"old-{made['f3']}"}, ("Shorter waits",)),
        },
        "invitation": {
            "asked": Thing({"key": made["f3"]}),
            "not asked": Thing({"key": made["f2"]}, (SECRET,)),
            "unknown": Thing({"key": UNKNOWN}),
        },
        "co-author": {"answered": Thing({"key": "f4"}), "unknown": Thing({"key": UNKNOWN})},
        "panellist": {
            "with locked sheets": Thing({"key": judges["Ben"]}, (BEN,)),
            "without": Thing({"key": judges["Cy"]}, ("cy@panel.example",)),
            "unknown": Thing({"key": UNKNOWN}),
            "other cohort": Thing({"key": f"old-{judges['Ben']}"}, (BEN,)),
        },
        "sheet": {
            "judged": Thing(sheet | {"project_id": made["f1"]}, ("Fewer falls",)),
            "recused": Thing(sheet | {"project_id": made["f2"]}, (SECRET,)),
            "unknown": Thing(sheet | {"project_id": UNKNOWN}),
            "other cohort": Thing(sheet | {"project_id": f"old-{made['f1']}"}, ("Fewer falls",)),
        },
    }


class TestAuthorization(AuthorizationSuite):
    """The rows of `authorization.yaml`."""

    table = table_of("awards")
