"""Where a Fellow stands: bad news always, and relief after bad news."""

from nextstep_contracts import StandingChanged
from notifications.emails.email import EventEmail, Facts, by_id
from notifications.emails.links import PROGRAMME

_UNEASY = frozenset({"no_slack", "impossible"})


def facts(event: StandingChanged, _person_id: str, _zone: str) -> Facts:
    """Where a Fellow stands, with the counts and the reasons."""
    return {
        "standing": event.standing,
        "reasons": list(event.reasons),
        "masterclasses": f"{event.masterclasses_attended} of {event.masterclasses_required}",
        "modules": f"{event.modules_attended + event.modules_waived} of {event.modules_required}",
        "modules_waived": event.modules_waived,
    }


def matters(before: str | None, now: str) -> bool:
    """Bad news always, relief after bad news; that all is met is told by `requirements_met`."""
    if now in _UNEASY:
        return now != before
    return now == "on_track" and before in {*_UNEASY, "met"}


EMAIL = EventEmail(
    name="standing_changed",
    label="Standing changed",
    event=StandingChanged,
    subject="standing",
    because="Only when there is no slack left, when completion is out of reach, or after either.",
    people=by_id,
    facts=facts,
    says=lambda event, _person_id: event.standing,
    worth_telling=matters,
    links=(PROGRAMME,),
    notice="privacy-fellows",
    sample={
        "standing": "no_slack",
        "reasons": [
            "You have missed 2 of 6 masterclasses and need 4.",
            "Attending Masterclasses 4, 5 and 6 completes the requirement.",
        ],
        "masterclasses": "1 of 4",
        "modules": "2 of 4",
        "modules_waived": 1,
    },
)
