"""The bus as it is deployed: a sending and a receiving process for each contender, in turns."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Condition, Thread

from tests.bench.results import Comparison, Measured, Round

from nextstep_local.places import ROOT
from nextstep_local.stack import Stack

ROUNDS = 4
PER_ROUND = 150
UNDER_WAY = 16
ALONE_PER_ROUND = 30
LONGEST = 60.0
"""Seconds after which a round is given up: a benchmark must end."""
CONTENDERS = {
    "messaging library": "ours",
    "Celery 5": "celery_tasks",
    "plain FastStream": "plain_faststream",
}
ABOUT = f"""\
{ROUNDS * PER_ROUND} facts, {UNDER_WAY} committers at once, from the first begun to the last effect
committed. Sender and receiver are processes of their own. Celery runs eight threads with late
acknowledgement on a quorum queue and publishes confirmed; plain FastStream subscribes with the same
prefetch. Both make the same writes in transactions, with the same durability, and keep **no
outbox**: killed between commit and publish they lose the event, which ours does not."""


class Receiver:
    """The receiving process, and when it committed which effect."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._effects: dict[str, float] = {}
        self._changed = Condition()
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            kind, *said = line.split() or ["banner"]
            if kind != "effect":
                continue  # a banner
            fact, moment = said
            with self._changed:
                self._effects[fact] = float(moment)
                self._changed.notify()

    def effects_of(self, facts: Sequence[str]) -> dict[str, float]:
        """When the effects of these facts were committed, once all are.

        Raises:
            TimeoutError: they are not in time.

        """
        wanted = set(facts)
        with self._changed:
            if not self._changed.wait_for(lambda: wanted <= self._effects.keys(), LONGEST):
                raise TimeoutError(f"{len(wanted - self._effects.keys())} effects never came")
            return {fact: self._effects[fact] for fact in wanted}


@dataclass
class Pair:
    """The two processes of a contender."""

    sender: "subprocess.Popen[str]"
    receiver: Receiver

    def round(self, count: int, at_once: int) -> Round:
        """Send facts, and wait for all their effects."""
        assert self.sender.stdin
        assert self.sender.stdout
        self.sender.stdin.write(f"{count} {at_once}\n")
        self.sender.stdin.flush()
        told = json.loads(self.sender.stdout.readline())
        effects = self.receiver.effects_of(list(told["committed"]))
        latencies = [effects[fact] - moment for fact, moment in told["committed"].items()]
        return Round(max(effects.values()) - told["began"], latencies)

    def alone(self, count: int) -> Round:
        """Send facts with nothing else going on, each after the effect of the one before."""
        rounds = [self.round(1, 1) for _ in range(count)]
        return Round(sum(one.seconds for one in rounds), [one.latencies[0] for one in rounds])


def measure(stack: Stack) -> list[Comparison]:
    """Ours beside Celery and beside plain FastStream, under load and one at a time."""
    with ExitStack() as running:
        pairs = {
            name: running.enter_context(_pair(module, stack)) for name, module in CONTENDERS.items()
        }
        crowded = {name: Measured(name) for name in pairs}
        alone = {name: Measured(name) for name in pairs}
        # The first round warms all up and is not kept.
        for number in range(ROUNDS + 1):
            for name, pair in pairs.items():
                found = pair.round(PER_ROUND, UNDER_WAY), pair.alone(ALONE_PER_ROUND)
                if number:
                    crowded[name].rounds.append(found[0])
                    alone[name].rounds.append(found[1])
    return [
        *_comparisons(f"As deployed, {UNDER_WAY} under way", crowded, ABOUT),
        *_comparisons("As deployed, one at a time", alone, "The same with nothing else going on."),
    ]


def _comparisons(title: str, measured: dict[str, Measured], about: str) -> Iterator[Comparison]:
    ours, *others = measured.values()
    for other in others:
        yield Comparison(
            f"{title}: beside {other.name}", "facts", ours, other, target=None, about=about
        )


@contextmanager
def _pair(module: str, stack: Stack) -> Iterator[Pair]:
    with _process(module, "receive", stack) as receiving, _process(module, "send", stack) as sender:
        yield Pair(sender, Receiver(receiving))


@contextmanager
def _process(module: str, role: str, stack: Stack) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", f"tests.bench.deployed.{module}", role]
    process = subprocess.Popen(
        [*command, stack.amqp_url, stack.mongo_url],
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        while (line := process.stdout.readline()).strip() != "ready":
            if not line:
                raise RuntimeError(f"{module} {role} ended before it was ready")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)
