"""An entry comes into a calendar. Which calendars need it is found in `calendar`."""

from notifications.emails.email import Email
from notifications.emails.facts import SESSION
from notifications.emails.links import PROGRAMME

EMAIL = Email(
    name="invitation",
    label="Calendar: invited",
    links=(PROGRAMME,),
    exact=("joining",),
    notice="privacy-fellows",
    sample={
        **SESSION,
        "title": "Masterclass 3: Understanding finance in a healthcare setting",
        "time": "5pm to 7pm",
        "venue": "Online",
        "joining": "https://meet.example.org/next-step",
    },
)
