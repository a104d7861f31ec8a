"""The stack starts, stops only what it started, and explains itself when it cannot."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from nextstep_local import ports, processes, rabbitmq
from nextstep_local.ports import PortHold, PortTakenError, holder_of, listening
from nextstep_local.processes import Identity, ProgramFailedError
from nextstep_local.stack import Stack, StackInUseError, clear
from nextstep_local.testing import eventually


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEXTSTEP_VAR", str(tmp_path / "var"))
    for port in ("SMTP", "AMQP", "MONGO"):
        monkeypatch.setenv(f"NEXTSTEP_{port}_PORT", "0")
    return tmp_path / "var"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def loopback_only(pids: set[int]) -> bool:
    """Whether these processes listen on loopback addresses alone."""
    loopback = {"0100007F", "0" * 24 + "01000000"}
    own = {inode for pid in pids for inode in _inodes(pid)}
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path("/proc/net", table).read_text().splitlines()[1:]
    ]
    listens = [row for row in rows if row[3] == "0A" and row[9] in own]
    return bool(listens) and {row[1].split(":")[0] for row in listens} <= loopback


def _inodes(pid: int) -> set[str]:
    found = set[str]()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # a process at work closes files while we read
            found.add(link.readlink().name)
    return {name[8:-1] for name in found if name.startswith("socket:[")}


def recorded(folder: Path) -> dict[str, int]:
    records = folder.glob("*/*.pid.json")
    return {r.name.removesuffix(".pid.json"): json.loads(r.read_text())["pid"] for r in records}


def ours_still_running(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Identity.of(pid) is not None}


@pytest.mark.stack
@pytest.mark.node
@pytest.mark.usefixtures("var")
def test_a_stack_listens_on_loopback_only_and_leaves_nothing_behind() -> None:
    with Stack("one", discard=True) as stack:
        pids = recorded(stack.folder)
        assert sorted(pids) == ["database", "epmd", "rabbitmq", "smtp"]
        assert loopback_only(set(pids.values()))
        with pytest.raises(StackInUseError, match="Another run uses"):
            Stack("one").start()
        assert ours_still_running(set(pids.values())) == set(pids.values())
    assert ours_still_running(set(pids.values())) == set()
    assert not stack.folder.exists()


def run_of_the_stack() -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "nextstep_local", "stack"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


@pytest.mark.stack
@pytest.mark.node
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_whatever_ends_a_run_its_programs_end_too(var: Path, number: signal.Signals) -> None:
    with run_of_the_stack() as run:
        assert run.stdout is not None
        # Ended both while it starts and when it is up: SIGTERM comes in the middle.
        if number != signal.SIGTERM:
            assert run.stdout.readline().startswith("RabbitMQ")
        else:
            await eventually(lambda: len(recorded(var / "stack")) == 4, timeout=60)
        pids = set(recorded(var / "stack").values())
        assert len(pids) == 4
        run.send_signal(number)
        if number == signal.SIGINT:
            run.send_signal(number)  # people press it twice
        run.wait(60)
    if number == signal.SIGKILL:  # nothing could be cleaned up, so the next run does
        assert ours_still_running(pids) == pids
        clear(var / "stack")
    assert ours_still_running(pids) == set()


@pytest.mark.stack
@pytest.mark.node
@pytest.mark.usefixtures("var")
async def test_the_broker_comes_back_with_its_data_after_a_kill() -> None:
    import aio_pika

    with Stack("one", discard=True, mail=False) as stack:
        connection = await aio_pika.connect(stack.amqp_url)
        async with connection:
            channel = await connection.channel()
            await channel.declare_queue("kept", durable=True)
        # a broker writes what it knows of its queues to disk a moment after it has answered
        written = [rabbitmq.SCRIPTS / "rabbitmqctl", "eval", "mnesia:sync_log()."]
        run = partial(subprocess.run, check=True, capture_output=True)
        await asyncio.to_thread(run, written, env=stack.node.environment())
        stack.node.kill()
        assert not listening(stack.node.amqp.port)
        stack.node.resume()
        connection = await aio_pika.connect(stack.amqp_url)
        async with connection:
            channel = await connection.channel()
            await channel.declare_queue("kept", durable=True, passive=True)


def test_a_taken_port_is_named_with_its_holder_and_its_setting(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listener.getsockname()[1]
    monkeypatch.setenv("NEXTSTEP_SMTP_PORT", str(port))
    with pytest.raises(PortTakenError) as refusal:
        PortHold("smtp", 8125)
    assert f"Port {port} for smtp is taken by process {os.getpid()} (" in str(refusal.value)
    assert "set NEXTSTEP_SMTP_PORT to another port" in str(refusal.value)
    assert holder_of(port) is not None


def test_a_port_setting_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTSTEP_SMTP_PORT", "many")
    with pytest.raises(ValueError, match="NEXTSTEP_SMTP_PORT is 'many'; it must be a port number"):
        PortHold("smtp", 8125)


def test_a_held_port_can_be_served_but_is_not_given_to_others() -> None:
    with PortHold("anything") as hold:
        assert not listening(hold.port)
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", hold.port))
            server.listen()
            assert listening(hold.port)


def test_nobody_else_who_wants_any_free_port_is_given_one_that_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with PortHold("anything") as hold:
        monkeypatch.setattr(ports, "_RANGE", range(hold.port, hold.port + 1))
        monkeypatch.setattr(ports, "_TRIES", 1)
        with pytest.raises(PortTakenError):
            PortHold("anything else")


def test_a_reused_process_id_is_not_taken_for_ours(tmp_path: Path) -> None:
    innocent = subprocess.Popen(["sleep", "60"])
    now = Identity.of(innocent.pid)
    assert now is not None
    record = {"pid": now.pid, "started": now.started - 1, "boot": now.boot}
    (tmp_path / "old.pid.json").write_text(json.dumps(record))
    (tmp_path / "cut-off.pid.json").write_text('{"pid": ')
    assert processes.stop_leftovers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
    assert innocent.poll() is None
    innocent.terminate()
    innocent.wait()


def test_a_program_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"]
    program = processes.start("reader", words, tmp_path, os.environ)
    with pytest.raises(ProgramFailedError, match=r"reader ended with code 3(.|\n)*no such table"):
        program.wait_until(lambda: False, 30)
