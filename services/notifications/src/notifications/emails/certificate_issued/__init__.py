"""The number of a Fellow's certificate, and the page that verifies it."""

from nextstep_contracts import CertificateIssued
from nextstep_programme.writing import weekday
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def facts(event: CertificateIssued, _person_id: str, _zone: str) -> Facts:
    """The number and where anybody can check it."""
    return {
        "number": event.certificate_number,
        "verify_url": event.verify_url,
        "day": weekday(event.issued_on),
    }


EMAIL = EventEmail(
    name="certificate_issued",
    label="Certificate",
    event=CertificateIssued,
    subject="certificate",
    because="The number and the page that verifies it.",
    facts=facts,
    links=(PROJECT,),
    exact=("verify_url",),
    notice="privacy-fellows",
    sample={
        "number": "NS24-C-0017",
        "verify_url": "https://nextstep.example.org/awards/verify/NS24-C-0017",
        "day": "Tuesday 22 July 2025",
    },
)
