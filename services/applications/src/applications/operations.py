"""Commands of this service's own: `python -m applications reconcile`, and erasing in quarantine."""

import argparse
import asyncio
import getpass
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from applications.admissions.act import Applications
from applications.data_requests.gathering import OTHERS, answers, ask_everywhere, write_all
from applications.data_requests.store import DATA_REQUESTS
from applications.intake.quarantine.changing import erase_receipt
from applications.intake.quarantine.searching import naming
from applications.intake.reconciliation.comparison import KINDS, Compared, Comparison
from applications.intake.reconciliation.tables import TableError
from applications.intake.reconciliation.taking_in import compared, ingest_all
from nextstep_contracts import Refused
from nextstep_messaging import Command, CommandError, Messaging
from nextstep_messaging.operating.archive import for_owner_alone
from nextstep_messaging.operating.audit import Actor


def _somebody() -> Actor:
    """Whoever is at this terminal."""
    user = getpass.getuser()
    return Actor("staff", user, user, socket.gethostname())


def _reconcile_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="the form, as named in sources.yaml")
    parser.add_argument("file", type=Path, help="the form's own export, CSV or .xlsx")
    parser.add_argument("--ingest", action="store_true", help="take in what never arrived")


async def _reconcile(app: Any, messaging: Messaging, asked: argparse.Namespace) -> int:
    """Print the comparison. 1: something in the file has not arrived."""
    here: Applications = app.state.here
    source = app.state.sources.get(asked.source)
    if source is None:
        known = ", ".join(sorted(app.state.sources))
        raise CommandError(f"there is no form {asked.source!r}; there are {known}")
    data = asked.file.read_bytes()
    try:
        found = await compared(messaging.db, source, data, here.cohort.zone)
    except TableError as error:
        raise CommandError(f"{asked.file}: {error}") from error
    _print(found)
    if asked.ingest and found.missing:
        name = asked.file.name[:100]
        count = await ingest_all(here, source, found, name, _somebody())
        _say(f"{count} taken in; a running service makes applications of them")
        found = await compared(messaging.db, source, data, here.cohort.zone)
    return 1 if found.incomplete else 0


def _print(found: Comparison) -> None:
    for line in found.submissions:
        if line.kind != "same":
            _say("\t".join(_columns(line)))
    for one in found.only_here:
        name = one.answers.name if one.answers else ""
        _say("\t".join(("-", "Not in the file", one.submission_id or "", name, one.receipt_id)))
    counts = found.counts()
    said = [f"{counts[kind]} {label.lower()}" for kind, (label, _) in KINDS.items()]
    _say(", ".join([*said, f"{len(found.only_here)} not in the file"]))


def _columns(line: Compared) -> Sequence[str]:
    row = line.rows[0]
    return (
        ",".join(str(r.number) for r in line.rows),
        KINDS[line.kind][0],
        row.submission_id or (f"{row.rounded_id} (rounded)" if row.rounded_id else ""),
        row.answers.name if row.answers else " ".join(row.faults),
        "; ".join(f"{d.name}: {d.arrived} / {d.exported}" for d in line.differences),
    )


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("term", help="a name, an address or a number")


async def _search(app: Any, messaging: Messaging, asked: argparse.Namespace) -> int:
    """Print the receipts that belong to nobody and name somebody."""
    for receipt in await naming(messaging.db, app.state.sources, asked.term):
        received = receipt.received_at.isoformat(timespec="seconds")
        _say(f"{receipt.id}\t{receipt.source}\t{receipt.status}\t{received}")
    return 0


def _erase_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("receipt_id")
    parser.add_argument("--reason", required=True, help="why; do not name the person")


async def _erase(app: Any, messaging: Messaging, asked: argparse.Namespace) -> int:
    """Erase a receipt that belongs to nobody."""
    del messaging  # what is here has it
    here: Applications = app.state.here
    try:
        await here.perform(
            lambda act: erase_receipt(act, asked.receipt_id, asked.reason), _somebody()
        )
    except Refused as no:
        raise CommandError(str(no)) from no
    _say(f"{asked.receipt_id} is erased")
    return 0


def _gather_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", help="of the request in the register, for example DP-0001")
    parser.add_argument("file", type=Path, help="the ZIP to write")
    parser.add_argument("--wait", type=float, default=60, help="seconds for the other services")


async def _gather(app: Any, messaging: Messaging, asked: argparse.Namespace) -> int:
    """Ask every service, wait for their answers and write the archive. 1: one did not answer."""
    here: Applications = app.state.here
    read = messaging.db.read
    found = await read(DATA_REQUESTS).find_one({"number": asked.number.upper()})
    if found is None:
        raise CommandError(f"the register has no request {asked.number}")
    try:
        request = await here.perform(lambda act: ask_everywhere(act, found["_id"]), _somebody())
    except Refused as no:
        raise CommandError(str(no)) from no
    left, deadline = set(OTHERS), monotonic() + asked.wait
    while left and monotonic() < deadline:
        await asyncio.sleep(0.2)
        known = await answers(read, request.id)
        left = {one for one in OTHERS if not known[one].complete}
    with for_owner_alone(asked.file) as to:
        await write_all(to, read, messaging.db.files, app.state.own_data, request)
    gaps = f"; not everything has come from {', '.join(sorted(left))}" if left else ""
    _say(f"{asked.file} is written{gaps}")
    return 1 if left else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


COMMANDS = (
    Command(
        "reconcile",
        "compare a form's own export with what arrived; exits with 1 if something is missing",
        _reconcile_arguments,
        _reconcile,
    ),
    Command(
        "find-receipts",
        "find somebody in quarantine, where submissions belong to nobody yet",
        _search_arguments,
        _search,
    ),
    Command("erase-receipt", "erase a submission in quarantine", _erase_arguments, _erase),
    Command(
        "gather-person",
        "ask every service what it holds about whom a request is about; write a ZIP to read",
        _gather_arguments,
        _gather,
    ),
)
