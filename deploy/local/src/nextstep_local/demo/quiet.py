"""Wait until nothing is on its way: read off the metrics of all services, as anybody can."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from prometheus_client.parser import text_string_to_metric_families

from nextstep_local.demo.visitor import Visitor

SOONEST, LATEST = 0.03, 0.8
"""Seconds between two looks at what moves. A look costs as much as several deliveries do."""
EACH = 0.006
"""Seconds more for each thing on its way: a little less than it takes to arrive."""
LONGEST_SECONDS = 90
COUNTED = ("nextstep_published_total", "nextstep_subscription_info", "nextstep_handled_total")
"""What a service knows by heart."""
WAITING = ("nextstep_outbox_depth", "nextstep_timers_due", "nextstep_work_pending")
"""What it must ask its database for, which makes what is waited for slower."""
_SETTLED = ("handled", "duplicate", "unwanted", "dead")


class RestlessError(RuntimeError):
    """The services did not come to rest; the message says what was still on its way."""


@dataclass(frozen=True)
class Pulse:
    """What the metrics of all services together say at one moment."""

    published: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By event and, where it is for one service alone, that service."""
    settled: Counter[str] = field(default_factory=Counter)
    """By event: deliveries that ended, whatever the outcome."""
    outcomes: Counter[str] = field(default_factory=Counter)
    subscribers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    waiting: Counter[str] = field(default_factory=Counter)
    """Outbox rows, due timers and other work not yet done, by what it is."""

    @property
    def counted(self) -> tuple[object, ...]:
        """What only grows: two pulses that agree on it have nothing between them."""
        return self.published, self.settled, self.outcomes

    @property
    def restless(self) -> dict[str, int]:
        """What is still on its way; empty when nothing is."""
        expected: Counter[str] = Counter()
        for (event, addressee), number in self.published.items():
            hearing = self.subscribers.get(event, set())
            expected[event] += number * len(hearing & {addressee} if addressee else hearing)
        behind = {e: n - self.settled[e] for e, n in expected.items() if n != self.settled[e]}
        return behind | {what: n for what, n in self.waiting.items() if n}


def take_pulse(texts: Mapping[str, str]) -> Pulse:
    """Add up the metrics texts of the services."""
    pulse = Pulse()
    for service, text in texts.items():
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels, value = sample.labels, int(sample.value)
                match sample.name:
                    case "nextstep_published_total":
                        pulse.published[labels["event"], labels["addressee"]] += value
                    case "nextstep_subscription_info":
                        pulse.subscribers[labels["event"]].add(labels["consumer"])
                    case "nextstep_handled_total":
                        pulse.outcomes[labels["outcome"]] += value
                        if labels["outcome"] in _SETTLED:
                            pulse.settled[labels["event"]] += value
                    case "nextstep_outbox_depth" | "nextstep_timers_due" | "nextstep_work_pending":
                        pulse.waiting[" ".join((service, sample.name, *labels.values()))] += value
    return pulse


class Stillness:
    """Knows how to wait for it. `seconds` adds up the time spent waiting."""

    def __init__(self, visitor: Visitor, services: Mapping[str, str]) -> None:
        self._visitor = visitor
        self._services = services
        self.seconds = 0.0

    async def pulse(self, metrics: Sequence[str] = COUNTED + WAITING) -> Pulse:
        """The present one."""
        names = list(self._services)
        asked = urlencode([("name[]", metric) for metric in metrics])
        texts = await asyncio.gather(
            *(self._visitor.text(f"{self._services[name]}/metrics?{asked}") for name in names)
        )
        return take_pulse(dict(zip(names, texts, strict=True)))

    async def wait(self) -> Pulse:
        """Wait until all that was published is settled, nothing waits, and nothing moved meanwhile.

        Raises:
            RestlessError: not within the longest time that any step of the year may take.

        """
        started = time.monotonic()
        before: Pulse | None = None
        while True:
            if before is None or before.restless:
                pulse = await self.pulse(COUNTED)
            else:  # only what seems to rest is worth asking the databases about
                pulse = await self.pulse()
                if not pulse.restless and pulse.counted == before.counted:
                    self.seconds += time.monotonic() - started
                    return pulse
            if time.monotonic() - started > LONGEST_SECONDS:
                raise RestlessError(f"Still on its way: {pulse.restless}")
            if pulse.restless:
                left = sum(abs(number) for number in pulse.restless.values())
                await asyncio.sleep(min(LATEST, SOONEST + EACH * left))
            before = pulse
