"""The welcome of a new Fellow."""

from nextstep_contracts import PlaceAccepted
from notifications.emails.email import EventEmail
from notifications.emails.facts import LEFT, REFERENCE, reference
from notifications.emails.links import APPLICATION, PROGRAMME, STUDY_LEAVE

EMAIL = EventEmail(
    name="place_accepted",
    label="Welcome",
    event=PlaceAccepted,
    subject="application",
    because="The welcome. Calendar invitations follow on their own.",
    facts=reference,
    overtaken_by=LEFT,
    links=(PROGRAMME, STUDY_LEAVE, APPLICATION),
    notice="privacy-fellows",
    presents_notice=True,
    sample={"reference": REFERENCE, "reasons": []},
)
