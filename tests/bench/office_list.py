"""The office's list over five thousand applications: every way of looking at it."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
from tests.bench.intake import service
from tests.bench.latencies import Latencies
from tests.bench.results import Measured, Round

from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.assessing import reassessed
from applications.admissions.states import State
from applications.admissions.store import APPLICATIONS, COLLECTIONS, application_to_document
from applications.settings import Settings
from nextstep_local.stack import Stack
from nextstep_local.testing import settings_for
from nextstep_messaging.database.database import Database
from nextstep_programme import Cohort, load
from nextstep_web.testing import SignedIn, signed_in

APPLICATIONS_COUNT = 5000
LIMIT_MS = 300
REQUESTS = 30
DATABASE = "bench_list"
MOMENT = datetime(2024, 9, 1, 9, tzinfo=UTC)
FIRST = ("Amara", "Søren", "Zoë", "Patrick", "Wei", "Ann-Marie", "Olu", "Ravi", "Siân", "Tariq")
LAST = ("Okafor", "O'Brien", "Smith-Jones", "Sørensen", "Li", "Patel", "Müller", "Nguyen", "Hughes")
TRUSTS = (
    "Norfolk and Norwich University Hospitals",
    "Cambridge University Hospitals",
    "Royal Papworth Hospital",
    "East Suffolk and North Essex",
)
STATES: tuple[State, ...] = ("referred", "documents_needed", "waitlisted", "rejected", "withdrawn")

QUERIES = {
    "no filter": "",
    "sorted by reference": "sort=reference",
    "sorted by name": "sort=name",
    "sorted by discipline": "sort=discipline",
    "sorted by employer": "sort=employer",
    "sorted by state": "sort=-state",
    "last page": "page=100",
    "a word of a name": "q=sorensen",
    "a number": "q=7004321",
    "a word of a trust": "q=papworth",
    "two words": "q=brien+papw",
    "a state": "state=referred",
    "marked and by CCT year": "flag=part_time&cct=2026",
}
ABOUT = f"""\
The office's list page, answered whole by the applications service over HTTP to a member of staff
who is signed in, over {APPLICATIONS_COUNT:,} applications. One request at a time, in turns over
all questions; nothing else runs. The first request after a start, which reads all applications
into memory, is not among them and is named below."""


def measure(stack: Stack) -> list[Latencies]:
    """Seed the database, start the service, ask every question in turns."""
    seeding = asyncio.run(_seed(stack.mongo_url))
    with service(stack, DATABASE, MOMENT) as endpoint:
        measured, first = asyncio.run(_ask(endpoint.port, _session(stack)))
    return [
        Latencies(
            f"The office's list over {APPLICATIONS_COUNT:,} applications",
            LIMIT_MS,
            measured,
            ABOUT,
            [
                f"the first request after the start took {first:.1f} s",
                f"the applications were written in {seeding:.1f} s",
            ],
        )
    ]


async def _seed(url: str) -> float:
    """Write applications as the service stores them, the last change an hour ago."""
    cohort, chance = load("2024-25").cohort, random.Random(2024)
    db = Database(url, DATABASE)
    await db.migrate(COLLECTIONS)
    stamp = time.time_ns() - 3600 * 10**9
    began = time.monotonic()
    for start in range(0, APPLICATIONS_COUNT, 500):
        numbers = range(start, min(start + 500, APPLICATIONS_COUNT))
        rows = [_stored(_application(n, cohort, chance), stamp) for n in numbers]
        await db.write(APPLICATIONS).insert_many(rows)
    await db.close()
    return time.monotonic() - began


def _stored(application: Application, stamp: int) -> dict[str, object]:
    return application_to_document(application) | {"version": 1, "stamp": stamp}


def _application(number: int, cohort: Cohort, chance: random.Random) -> Application:
    at = datetime(2024, 6, 3, 8, tzinfo=UTC) + timedelta(minutes=25 * number)
    documents = {
        key: Document(
            key=key,
            name=f"{key}.pdf",
            content_type="application/pdf",
            size=180_000,
            file_id=f"{number}:{key}",
            sent_at=at,
        )
        for key in cohort.eligibility.documents
    }
    answers = Answers(
        name=f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        email=f"applicant{number}@example.org",
        gmc_number=str(7_000_000 + number),
        discipline=chance.choice(cohort.eligibility.disciplines),
        specialty="Geriatric medicine",
        region=cohort.eligibility.region,
        trust=chance.choice(TRUSTS),
        training_grade="ST6",
        cct_date=datetime(2025, 8, 6, tzinfo=UTC).date() + timedelta(days=chance.randrange(700)),
        ltft_percentage=chance.choice((100, 100, 80, 60)),
        in_training_on=True,
    )
    application = Application(
        id=uuid4().hex,
        cohort=cohort.id,
        person_id=uuid4().hex,
        reference=f"{cohort.reference_prefix}-{number + 1:04d}",
        answers=answers,
        documents=documents,
        state=chance.choice(STATES),
        first_submitted_at=at,
        submitted_at=at,
        arrived=number,
        source="native",
        updated_at=at,
    )
    return reassessed(application, cohort)


def _session(stack: Stack) -> SignedIn:
    given = settings_for(
        "applications", amqp_url=stack.amqp_url, mongo_url=stack.mongo_url, mongo_database=DATABASE
    )
    return signed_in(Settings(**given), "office", name="Ola Office")


async def _ask(port: int, session: SignedIn) -> tuple[list[Measured], float]:
    """Ask in turns, so that a slow moment of the machine meets every question alike."""
    took: dict[str, list[float]] = {name: [] for name in QUERIES}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", cookies=session.cookies, timeout=60
    ) as browser:
        first = await _seconds(browser, "")
        for _ in range(REQUESTS):
            for name, query in QUERIES.items():
                took[name].append(await _seconds(browser, query))
    measured = [Measured(name, [Round(sum(one), one)]) for name, one in took.items()]
    return measured, first


async def _seconds(browser: httpx.AsyncClient, query: str) -> float:
    began = time.perf_counter()
    answer = await browser.get(f"/applications/list?{query}")
    took = time.perf_counter() - began
    if answer.status_code != 200 or "No application matches" in answer.text:
        raise RuntimeError(f"list?{query} answered {answer.status_code}, or found nothing")
    return took
