"""An entry in a calendar is put right. Which need it is found in `calendar`."""

from notifications.emails.email import Email, Facts
from notifications.emails.facts import SESSION
from notifications.emails.links import PROGRAMME

_LABELS = {
    "title": "Title",
    "day": "Date",
    "time": "Time",
    "venue": "Where",
    "joining": "How to join",
}


def facts(before: Facts, now: Facts) -> Facts:
    """The session in words as it stands now, and what of it was told otherwise before."""
    changes = [
        {"label": label, "now": now[key] or "not given", "before": before[key] or "not given"}
        for key, label in _LABELS.items()
        if before[key] != now[key]
    ]
    return {**now, "changes": changes}


EMAIL = Email(
    name="invitation_changed",
    label="Calendar: changed",
    links=(PROGRAMME,),
    exact=("joining", "changes"),
    notice="privacy-fellows",
    sample={
        **SESSION,
        "changes": [
            {"label": "Time", "now": "9am to 5pm", "before": "time to be confirmed"},
            {
                "label": "Where",
                "now": "Bush House, Strand, London",
                "before": "The Jockey Club, Newmarket",
            },
        ],
    },
)
