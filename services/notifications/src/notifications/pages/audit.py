"""What the entries of the audit trail are about: the mail that somebody sent again."""

from fastapi import Request

from nextstep_web import About, AuditTrail, Principal, Telling
from notifications.pages.site import mail_path


async def telling(request: Request, reader: Principal) -> Telling:
    """Every entry leads to its mail, for whoever may read the trail."""
    del request, reader
    return Telling(lambda entry: About(href=mail_path(entry["about"])))


AUDIT = AuditTrail(telling)
