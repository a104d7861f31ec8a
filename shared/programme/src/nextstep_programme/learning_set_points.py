"""What the learning-set plan leaves tight: seats, weekends, breaks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from nextstep_programme.findings import Remark
from nextstep_programme.model import Cohort, LearningSets, Topic
from nextstep_programme.writing import weekday

_SATURDAY = 5
_SLOTS_WITHOUT_BREAK = 4
"""Four slots of 90 minutes are six hours; more than that without a pause is worth a question."""


def learning_set_points(cohort: Cohort) -> Iterator[Remark]:
    """What somebody should know about the plan of the action learning sets."""
    plan = cohort.learning_sets
    if plan.topics:
        yield from _seats(cohort)
    for position, topic in enumerate(plan.topics):
        yield from _weekends(position, topic)
        yield from _breaks(plan, position, topic)


def _seats(cohort: Cohort) -> Iterator[Remark]:
    plan, places = cohort.learning_sets, cohort.places
    counts = [len(plan.slots(topic)) for topic in plan.topics]
    slots = min(counts)
    if len(set(counts)) > 1:
        listed = ", ".join(str(count) for count in counts)
        yield Remark(
            "learning-set-slots-differ",
            ("learning_sets", "topics"),
            f"the topics have {listed} slots; with fixed sets only {slots} sets can meet.",
        )
    if slots * plan.stated_size < places:
        yield Remark(
            "learning-set-seats-short",
            ("learning_sets", "stated_size"),
            f"{slots} slots a topic for the announced size of {plan.stated_size} give "
            f"{slots * plan.stated_size} seats for {places} Fellows.",
        )
    seats = slots * plan.size
    if seats < places:
        yield Remark(
            "learning-set-places-short",
            ("learning_sets", "size"),
            f"{slots} slots for sets of {plan.size} give {seats} seats for {places} Fellows: "
            "add slots or enlarge the sets.",
        )
    elif seats - places < plan.size:
        yield Remark(
            "learning-set-no-slack",
            ("learning_sets", "size"),
            f"{slots} slots for sets of {plan.size} give {seats} seats for {places} Fellows: "
            f"{seats - places} to spare, so every slot is needed.",
        )


def _weekends(position: int, topic: Topic) -> Iterator[Remark]:
    days = sorted({window.on for window in topic.windows})
    weekend = [day for day in days if day.weekday() >= _SATURDAY]
    path = ("learning_sets", "topics", position)
    if weekend == days:
        yield Remark(
            "weekends-only",
            path,
            f"topic {position + 1} meets only at weekends ({_listed(days)}); availability is "
            "asked, nobody is assumed to be free.",
        )
    elif weekend:
        yield Remark(
            "weekend",
            path,
            f"topic {position + 1} also meets at a weekend ({_listed(weekend)}); availability is "
            "asked, nobody is assumed to be free.",
        )


def _breaks(plan: LearningSets, position: int, topic: Topic) -> Iterator[Remark]:
    per_day = Counter(on for on, _, _ in plan.slots(topic))
    long = sorted(day for day, slots in per_day.items() if slots > _SLOTS_WITHOUT_BREAK)
    if long:
        yield Remark(
            "facilitator-without-break",
            ("learning_sets", "topics", position, "windows"),
            f"topic {position + 1} has up to {max(per_day.values())} slots of "
            f"{plan.slot_minutes} minutes back to back for one facilitator ({_listed(long)}).",
        )


def _listed(days: list[date]) -> str:
    return ", ".join(weekday(day) for day in days)
