"""How what became of an email is shown in a table."""

STATES_IN_WORDS = {
    "waiting": ("Waiting for an address", "yellow"),
    "queued": ("Queued", "blue"),
    "sending": ("On its way", "blue"),
    "sent": ("Sent", "green"),
    "failed": ("Failed", "red"),
    "uncertain": ("Uncertain", "orange"),
    "held": ("Held back", "yellow"),
    "not_sent": ("Not sent", "grey"),
}
"""How a state is written for people, and its colour."""


def state_tag(state: str) -> dict[str, str]:
    """A state as a table cell."""
    text, colour = STATES_IN_WORDS[state]
    return {"tag": text, "colour": colour}
