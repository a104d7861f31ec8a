"""A private RabbitMQ node: its own name, ports, cookie and data; nothing beyond loopback."""

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

import aio_pika
import httpx
from aio_pika.exceptions import ChannelClosed

from nextstep_local import machine, processes
from nextstep_local.ports import LOOPBACK, PortHold, listening

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
# Debian's wrappers in /usr/sbin insist on the system's rabbitmq user; these scripts do not.
READY_SECONDS = 90  # 6 to 9 s on two free cores; far more while other suites run
STOP_SECONDS = 15


@dataclass
class Node:
    """One private node. `start` returns at once; `wait` returns when it takes connections."""

    folder: Path
    management: bool = False
    """The management API makes virtual hosts in 20 ms (rabbitmqctl: 500 ms); the tests use it."""
    user: str = "nextstep"
    password: str = ""
    launcher: tuple[str, ...] = ()
    """Words before the server's own, for one that is installed elsewhere: ("chroot", "/there")."""
    programs: list[processes.Program] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The AMQP address of the default virtual host."""
        return self.vhost_url("")

    def vhost_url(self, vhost: str) -> str:
        """The AMQP address of a virtual host."""
        return f"amqp://{self.user}:{self.password}@{LOOPBACK}:{self.amqp.port}/{vhost}"

    @property
    def api_url(self) -> str:
        """The management API, credentials included."""
        return f"http://{self.user}:{self.password}@{LOOPBACK}:{self.http.port}/api"

    def start(self) -> Self:
        """Start epmd (the port mapper of Erlang) and the node.

        epmd is started here, in the foreground, because a node that finds none starts one as a
        daemon that outlives it.

        Raises:
            MissingError: RabbitMQ is not installed and cannot be.

        """
        machine.have("rabbitmq")
        self.amqp, self.http = PortHold("amqp"), PortHold("rabbitmq_api")
        self.dist, self.epmd = PortHold("rabbitmq_dist"), PortHold("epmd")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.password = _kept_password(self.folder / "password")
        epmd = ["epmd", "-port", str(self.epmd.port), "-address", LOOPBACK]
        self.programs.append(processes.start("epmd", epmd, self.folder, os.environ))
        self._configure()
        # The script is replaced by the Erlang machine, so its process id is the node's.
        script = [*self.launcher, str(SCRIPTS / "rabbitmq-server")]
        self.programs.append(processes.start("rabbitmq", script, self.folder, self.environment()))
        return self

    def wait(self) -> None:
        """Wait until the node takes AMQP connections (and API requests)."""
        ports = [self.amqp.port, *([self.http.port] if self.management else [])]
        self.programs[1].wait_until(lambda: all(map(listening, ports)), READY_SECONDS)
        for hold in (self.amqp, self.http, self.dist, self.epmd):
            hold.release()

    def stop(self, *, discard: bool = False) -> None:
        """Stop the node, then epmd. `discard` kills it: for data that is thrown away."""
        for program in reversed(self.programs):
            graceful = 0 if discard or program.name == "epmd" else STOP_SECONDS
            program.stop(graceful)
        self.programs.clear()

    def kill(self) -> None:
        """Kill the node as a crash would, leaving its data; `resume` starts it again."""
        self.programs.pop().stop(0)

    def resume(self) -> None:
        """Start the node again on the same ports and data, and wait for it."""
        script = [*self.launcher, str(SCRIPTS / "rabbitmq-server")]
        self.programs.append(processes.start("rabbitmq", script, self.folder, self.environment()))
        self.wait()

    def environment(self) -> Mapping[str, str]:
        """The environment that makes the node, and rabbitmqctl for it, private."""
        folder = self.folder
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("RABBITMQ_")}
        if not self.management:
            inherited["RABBITMQ_PLUGINS_DIR"] = str(folder / "plugins")
        return inherited | {
            "HOME": str(folder),  # the Erlang cookie
            "ERL_EPMD_PORT": str(self.epmd.port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            # The same in every stack (each has its own port mapper): data belongs to a node name.
            "RABBITMQ_NODENAME": "nextstep@localhost",
            "RABBITMQ_DIST_PORT": str(self.dist.port),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(folder / "conf.d"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "config"),
            "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
            # "Allow input" makes the script exec the machine instead of waiting beside it.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-noinput -kernel inet_dist_use_interface {127,0,0,1}"
                # Idle schedulers sleep instead of spinning: the processors are for everybody here.
                " +sbwt none +sbwtdcpu none +sbwtdio none"
            ),
        }

    def _configure(self) -> None:
        lines = [
            f"listeners.tcp.local = {LOOPBACK}:{self.amqp.port}",
            f"default_user = {self.user}",
            f"default_pass = {self.password}",
            "log.file.level = warning",
            "log.console = false",
            # The default log segment of 512 MB is meant for servers that carry thousands a second.
            "raft.wal_max_size_bytes = 33554432",
            "disk_free_limit.absolute = 50MB",
        ]
        if self.management:
            lines += [
                f"management.tcp.ip = {LOOPBACK}",
                f"management.tcp.port = {self.http.port}",
                "management_agent.disable_metrics_collector = true",
            ]
        plugins = "rabbitmq_management" if self.management else ""
        (self.folder / "enabled_plugins").write_text(f"[{plugins}].\n")
        if not self.management:
            _offer_no_plugins(self.folder / "plugins")
        (self.folder / "rabbitmq-env.conf").write_text("")
        config = self.folder / "rabbitmq.conf"
        config.touch(mode=0o600)  # it holds the password
        config.write_text("\n".join(lines) + "\n")


def _offer_no_plugins(folder: Path) -> None:
    """Make a plugins folder with RabbitMQ's own part alone, which has the configuration's schema.

    At its start a node reads all the plugins it could be asked to enable, for more than a second.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for part in (SCRIPTS / "rabbitmq-server").resolve().parents[1].glob("plugins/rabbit-*"):
        (folder / part.name).symlink_to(part)


def _kept_password(file: Path) -> str:
    """The node's password: made once, since a node with data keeps its users."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text()


@cache
def _api() -> httpx.Client:
    """One client for the process: each new one reads the system's certificates, for 40 ms."""
    return httpx.Client(timeout=20, limits=httpx.Limits(max_keepalive_connections=0))


def make_vhost(api_url: str, name: str) -> None:
    """Create a virtual host through the management API; its maker may use it.

    Raises:
        httpx.HTTPError: the API does not answer, or refuses.

    """
    api = _api()
    api.put(f"{api_url}/vhosts/{name}").raise_for_status()
    user = httpx.URL(api_url).username
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    api.put(f"{api_url}/permissions/{name}/{user}", json=everything).raise_for_status()


def drop_vhost(api_url: str, name: str) -> None:
    """Delete a virtual host with everything in it.

    Raises:
        httpx.HTTPError: the API does not answer, or refuses.

    """
    _api().delete(f"{api_url}/vhosts/{name}").raise_for_status()


async def emptied(api_url: str, vhost_url: str) -> bool:
    """Purge all queues of a virtual host; False where somebody still consumes one.

    Raises:
        httpx.HTTPError: the management API does not answer, or refuses.

    """
    name = vhost_url.rpartition("/")[2]
    answer = _api().get(f"{api_url}/queues/{name}", params={"columns": "name"})
    queues = [one["name"] for one in answer.raise_for_status().json()]
    async with await aio_pika.connect(vhost_url) as connection:
        channel = await connection.channel()
        for queue in queues:
            try:
                found = await channel.declare_queue(queue, passive=True)
            except ChannelClosed:  # it belongs to a connection that is there yet
                return False
            if found.declaration_result.consumer_count:
                return False
            if found.declaration_result.message_count:
                await found.purge()
    return True
