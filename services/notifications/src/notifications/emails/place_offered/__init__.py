"""The offer, with the link to answer it and until when."""

from nextstep_contracts import PlaceOffered
from nextstep_programme.writing import deadline
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import ANSWERED, LEFT, REFERENCE
from notifications.emails.links import APPLICATION


def facts(event: PlaceOffered, _person_id: str, zone: str) -> Facts:
    """Until when the offer holds, in local time."""
    return {
        "reference": event.reference,
        "expires": deadline(event.expires_at, zone),
        "from_waiting_list": event.from_waiting_list,
        "extended": event.extended,
    }


EMAIL = EventEmail(
    name="place_offered",
    label="Place offered",
    event=PlaceOffered,
    subject="application",
    because="The offer, with the link to answer it and until when.",
    facts=facts,
    overtaken_by=(*ANSWERED, *LEFT),
    links=(APPLICATION,),
    sample={
        "reference": REFERENCE,
        "expires": "11:59pm on Tuesday 10 September 2024",
        "from_waiting_list": True,
        "extended": False,
    },
)
