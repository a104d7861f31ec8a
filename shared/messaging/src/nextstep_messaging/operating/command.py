"""The command line of a service: `python -m <service> serve`, and what operations need."""

import argparse
import asyncio
import gc
import getpass
import json
import os
import re
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn, TextIO

from pydantic import ValidationError

from nextstep_contracts import PersonErased, Refused
from nextstep_messaging.bus.dead_letters import DeadLetter, NoSuchDeadLetterError
from nextstep_messaging.bus.tracing import configure_tracing
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.operating.archive import for_owner_alone, part_of
from nextstep_messaging.operating.audit import ENTRIES
from nextstep_messaging.operating.audit.command import audit_arguments, run_audit
from nextstep_messaging.operating.audit.recording import (
    COMMANDED,
    DISCARDED,
    ERASED_PERSON,
    EXPORTED_PERSON,
    REPLAYED,
    Actor,
    record,
)
from nextstep_messaging.operating.backup.command import (
    COMMANDS,
    RESTORE,
    backup_arguments,
    run_backup,
)
from nextstep_messaging.operating.logs import configure_logging
from nextstep_messaging.operating.service import CommandError, Service
from nextstep_messaging.operating.settings import MessagingSettings, clock_from

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open: longer than gateways and clients keep theirs (5 to 60
seconds), so that it is they who close it and no request meets a connection just closed."""


def run(service: Service, arguments: Sequence[str] | None = None) -> None:
    """Run the command that the arguments name; exits with 2 when it cannot be done."""
    asked = _parser(service).parse_args(arguments)
    try:
        settings = load_settings(service.settings)
        if asked.command == "serve":
            _serve(service, settings, asked)
        elif status := asyncio.run(_operate(service, settings, asked)):
            sys.exit(status)
    except (CommandError, NoSuchDeadLetterError, Refused, OSError) as error:
        _give_up(service, error)
    except service.unusable as error:
        _give_up(service, error)


def _give_up(service: Service, error: Exception) -> NoReturn:
    _say(f"{service.name}: {error}", sys.stderr)
    sys.exit(2)


def load_settings(cls: type[MessagingSettings]) -> MessagingSettings:
    """The settings from the environment.

    Raises:
        CommandError: naming each variable that is missing or wrong, and what it means.

    """
    try:
        return cls()
    except ValidationError as error:
        prefix = cls.model_config.get("env_prefix", "")
        lines = [_explain(cls, prefix, dict(one)) for one in error.errors()]
        raise CommandError("the settings are not complete:\n" + "\n".join(lines)) from error


def _explain(cls: type[MessagingSettings], prefix: str, problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    field = cls.model_fields.get(name)
    meaning = f" ({field.description})" if field and field.description else ""
    said = "is not set" if problem["type"] == "missing" else str(problem["msg"])
    return f"  {prefix}{name.upper()} {said}{meaning}" if name else f"  {said}"


def _parser(service: Service) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve pages and handle events until stopped")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=_default_port(service))
    commands.add_parser("migrate", help="create what is missing in the database and on the broker")
    commands.add_parser("replay", help="replay all open dead letters")
    letters = commands.add_parser("dead-letters", help="messages that need a person")
    actions = letters.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list")
    listing.add_argument("--all", action="store_true", help="replayed and discarded ones too")
    actions.add_parser("show").add_argument("key")
    replay = actions.add_parser("replay", help="send back to the queue it came from")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("key", nargs="?")
    which.add_argument("--all", action="store_true")
    replay.add_argument("--vouch", action="store_true", help="whoever it says sent it, did")
    discard = actions.add_parser("discard", help="give it up; its content is removed")
    discard.add_argument("key")
    discard.add_argument("--reason", required=True)
    for name, what in (("export", "print all that is held about"), ("erase", "erase")):
        person = commands.add_parser(f"{name}-person", help=f"{what} a person")
        person.add_argument("person_id", help="an id; of staff, the address they sign in with")
        if name == "export":
            zipped = "write a ZIP to read, with the files, instead of printing"
            person.add_argument("--archive", type=Path, metavar="FILE", help=zipped)
    what = "whether the audit trail is whole; checkpoints and proofs"
    audit_arguments(commands.add_parser("audit", help=what))
    backup_arguments(commands.add_parser)
    for own in service.commands:
        own.arguments(commands.add_parser(own.name, help=own.help))
    return parser


def _default_port(service: Service) -> int:
    return int(os.environ.get(f"{service.name.upper()}_PORT", service.port))


def _serve(service: Service, settings: MessagingSettings, asked: argparse.Namespace) -> None:
    import uvicorn

    configure_logging(service.name, settings.log_level, for_good=True)
    configure_tracing(service.name)
    listening = _listen(service, asked.host, asked.port)
    app, _messaging = service.build(settings, clock_from(settings))
    # Modules, models and routes live as long as the process: the collector need not look at them.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(settings.stop_seconds),
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _listen(service: Service, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        setting = f"{service.name.upper()}_PORT"
        raise CommandError(
            f"cannot listen on {host} port {port} ({error.strerror}): "
            f"choose another by --port or {setting}"
        ) from error
    return listening


async def _operate(service: Service, settings: MessagingSettings, asked: argparse.Namespace) -> int:
    """Do what was asked; the exit status."""
    configure_logging(service.name, "ERROR")
    app, messaging = service.build(settings, clock_from(settings))
    replaying = asked.command == "replay" or getattr(asked, "action", "") == "replay"
    broker = replaying or asked.command == "migrate"
    async with messaging.opened(broker=broker, as_it_is=asked.command == RESTORE):
        if asked.command in COMMANDS:
            return await run_backup(service, messaging, asked, _say)
        for own in service.commands:
            if own.name == asked.command:
                await _record(messaging, COMMANDED, own.name)
                return await own.run(app, messaging, asked)
        match asked.command:
            case "migrate":
                await messaging.sealer.seal_all()
                _say(f"{service.name}: database {settings.mongo_database} and queues are ready")
            case "replay":
                await _replay_all(messaging)
            case "dead-letters":
                await _dead_letters(messaging, asked)
            case "audit":
                return await run_audit(messaging, asked, _say)
            case "export-person":
                await _export_person(service, messaging, asked)
            case "erase-person":
                await erase_person(service, messaging, asked.person_id)
                _say(f"{service.name}: {asked.person_id} is erased here; the others will be told")
    return 0


async def erase_person(service: Service, messaging: Messaging, person_id: str) -> None:
    """Erase a person here and tell the other services, in one transaction.

    Raises:
        Refused: they are not this service's to erase; it says whose.

    """

    async def work(uow: UnitOfWork) -> None:
        for known_as in await service.erase_person(uow, person_id):
            await record(uow, _operator(), ERASED_PERSON, known_as)
            uow.publish(PersonErased(person_id=known_as, erased_at=uow.now))

    await messaging.transact(work)


def _operator() -> Actor:
    """Whoever runs a command, by their name on this machine."""
    return Actor("command", getpass.getuser(), where=socket.gethostname())


async def _record(messaging: Messaging, action: str, about: str, **details: str) -> None:
    await messaging.transact(lambda uow: record(uow, _operator(), action, about, **details))


async def _record_letter(messaging: Messaging, action: str, key: str, **details: str) -> None:
    """Put it on the trail before it is done: the broker takes part in no transaction."""
    letter = await messaging.dead_letters.show(key)
    if letter.status == "open":
        await _record(messaging, action, key, type=letter.type, **details)


async def _replay(messaging: Messaging, key: str, *, vouched: bool) -> None:
    vouch = {"vouched": "its sender was vouched for"} if vouched else {}
    await _record_letter(messaging, REPLAYED, key, **vouch)
    await messaging.dead_letters.replay(key, by=getpass.getuser(), vouched=vouched)


async def _export_person(service: Service, messaging: Messaging, asked: argparse.Namespace) -> None:
    await _record(messaging, EXPORTED_PERSON, asked.person_id)
    found = await service.export_person(messaging, asked.person_id)
    if "@" in asked.person_id:
        found |= {"done_as_staff": await _done_by(messaging, asked.person_id)}
    if asked.archive is None:
        _say(json.dumps(found, indent=2, default=str))
        return
    files = service.person_files
    held = [one async for one in files(messaging, asked.person_id)] if files else []
    with for_owner_alone(asked.archive) as to:
        to.write(part_of(service.name, asked.person_id, found, held))
    _say(f"{service.name}: {asked.archive} is written, with {len(held)} files")


async def _done_by(messaging: Messaging, address: str) -> list[dict[str, Any]]:
    """What a member of staff did: facilitators, coaches, reviewers and the office are known so."""
    exactly = {"$regex": f"^{re.escape(address)}$", "$options": "i"}
    return await messaging.db.read(ENTRIES).find({"who": exactly}, sort=[("_id", 1)])


async def _dead_letters(messaging: Messaging, asked: argparse.Namespace) -> None:
    letters = messaging.dead_letters
    match asked.action:
        case "list":
            for letter in await letters.list(None if asked.all else "open"):
                _say(_line(letter))
        case "show":
            _say(json.dumps(asdict(await letters.show(asked.key)), indent=2, default=str))
        case "replay" if asked.all:
            await _replay_all(messaging, vouched=asked.vouch)
        case "replay":
            await _replay(messaging, asked.key, vouched=asked.vouch)
            _say(f"replayed {asked.key}")
        case "discard":
            await _record_letter(messaging, DISCARDED, asked.key, reason=asked.reason)
            await letters.discard(asked.key, by=getpass.getuser(), reason=asked.reason)
            _say(f"discarded {asked.key}")


async def _replay_all(messaging: Messaging, *, vouched: bool = False) -> None:
    count = 0
    while found := await messaging.dead_letters.list("open"):
        for letter in reversed(found):  # the oldest first
            await _replay(messaging, letter.key, vouched=vouched)
            count += 1
    _say(f"replayed {count} dead letters")


def _line(letter: DeadLetter) -> str:
    died = letter.died_at.isoformat(timespec="seconds")
    return f"{died}  {letter.status:9}  {letter.key}  {letter.type}  {letter.reason}"


def _say(line: str, stream: TextIO | None = None) -> None:
    """Speak to the person at the terminal; logs go elsewhere."""
    (stream or sys.stdout).write(f"{line}\n")
