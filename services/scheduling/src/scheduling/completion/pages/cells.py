"""How a standing, and what became of a session for one Fellow, are written in tables."""

from datetime import datetime

from scheduling.completion.rules import OUTCOME_WORDS, STATE_WORDS, FellowSession

STANDING_COLOURS = {
    "met": "green",
    "on_track": "blue",
    "no_slack": "orange",
    "impossible": "red",
    "not_required": "grey",
}
OUTCOME_COLOURS = {
    "attended": "green",
    "waived": "aqua-green",
    "missed": "red",
    "apologies": "orange",
    "before_joining": "grey",
    "open": "yellow",
}


def standing_tag(state: str) -> dict[str, str]:
    """A standing as a coloured tag."""
    return {"tag": STATE_WORDS[state], "colour": STANDING_COLOURS[state]}


def outcome_tag(held: FellowSession, now: datetime) -> dict[str, str]:
    """What became of a session for one Fellow, as a coloured tag."""
    over = held.session.over_at
    if held.outcome == "open" and (over is None or over > now):
        return {"tag": "To come", "colour": "white"}
    return {"tag": OUTCOME_WORDS[held.outcome], "colour": OUTCOME_COLOURS[held.outcome]}
