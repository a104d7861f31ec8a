"""An entry leaves a calendar. Which must lose it is found in `calendar`."""

from notifications.emails.email import Email
from notifications.emails.facts import SESSION

EMAIL = Email(
    name="invitation_cancelled",
    label="Calendar: cancelled",
    notice="privacy-fellows",
    sample={**SESSION, "reason": "The speaker is ill. A new date will follow."},
)
