"""Three hundred people answer at once: acceptances, declines, withdrawals and what they promote."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from tests.bench.intake import MOMENT, service
from tests.bench.results import Comparison, Measured, Round

from applications.admissions.act import Applications
from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.ledger_recount import recount
from applications.admissions.place_ledger import Ledger
from applications.admissions.store import (
    APPLICATIONS,
    LEDGERS,
    MOVEMENTS,
    application_from_document,
    ledger_from_document,
    movement_from_document,
)
from applications.app import COLLECTIONS
from applications.intake.store import RECEIPTS
from applications.intake.submitting import Submission, receive
from applications.settings import Settings
from nextstep_local.stack import Stack
from nextstep_local.testing import settings_for
from nextstep_messaging import Collection, EventRouter, FixedClock, Messaging, UnitOfWork
from nextstep_programme import load
from nextstep_web.testing import signed_in

PEOPLE = 300
TARGET_SECONDS = 15
DATABASE = "bench_race"
FLOOR_DATABASE = "bench_race_floor"
LIKELIHOODS = {"accept": 0.55, "decline": 0.3, "withdraw": 0.15}
"""What people mean to do. Of those who wait, only a withdrawal is possible until they are
promoted; what comes too early is refused, as it should be."""

ABOUT = f"""\
Ours is the applications service as it is deployed. {PEOPLE} people hold 70 offers and the waiting
list behind them; all of them answer in the same moment over HTTP, each signed in by a link:
accept, decline, or withdraw. Each place given back is offered to the next in line in the same
transaction. The floor is as many transactions one after
another in one process, each of which replaces one document of the ledger's size and appends a
line of history, and nothing else. Latencies of ours are of requests that waited for each other:
the last of {PEOPLE} waits for all before it.

Checked afterwards, on every committed state by the ledger's history: offered and accepted places
never exceed 70, nobody was passed over on the waiting list, and everybody who was told that the
place is theirs has it."""


@dataclass
class Rush:
    """What the people of one rush were told."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)


def measure(stack: Stack) -> list[Comparison]:
    """One rush against the service, beside as many bare transactions."""
    with service(stack, DATABASE) as endpoint:
        rush, remarks = asyncio.run(_ours(stack, endpoint.port))
    ours = Measured("applications service", [Round(rush.seconds, rush.latencies)])
    floor = Measured("bare transactions", [asyncio.run(_floor(stack))])
    return [
        Comparison(
            f"{PEOPLE} answers at once over {load('2024-25').cohort.places} places",
            "answers",
            ours,
            floor,
            target=None,
            about=ABOUT,
            remarks=[
                f"all {PEOPLE} were answered in {rush.seconds:.1f} s (target: {TARGET_SECONDS} s)",
                *remarks,
            ],
        )
    ]


async def _ours(stack: Stack, port: int) -> tuple[Rush, list[str]]:
    messaging = _messaging(stack, DATABASE)
    async with messaging.opened():
        applications = await _admit(messaging)
        rush = await _answer_all(stack, port, applications)
        remarks = await _checked(messaging, rush)
    if rush.seconds > TARGET_SECONDS:
        remarks.append(f"MISSED: {rush.seconds:.1f} s is more than {TARGET_SECONDS} s")
    return rush, remarks


def _messaging(stack: Stack, database: str, *more: Collection) -> Messaging:
    settings = Settings(**_settings(stack, database))
    clock = FixedClock(MOMENT)
    return Messaging(
        EventRouter("applications"), settings, clock=clock, collections=(*COLLECTIONS, *more)
    )


def _settings(stack: Stack, database: str) -> dict[str, object]:
    return settings_for(
        "applications",
        amqp_url=stack.amqp_url,
        mongo_url=stack.mongo_url,
        mongo_database=database,
    )


async def _admit(messaging: Messaging) -> list[Application]:
    """Everybody applies, one after another: 70 are offered a place and the others wait."""
    applications = Applications(messaging, load("2024-25"))
    for number in range(PEOPLE):
        submission = _submission(number)
        receipt = {"_id": submission.receipt_id, "status": "new", "version": 1}
        await messaging.db.write(RECEIPTS).insert(receipt)
        await applications.perform(lambda act, given=submission: receive(act, given))
    rows = await messaging.db.read(APPLICATIONS).find({}, sort=[("reference", 1)])
    return [application_from_document(row) for row in rows]


def _submission(number: int) -> Submission:
    at = MOMENT - timedelta(minutes=PEOPLE - number)
    documents = {
        key: Document(
            key=key,
            name=f"{key}.pdf",
            content_type="application/pdf",
            size=1,
            file_id=f"race-{number}-{key}",
            sent_at=at,
        )
        for key in ("cv", "statement_1", "statement_2")
    }
    answers = Answers(
        name=f"Applicant {number}",
        email=f"race-{number}@example.org",
        gmc_number=f"{7_000_000 + number}",
        discipline="secondary care",
        region="East of England",
        trust="Cambridge University Hospitals",
        cct_date=datetime(2025, 8, 6, tzinfo=UTC).date(),
        in_training_on=True,
    )
    return Submission(f"race-{number}", "native", at, at, number, answers, documents)


async def _answer_all(stack: Stack, port: int, applications: list[Application]) -> Rush:
    """All at once. Sessions and forms are made before the clock starts."""
    chance, rush = random.Random(2024), Rush()
    settings = Settings(**_settings(stack, DATABASE))
    acts = list(LIKELIHOODS)
    plans = [
        (application, chance.choices(acts, list(LIKELIHOODS.values()))[0])
        for application in applications
    ]
    chance.shuffle(plans)
    limits = httpx.Limits(max_connections=PEOPLE, max_keepalive_connections=PEOPLE)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=120
    ) as http:
        requests = [_request(http, settings, *plan) for plan in plans]
        await asyncio.gather(*(http.get("/healthz") for _ in plans))
        began = time.perf_counter()
        await asyncio.gather(
            *(
                _send(http, request, plan, rush)
                for request, plan in zip(requests, plans, strict=True)
            )
        )
        rush.seconds = time.perf_counter() - began
    return rush


def _request(
    http: httpx.AsyncClient, settings: Settings, application: Application, act: str
) -> httpx.Request:
    session = signed_in(settings, "applicant", name="Applicant", person_id=application.person_id)
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    form = {"reason": "The rota leaves no other choice."}
    headers = {**session.headers, "cookie": cookies}
    return http.build_request("POST", f"/applications/me/{act}", data=form, headers=headers)


async def _send(
    http: httpx.AsyncClient, request: httpx.Request, plan: tuple[Application, str], rush: Rush
) -> None:
    began = time.perf_counter()
    answer = await http.send(request)
    rush.latencies.append(time.perf_counter() - began)
    application, act = plan
    if answer.status_code == 303:
        rush.answers[act] += 1
        if act == "accept":
            rush.accepted.add(application.id)
    elif answer.status_code == 409:
        rush.answers["refused"] += 1
    else:
        raise RuntimeError(f"{act} was answered {answer.status_code}: {answer.text[:500]}")


async def _checked(messaging: Messaging, rush: Rush) -> list[str]:
    """Hold the ledger against its history, and what people were told against the ledger.

    Raises:
        RuntimeError: a promise was broken.

    """
    cohort = load("2024-25").cohort
    ledger = await _ledger(messaging, cohort.id)
    rows = await messaging.db.read(MOVEMENTS).find({"cohort": cohort.id}, sort=[("sequence", 1)])
    movements = [movement_from_document(row) for row in rows]
    if faults := recount(ledger, movements):
        raise RuntimeError(f"the ledger does not follow from its history: {faults[:5]}")
    if lost := rush.accepted - set(ledger.accepted):
        raise RuntimeError(f"{len(lost)} acceptances were lost")
    most = max(movement.offered + movement.accepted for movement in movements)
    if most > cohort.places or ledger.places != cohort.places:
        raise RuntimeError(f"{most} places were held of {cohort.places}")
    if ledger.free and ledger.waiting:
        raise RuntimeError(f"{ledger.free} places are free while {len(ledger.waiting)} wait")
    promoted = sum(m.kind == "offered" for m in movements) - cohort.places
    done = ", ".join(f"{count} {what}" for what, count in sorted(rush.answers.items()))
    held = f"at most {most} of {cohort.places} places held in {len(movements)} movements"
    return [
        f"{done}; {promoted} promoted from the waiting list",
        f"{held}; no acceptance lost, nobody passed over",
    ]


async def _ledger(messaging: Messaging, cohort: str) -> Ledger:
    document = await messaging.db.read(LEDGERS).get(cohort)
    if document is None:
        raise RuntimeError("there is no ledger")
    return ledger_from_document(document)


async def _floor(stack: Stack) -> Round:
    """As many transactions as people, each with one document replaced and one line added."""
    messaging = _messaging(stack, FLOOR_DATABASE, Collection("floor"), Collection("floor_lines"))
    ids = [os.urandom(16).hex() for _ in range(PEOPLE)]
    latencies: list[float] = []
    async with messaging.opened():
        await messaging.db.write("floor").insert({"_id": "ledger", "waiting": ids, "version": 1})
        began = time.perf_counter()
        for number in range(PEOPLE):
            started = time.perf_counter()
            await messaging.transact(_bare(number))
            latencies.append(time.perf_counter() - started)
        return Round(time.perf_counter() - began, latencies)


def _bare(number: int) -> Callable[[UnitOfWork], Awaitable[None]]:
    async def work(uow: UnitOfWork) -> None:
        document = await uow.collection("floor").get("ledger")
        if document is not None:
            await uow.collection("floor").save(document)
        await uow.collection("floor_lines").insert({"_id": number, "what": "accepted"})

    return work
