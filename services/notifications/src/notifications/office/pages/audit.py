"""What the entries of the audit trail are about: the email that somebody sent again."""

from fastapi import Request

from nextstep_web import About, AuditTrail, Principal, Telling
from nextstep_web.conflicts import closed_people, nothing_closed
from notifications.office.pages.cells import email_path


async def telling(request: Request, reader: Principal) -> Telling:
    """Every entry leads to its email, for whoever may read the trail.

    The trail is one chain, numbered through, about everybody.

    Raises:
        NotServed: the reader must learn nothing of somebody.

    """
    del reader
    await nothing_closed(await closed_people(request))
    return Telling(lambda entry: About(href=email_path(entry["about"])))


AUDIT = AuditTrail(telling)
