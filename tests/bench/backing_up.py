"""`python -m tests.bench.backing_up`: what a backup and a restore of 1,000 applications cost.

One application with its three documents goes through the real service. What it left in the
database is written a thousand times, each with ids, address and number of its own. Then the
commands run as operations run them, each a process of its own.
"""

import asyncio
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient
from tests.bench.intake import MOMENT, service
from tests.bench.load import post_all
from tests.bench.submissions import Submissions

from nextstep_local.stack import Stack
from nextstep_local.testing import environment_for

COUNT: Final = 1000
DATABASE, RESTORED = "bench_backup", "bench_restored"
SINGLE: Final = frozenset({"ledgers", "references"})
"""Collections of which there is one document, however many apply."""
FILE_BYTES: Final = 150_000
"""Of each document, which compresses as little as a PDF does."""
OURS: Final = ("applications", "submissions", "receipts", "identities", "history", "movements")


class WithFiles(Submissions):
    """With the documents in the submission."""

    def _body(self, name: str) -> bytes:
        answers = json.loads(super()._body(name))
        noise = random.Random(name).randbytes(FILE_BYTES)
        data = (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
            b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
            % (len(noise), noise)
        )
        for key, one in answers["documents"].items():
            answers["documents"][key] = {
                "name": one["name"],
                "content": base64.b64encode(data).decode(),
            }
        return json.dumps(answers).encode()


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A value with other ids, wherever they stand."""
    if isinstance(value, dict):
        return {renamed(key, names): renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    return value


def fill(url: str) -> dict[str, int]:
    """Write what one application left so often; how many documents there are then."""
    with MongoClient[dict[str, Any]](url) as client:
        database = client[DATABASE]
        held = {name: [*database[name].find({})] for name in database.list_collection_names()}
        (application,), (receipt,) = held["applications"], held["receipts"]
        theirs = {
            application["_id"]: "{:032x}",
            application["person_id"]: "f{:031x}",
            receipt["_id"]: "e{:031x}",
            application["reference"]: "NS-{:06d}",
            "bench-1": "bench-{}",
            "7000001": "7{:06d}",
        }
        for number in range(2, COUNT + 1):
            names = {old: new.format(number) for old, new in theirs.items()}
            for name, rows in held.items():
                if name in ("fs.files", "fs.chunks", *OURS) and name not in SINGLE:
                    database[name].insert_many([_another(name, one, names) for one in rows])
        return {name: database[name].count_documents({}) for name in held}


def _another(name: str, row: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = renamed(row, names)
    if name == "fs.chunks":
        made["_id"] = f"{made['files_id']}:{made['n']}"
    return made


def run(env: Mapping[str, str], *words: str) -> None:
    """Run a command of the service, and say what it cost."""
    began = time.monotonic()
    command = [sys.executable, "-m", "applications", *words]
    process = subprocess.Popen(command, env=env)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    print(
        f"{words[0]}: status {status}, {seconds:.1f} s, processor "
        f"{used.ru_utime + used.ru_stime:.1f} s, memory {used.ru_maxrss / 1000:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure."""
    with Stack("bench", discard=True, mail=False) as stack:
        with service(stack, DATABASE) as endpoint:
            answered = asyncio.run(post_all(endpoint.port, WithFiles(MOMENT).take(1), 1))
            print(dict(answered.statuses))
            endpoint.settle()
        began = time.monotonic()
        print(fill(stack.mongo_url), f"written in {time.monotonic() - began:.0f} s", flush=True)
        env = os.environ | {"APPLICATIONS_BACKUP_KEY": base64.b64encode(os.urandom(32)).decode()}
        where = {"amqp_url": stack.amqp_url, "mongo_url": stack.mongo_url}
        kept = Path(tempfile.mkdtemp(dir=stack.folder))
        here = env | environment_for("applications", mongo_database=DATABASE, **where)
        run(here, "backup", str(kept / "backups"), "--keys", str(kept / "keys"))
        (backup,) = (kept / "backups").glob("applications-*")
        size = sum(one.stat().st_size for one in backup.iterdir())
        print(f"{size / 1e6:.0f} MB", flush=True)
        there = env | environment_for("applications", mongo_database=RESTORED, **where)
        run(there, "restore", str(backup), "--keys", str(kept / "keys"))


if __name__ == "__main__":
    main()
