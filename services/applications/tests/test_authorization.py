"""Every route of applications, asked as everybody: see `authorization.yaml`."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from applications.admissions.act import on
from applications.app import build
from applications.office.list.card_index import CardIndex
from applications.settings import Settings
from applications.study_leave.accepting import accept
from nextstep_local.authorization.suite import AuthorizationSuite
from nextstep_local.authorization.table import table_of
from nextstep_local.authorization.usual import (
    UNKNOWN,
    database_of,
    nobody,
    staff,
    usual_people,
    usual_things,
    usual_values,
)
from nextstep_local.authorization.world import Person, Thing, World
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock
from nextstep_web.testing import signed_in

from . import papers
from .admitting import APPLICANT
from .conftest import START, Running
from .exporting import native
from .forms import PDF, SECRET, encoded, file, person, signed
from .reviewed_cohort import reviewed_cohort

pytestmark = pytest.mark.stack
ADA, BEN = "ada.panel@example.org", "ben.office@example.org"
SELECTION = "/applications/selection"
REVIEWED, HIDDEN, INCOMPLETE, FELLOW, OFFERED, REJECTED = range(1, 7)
"""Persons by their number, which is that of their application's reference too."""


@pytest_asyncio.fixture(scope="module")
async def world(
    shared_by_module: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Six applications in a review: see the constants. They came in and were decided by pages."""
    cohort = reviewed_cohort(tmp_path_factory.mktemp("cohort"), 70)
    settings = Settings(**settings_for("applications", **shared_by_module, cohort=cohort))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("APPLICATIONS_WEBHOOK_SECRET", SECRET)
        made = await _made(settings)
        clock = FixedClock(START)
        app, messaging = build(settings, clock)
    async with messaging.opened(broker=True):
        with database_of(messaging) as database:
            _of_another_year(database, made)

            def forget() -> None:
                app.state.cards = CardIndex()

            yield World(
                app,
                database,
                _people(settings, clock, made),
                await usual_things(messaging, _person_id(made, FELLOW)) | _things(made),
                usual_values(messaging)
                | {
                    "submission": encoded(person(9)).decode(),
                    "other_reference": made["applications"][INCOMPLETE]["reference"],
                    "offered": made["applications"][OFFERED]["_id"],
                    "pdf": PDF.decode(),
                    "intruded": made["applications"][HIDDEN]["person_id"],
                },
                forget,
            )


async def _made(settings: Settings) -> dict[str, Any]:
    """Let the whole service run until everything is there; returns what was made."""
    clock = FixedClock(START)
    app, messaging = build(settings, clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://applications.test"
        ) as http,
    ):
        running = Running(app, messaging, settings, clock, http)
        made = {
            "applications": await _applied(running),
            "receipts": {
                row["application_id"]: row["_id"] for row in await running.read("receipts").find({})
            },
            "quarantined": await _quarantined(running),
        }
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://applications.test"
        ) as office:
            made |= await _decided(running, office, made["applications"])

        async def drained() -> bool:
            return await running.read("_outbox").count({}) == 0

        await eventually(drained)
    return made


async def _applied(running: Running) -> dict[int, dict[str, Any]]:
    """Applications by the number of their person."""
    found = {}
    for number in range(REVIEWED, REJECTED + 1):
        given = person(number)
        if number == INCOMPLETE:
            given["documents"] = {"cv": file(), "statement_1": file()}
        found[number] = await running.take(given)
    return found


async def _quarantined(running: Running) -> str:
    answer = await running.post({"submission_id": "nonsense", "nonsense": "Quentin Quarantine"})
    receipt = await running.processed(answer.json()["receipt_id"])
    assert receipt["status"] == "quarantined"
    return receipt["_id"]


async def _decided(
    running: Running, office: httpx.AsyncClient, applications: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    """What the office and the Fellow did."""
    ids = {number: one["_id"] for number, one in applications.items()}

    async def sent(path: str, files: Any = None, **fields: str) -> httpx.Response:
        answer = await office.post(path, data=fields, files=files)
        assert answer.status_code == 303, answer.text
        return answer

    def become(address: str) -> None:
        session = signed_in(running.settings, "office", subject=address)
        office.cookies = httpx.Cookies(session.cookies)
        office.headers.update(session.headers)

    become("office@example.org")
    for address in (ADA, BEN):
        await sent(f"{SELECTION}/reviewers", email=address, name=address, trust="")
        about = {"reviewer": address, "reason": "A brother", "kind": "personal"}
        await sent(f"{SELECTION}/application/{ids[HIDDEN]}/conflict", **about)
        await sent(f"{SELECTION}/application/{ids[REVIEWED]}/assign", reviewer=address)
    for number in (FELLOW, OFFERED):
        decision = {"action": "offer", "reason": "Out of order"}
        await sent(f"/applications/application/{ids[number]}/decide", **decision)
    await running.app.state.here.perform(on(ids[FELLOW], accept), APPLICANT)
    async with running.applicant(applications[FELLOW]["person_id"]) as fellow:
        evidence = {"file": ("granted.pdf", papers.pdf())}
        await fellow.post("/applications/me/evidence", data={"session": "general"}, files=evidence)
    await sent("/applications/employers/royal-papworth/merge", into="west-suffolk")
    await sent("/applications/views", name="My late ones", filter="flag=late")
    become("somebody.else@example.org")
    await sent("/applications/views", name="Private view", filter="flag=late")
    export = {"file": ("export.csv", native(person(8)), "text/csv")}
    upload = await sent("/applications/reconciliation", export, source="native")
    stage = f"{SELECTION}/application/{ids[REJECTED]}/stage"
    await sent(stage, choice="reject", reason="Apply next year", exception="No sheet is needed")
    page = (await office.get(f"{SELECTION}/decisions")).text
    digest = re.search(r'name="digest" value="([^"]+)"', page)[1]
    applied = await sent(f"{SELECTION}/apply", digest=digest)
    about = {"kind": "access", "name": "Rosa Requester", "contact": "rosa@example.org"}
    asked = {"received": "2024-06-01", "asked": "A copy"}
    asked |= {"reference": applications[OFFERED]["reference"]}
    request = await sent("/applications/requests", **about, **asked)
    views = {view["name"]: view["_id"] for view in await running.read("views").find({})}
    return {
        "views": {"own": views["My late ones"], "private": views["Private view"]},
        "upload": upload.headers["location"].rsplit("/", 1)[1],
        "round": applied.headers["location"].rsplit("/", 1)[1],
        "bulk": await _in_bulk(office, ids[INCOMPLETE]),
        "request": request.headers["location"].rsplit("/", 1)[1],
    }


async def _in_bulk(office: httpx.AsyncClient, application_id: str) -> str:
    key = "f" * 32
    items = {"items": f"{application_id}:1", "key": key}
    done = await office.post(
        "/applications/bulk/confirm", data={"action": "documents", "reason": "Again", **items}
    )
    assert done.status_code == 303, done.text
    return key


def _of_another_year(database, made: dict[str, Any]) -> None:
    """What the same database would hold of another cohort, and evidence of the hidden one."""
    applications = database["applications"]
    ids = {number: one["_id"] for number, one in made["applications"].items()}
    for number in (REVIEWED, FELLOW):
        one = applications.find_one({"_id": ids[number]})
        applications.insert_one(one | {"_id": f"old-{ids[number]}", "cohort": "2023-24"})
    evidence = applications.find_one({"_id": ids[FELLOW]})["leave_evidence"]
    applications.update_one({"_id": ids[HIDDEN]}, {"$set": {"leave_evidence": evidence}})
    view = database["views"].find_one({"_id": made["views"]["own"]})
    database["views"].insert_one(view | {"_id": "old-view", "cohort": "2023-24"})
    for name in ("versions", "submissions"):
        for one in database[name].find({"application_id": ids[REVIEWED]}):
            old = {"_id": f"old-{one['_id']}", "application_id": f"old-{ids[REVIEWED]}"}
            database[name].insert_one(one | old)


def _texts(number: int) -> tuple[str, ...]:
    """What would betray the application of this person."""
    return (f"Person Number{number}", f"person{number}@example.org")


def _person_id(made: dict[str, Any], number: int) -> str:
    found: str = made["applications"][number]["person_id"]
    return found


def _people(settings: Settings, clock: FixedClock, made: dict[str, Any]) -> dict[str, Person]:
    hidden = _texts(HIDDEN)
    ids = {"applicant": _person_id(made, OFFERED), "fellow": _person_id(made, FELLOW)}
    others = {role: (*_texts(REVIEWED), *hidden) for role in ("applicant", "fellow")}
    incomplete = {"applicant": _person_id(made, INCOMPLETE)}
    return usual_people(settings, ids, others) | {
        "applicant_incomplete": usual_people(settings, incomplete, others)["applicant"],
        "form": replace(nobody(settings), vouch=lambda body: signed(body, clock.now())),
        "panel": staff(settings, "panel", address=ADA, never=hidden),
        "office_reviewing": staff(settings, "office", address=BEN, never=hidden),
        "reader_reviewing": staff(settings, "read_only", address=BEN, never=hidden),
    }


def _things(made: dict[str, Any]) -> dict[str, dict[str, Thing]]:
    ids = {number: one["_id"] for number, one in made["applications"].items()}
    receipts, views = made["receipts"], made["views"]

    def each(extra: dict[str, str] | None = None, of: int = REVIEWED) -> dict[str, Thing]:
        more = extra or {}
        return {
            "hidden": Thing({"application_id": ids[HIDDEN], **more}, _texts(HIDDEN)),
            "unknown": Thing({"application_id": UNKNOWN, **more}),
            "other cohort": Thing({"application_id": f"old-{ids[of]}", **more}, _texts(of)),
        }

    def reviewed(**more: str) -> Thing:
        return Thing({"application_id": ids[REVIEWED], **more}, _texts(REVIEWED))

    kept = receipts[ids[REVIEWED]]
    return {
        "announced cohort": {
            "own": Thing({"cohort_id": "2024-25"}),
            "unknown": Thing({"cohort_id": UNKNOWN}),
        },
        "application": {"under review": reviewed(), **each()},
        "document": {"under review": reviewed(key="cv"), **each({"key": "cv"})},
        "version": {
            "under review": reviewed(submission_id=kept),
            "hidden": Thing(
                {"application_id": ids[HIDDEN], "submission_id": receipts[ids[HIDDEN]]},
                _texts(HIDDEN),
            ),
            "unknown": Thing({"application_id": UNKNOWN, "submission_id": UNKNOWN}),
            "other cohort": Thing(
                {"application_id": f"old-{ids[REVIEWED]}", "submission_id": f"old-{kept}"},
                _texts(REVIEWED),
            ),
        },
        "evidence": {
            "of a Fellow": Thing({"application_id": ids[FELLOW], "number": "1"}, _texts(FELLOW)),
            **each({"number": "1"}, FELLOW),
        },
        "review deed": {
            "unassign": reviewed(deed="unassign"),
            "conflict": reviewed(deed="conflict"),
            **each({"deed": "conflict"}),
        },
        "receipt": {
            "taken in": Thing({"receipt_id": kept}, _texts(REVIEWED)),
            "quarantined": Thing({"receipt_id": made["quarantined"]}, ("Quentin Quarantine",)),
            "hidden": Thing({"receipt_id": receipts[ids[HIDDEN]]}, _texts(HIDDEN)),
            "unknown": Thing({"receipt_id": UNKNOWN}),
        },
        "mapped": {
            "quarantined": Thing({"name": "native", "receipt_id": made["quarantined"]}),
            "unknown": Thing({"name": "native", "receipt_id": UNKNOWN}),
        },
        "view": {
            "own": Thing({"view_id": views["own"]}, ("My late ones",)),
            "private": Thing({"view_id": views["private"]}, ("Private view",)),
            "unknown": Thing({"view_id": UNKNOWN}),
            "other cohort": Thing({"view_id": "old-view"}),
        },
        "employer": {
            "known": Thing({"employer_id": "norfolk-and-norwich", "called": NNUH}),
            "merged": Thing({"employer_id": "royal-papworth", "called": PAPWORTH}),
            "unknown": Thing({"employer_id": UNKNOWN, "called": "Nowhere"}),
        },
        "bulk": {"done": Thing({"key": made["bulk"]}), "unknown": Thing({"key": UNKNOWN})},
        "data request": {
            "open": Thing({"request_id": made["request"]}, ("Rosa Requester",)),
            "unknown": Thing({"request_id": UNKNOWN}),
        },
        "upload": {
            "kept": Thing({"upload_id": made["upload"]}, _texts(8)),
            "unknown": Thing({"upload_id": UNKNOWN}),
        },
        "round": {
            "applied": Thing({"round_id": made["round"]}, _texts(REJECTED)),
            "unknown": Thing({"round_id": UNKNOWN}),
        },
        "ledger change": {
            "places": Thing({"kind": "places"}),
            "longer": Thing({"kind": "longer"}),
            "unknown": Thing({"kind": UNKNOWN}),
        },
        "form": {"native": Thing({"name": "native"}), "unknown": Thing({"name": UNKNOWN})},
        "source": {
            "native": Thing({"source": "native", "token": "a-secret"}),
            "unknown": Thing({"source": UNKNOWN, "token": "a-secret"}),
        },
    }


NNUH = "Norfolk and Norwich University Hospitals NHS Foundation Trust"
PAPWORTH = "Royal Papworth Hospital NHS Foundation Trust"


class TestAuthorization(AuthorizationSuite):
    """The rows of `authorization.yaml`."""

    table = table_of("applications")
