"""The command line of a service, as operations use it."""

import asyncio
import getpass
import json
import socket
import zipfile

import pytest
from pydantic_settings import SettingsConfigDict

from nextstep_contracts import OfferLapsed, PersonErased, Refused
from nextstep_local.testing import eventually
from nextstep_messaging import (
    Collection,
    Command,
    CommandError,
    Messaging,
    MessagingSettings,
    Service,
    run,
)
from nextstep_messaging.testing import audit_trail

from ..builders import hearing, lapsed, router

pytestmark = pytest.mark.stack


class Settings(MessagingSettings):
    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")


async def fail(_event):
    raise RuntimeError("the mail server is down")


def build(settings, clock):
    hears = router("notifications", [hearing(OfferLapsed, fail)])
    messaging = Messaging(hears, settings, clock=clock, collections=[Collection("seen")])
    return None, messaging


async def export_person(messaging, person_id):
    return {"seen": await messaging.db.read("seen").find({"person_id": person_id})}


async def erase_person(uow, person_id):
    if person_id == "another's":
        raise Refused("run this of another service")
    await uow.collection("seen").delete({"person_id": person_id})
    return [person_id]


async def files_of(messaging, person_id):
    data = await messaging.db.files.get(person_id)
    if data:
        yield "cv.pdf", data


def add_person(parser):
    parser.add_argument("person_id")


async def count_seen(app, messaging, asked):
    assert app is None
    found = await messaging.db.read("seen").count({"person_id": asked.person_id})
    if asked.person_id == "nobody":
        raise CommandError("that is nobody")
    return 1 if found else 0


SERVICE = Service(
    name="notifications",
    settings=Settings,
    build=build,
    export_person=export_person,
    erase_person=erase_person,
    person_files=files_of,
    commands=[Command("seen", "fails for whom was seen", add_person, count_seen)],
)


@pytest.fixture
def command(services, monkeypatch, capsys):
    """Runs a command and returns what it printed; it reads its settings as in production."""
    given = {
        "ENVIRONMENT": "local",
        "AMQP_URL": services.amqp_url,
        "MONGO_URL": services.mongo_url,
        "MONGO_DATABASE": services.database("notifications"),
        "RETRY_DELAYS": "[0.1]",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"NOTIFICATIONS_{name}", value)

    async def call(*arguments):
        capsys.readouterr()
        await asyncio.to_thread(run, SERVICE, list(arguments))
        return capsys.readouterr().out

    return call


async def failed_message(services):
    sender = await services.start("applications")
    receiver = await services.start(
        "notifications",
        given={"retry_delays": (0.1,)},
        hears=[hearing(OfferLapsed, fail)],
    )

    async def work(uow):
        uow.publish(lapsed(1))

    await sender.transact(work)
    await eventually(receiver.dead_letters.count, timeout=60)
    (letter,) = await receiver.dead_letters.list()
    return receiver, letter


async def test_migrate_creates_collections_and_queues_and_may_run_again(services, command):
    import aio_pika

    assert "are ready" in await command("migrate")
    assert "are ready" in await command("migrate")
    async with await aio_pika.connect(services.amqp_url) as connection:
        channel = await connection.channel()
        for name in (
            "notifications.OfferLapsed",
            "notifications.waiting.0.1s",
            "notifications.dead",
        ):
            await channel.get_queue(name)  # raises if it is not there


async def test_dead_letters_are_listed_shown_replayed_and_discarded(services, command):
    receiver, letter = await failed_message(services)
    assert letter.key in await command("dead-letters", "list")
    shown = json.loads(await command("dead-letters", "show", letter.key))
    assert shown["reason"] == "RuntimeError: the mail server is down"

    assert "replayed 1" in await command("replay")

    async def died_again():
        return (await receiver.dead_letters.show(letter.key)).deaths == 2

    await eventually(died_again, timeout=60)
    assert "discarded" in await command(
        "dead-letters", "discard", letter.key, "--reason", "the person was told by telephone"
    )
    assert await command("dead-letters", "list") == ""
    assert "discarded" in await command("dead-letters", "list", "--all")
    told = [(one["action"], one["about"], one["who"]) for one in await audit_trail(receiver)]
    operator = getpass.getuser()
    assert told == [
        ("sent back the dead letter", letter.key, operator),
        ("discarded the dead letter", letter.key, operator),
    ]


async def test_a_key_that_is_not_there_is_said_in_one_line(command, capsys):
    with pytest.raises(SystemExit) as ended:
        await command("dead-letters", "show", "nothing")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "notifications: there is no dead letter 'nothing'\n"


async def test_a_person_is_exported_and_erased_here_and_everywhere(services, command, tmp_path):
    heard = []

    async def note(event):
        heard.append(event.person_id)

    messaging = await services.start("notifications")
    await services.start("applications", hears=[hearing(PersonErased, note)])
    await messaging.transact(
        lambda uow: uow.collection("seen").insert({"_id": "1", "person_id": "p1"})
    )
    exported = json.loads(await command("export-person", "p1"))
    assert exported == {"seen": [{"_id": "1", "person_id": "p1"}]}
    await messaging.db.files.put("p1", "cv.pdf", b"%PDF")
    told = await command("export-person", "p1", "--archive", str(tmp_path / "p1.zip"))
    assert told.endswith("is written, with 1 files\n")
    with zipfile.ZipFile(tmp_path / "p1.zip") as archive:
        assert archive.read("notifications/files/01-cv.pdf") == b"%PDF"
        assert json.loads(archive.read("notifications/data.json")) == exported

    await command("erase-person", "p1")
    assert json.loads(await command("export-person", "p1")) == {"seen": []}
    await eventually(lambda: heard == ["p1"])
    told = [(one["action"], one["about"]) for one in await audit_trail(messaging)]
    exported = ("exported what is held about the person", "p1")
    assert told == [exported, exported, ("erased the person", "p1"), exported]


async def test_who_asks_the_wrong_service_is_told_in_one_line(services, command, capsys):
    messaging = await services.start("notifications")
    with pytest.raises(SystemExit) as ended:
        await command("erase-person", "another's")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "notifications: run this of another service\n"
    assert await messaging.db.read("_outbox").count({}) == 0


async def test_a_taken_port_is_named_with_the_setting_that_moves_it(command, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(SystemExit):
            await command("serve", "--port", port)
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1 port {port}" in said
    assert "NOTIFICATIONS_PORT" in said


async def test_a_broker_that_is_down_is_said_without_a_traceback(command, capsys, monkeypatch):
    monkeypatch.setenv("NOTIFICATIONS_AMQP_URL", "amqp://127.0.0.1:9/")
    with pytest.raises(SystemExit):
        await command("migrate")
    said = capsys.readouterr().err
    assert said.startswith("notifications: ")
    assert "Traceback" not in said


async def test_a_service_has_commands_of_its_own_with_an_exit_status(services, command, capsys):
    receiver = await services.start("notifications", collections=[Collection("seen")])
    await receiver.db.write("seen").insert({"_id": "1", "person_id": "p"})
    assert await command("seen", "q") == ""
    with pytest.raises(SystemExit) as found:
        await command("seen", "p")
    assert found.value.code == 1
    with pytest.raises(SystemExit) as refused:
        await command("seen", "nobody")
    assert refused.value.code == 2
    assert "notifications: that is nobody" in capsys.readouterr().err
