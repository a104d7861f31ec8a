"""What the entries of the audit trail are about: the email that somebody sent again."""

from fastapi import Request

from nextstep_web import About, AuditTrail, Principal, Telling
from notifications.office.pages.cells import email_path


async def telling(request: Request, reader: Principal) -> Telling:
    """Every entry leads to its email, for whoever may read the trail."""
    del request, reader
    return Telling(lambda entry: About(href=email_path(entry["about"])))


AUDIT = AuditTrail(telling)
