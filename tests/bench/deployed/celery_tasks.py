"""Celery 5: threads, late acknowledgement, a quorum queue, confirmed publish, the same writes.

No outbox: killed between commit and publish, the sender loses the event.
"""

import asyncio
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from pymongo import MongoClient
from tests.bench.deployed.bare_writes import MAJORITY
from tests.bench.deployed.facts import AT_ONCE, COLLECTIONS, say_effect, say_ready, send_as_told

from nextstep_contracts import PlaceOffered

SENDERS = 16
"""Threads of the sender: as many facts are under way at once."""

role, amqp_url, mongo_url = sys.argv[1:]
app = Celery("bench", broker=amqp_url)
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_pool_limit=SENDERS,
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_queue="bench.celery",
    task_default_queue_type="quorum",
    task_ignore_result=True,
    worker_detect_quorum_queues=True,
    worker_prefetch_multiplier=1,
    worker_redirect_stdouts=False,  # the benchmark reads them
)
client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
database = client[f"bench_deployed_celery_{role}"]


def insert(*rows: tuple[str, str]) -> None:
    """Insert (collection, id) rows in one transaction."""
    with client.start_session() as session, session.start_transaction(**MAJORITY):
        for name, key in rows:
            database[name].insert_one({"_id": key}, session=session)


@app.task(bind=True, name="effect")
def effect(self: Any, body: str) -> None:
    """Commit the effect and a row against duplicates; Celery acknowledges after it."""
    fact = PlaceOffered.model_validate_json(body)
    insert(("handled", self.request.id), ("effects", fact.application_id))
    say_effect(fact.application_id)


@worker_ready.connect
def ready(**_: Any) -> None:
    """Tell the benchmark."""
    say_ready()


async def send() -> None:
    """Commit facts in threads, and publish each once it is committed."""
    threads = ThreadPoolExecutor(SENDERS)

    def commit_and_publish(fact: PlaceOffered) -> float:
        insert(("facts", fact.application_id))
        committed = time.perf_counter()
        effect.apply_async((json.dumps(fact.model_dump(mode="json")),))
        return committed

    async def commit(fact: PlaceOffered) -> float:
        return await asyncio.get_running_loop().run_in_executor(threads, commit_and_publish, fact)

    await send_as_told(commit)


if __name__ == "__main__":
    for name in COLLECTIONS:
        database.create_collection(name)
    if role == "send":
        asyncio.run(send())
    else:
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR")
        app.worker_main(["worker", "-P", "threads", "-c", str(AT_ONCE), *quiet])
