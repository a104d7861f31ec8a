"""What is said when a Fellow's standing changes: told once, and never twice the same."""

from nextstep_contracts import Event, RequirementsMet, StandingChanged
from scheduling.completion.standing import Judgement
from scheduling.fellows.fellow import Announced, Fellow


def announce(fellow: Fellow, judgement: Judgement, cohort: str) -> tuple[Fellow, tuple[Event, ...]]:
    """Remember the result and say what changed: the standing or counts, and whether met."""
    before, now_met = fellow.announced, judgement.standing == "met"
    after, events = before.model_dump(), list[Event]()
    if (before.standing, before.counts) != (judgement.standing, judgement.counts):
        after |= {"standing": judgement.standing, "counts": judgement.counts}
        after["revision"] = before.revision + 1
        events.append(_changed(fellow.person_id, judgement, cohort, after["revision"]))
    if before.met != now_met:
        after |= {"met": now_met, "met_revision": before.met_revision + 1}
        events.append(
            RequirementsMet(
                cohort=cohort,
                revision=after["met_revision"],
                person_id=fellow.person_id,
                met=now_met,
            )
        )
    announced = fellow.model_copy(update={"announced": Announced(**after)})
    return announced, tuple(events)


def _changed(person_id: str, judgement: Judgement, cohort: str, revision: int) -> StandingChanged:
    attended, required, modules_attended, waived, modules_required = judgement.counts
    return StandingChanged(
        cohort=cohort,
        revision=revision,
        person_id=person_id,
        standing=judgement.standing,
        reasons=judgement.reasons,
        masterclasses_attended=attended,
        masterclasses_required=required,
        modules_attended=modules_attended,
        modules_waived=waived,
        modules_required=modules_required,
    )
