"""What became of the emails that this service's events caused, so that a page can say so."""

from collections import Counter
from collections.abc import Iterable

from nextstep_contracts import EmailBounced, EmailSent
from nextstep_messaging import UnitOfWork
from scheduling.store import MESSAGES, Read

CAUSED_BY_US = "scheduling."


def ours(event: EmailSent | EmailBounced) -> bool:
    """Whether one of this service's events caused the email."""
    return event.cause_type.startswith(CAUSED_BY_US)


async def heard(event: EmailSent | EmailBounced, uow: UnitOfWork) -> None:
    """Keep the newest that is known of an email: no address, no wording, only the person's id."""
    messages = uow.collection(MESSAGES)
    known = await messages.get(event.email_id)
    if known and known["revision"] >= event.revision:
        return
    await messages.save(
        {
            "_id": event.email_id,
            "version": known["version"] if known else 0,
            "revision": event.revision,
            "state": "sent" if isinstance(event, EmailSent) else "bounced",
            "at": (event.sent_at if isinstance(event, EmailSent) else event.bounced_at).isoformat(),
            "cause_type": event.cause_type,
            "cause_subject": event.cause_subject,
            "person_id": event.person_id,
            "template": event.template,
        }
    )


async def counted(read: Read, cause_subject: str) -> list[tuple[str, int, int]]:
    """For each kind of email about a session: (template, sent, bounced)."""
    return tally(
        (doc["template"], doc["state"])
        for doc in await read(MESSAGES).find({"cause_subject": cause_subject})
    )


def tally(found: Iterable[tuple[str, str]]) -> list[tuple[str, int, int]]:
    """Count (template, state) pairs by template, in alphabetical order."""
    counts = Counter(found)
    templates = sorted({template for template, _ in counts})
    return [(name, counts[name, "sent"], counts[name, "bounced"]) for name in templates]
