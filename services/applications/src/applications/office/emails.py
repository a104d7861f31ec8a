"""What became of the emails that a person was sent, as notifications tells it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from nextstep_contracts import EmailBounced, EmailSent


class Sending(BaseModel):
    """That the mail server took an email."""

    model_config = ConfigDict(frozen=True)

    revision: int
    at: datetime
    title: str


class Bounce(BaseModel):
    """That an email came back."""

    model_config = ConfigDict(frozen=True)

    revision: int
    at: datetime
    permanent: bool
    diagnostic: str


class Email(BaseModel):
    """One email, and the highest revision of each fact about it."""

    model_config = ConfigDict(frozen=True)

    email_id: str
    application_id: str
    cause: str
    """The type of the event that it told of."""
    sent: Sending | None = None
    bounced: Bounce | None = None

    @property
    def came_back(self) -> bool:
        """Whether the last that was heard of it is that it could not be delivered."""
        if self.bounced is None:
            return False
        return self.sent is None or self.bounced.revision > self.sent.revision

    @property
    def at(self) -> datetime | None:
        """When it was sent, or came back if that is all that is known."""
        told = self.sent or self.bounced
        return told.at if told else None


class EmailsOfPerson(BaseModel):
    """All of a person's emails, in the order of their ids."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    erased: bool = False
    """Whether nothing about them is kept any more, whatever comes."""
    emails: tuple[Email, ...] = ()
    version: int = 0
    """The stored version this was loaded as; 0 for none."""

    @property
    def bounced(self) -> bool:
        """Whether an email came back for good."""
        return any(email.bounced and email.bounced.permanent for email in self.emails)

    def about(self, application_id: str) -> tuple[Email, ...]:
        """Those that told of this application."""
        return tuple(email for email in self.emails if email.application_id == application_id)

    def told(self, event: EmailSent | EmailBounced) -> "EmailsOfPerson":
        """After what an event tells; itself if that is known already, or no longer kept."""
        known = {email.email_id: email for email in self.emails}
        before = known.get(event.email_id)
        part = "sent" if isinstance(event, EmailSent) else "bounced"
        told = getattr(before, part, None)
        if self.erased or (told and told.revision >= event.revision):
            return self
        about = {"application_id": event.cause_subject, "cause": event.cause_type}
        changed = about | {part: _fact(event)}
        known[event.email_id] = (
            before.model_copy(update=changed)
            if before
            else Email.model_validate({"email_id": event.email_id, **changed})
        )
        emails = tuple(known[email_id] for email_id in sorted(known))
        return self.model_copy(update={"emails": emails})

    def forgotten(self) -> "EmailsOfPerson":
        """After the person is erased."""
        return self.model_copy(update={"erased": True, "emails": ()})


def _fact(event: EmailSent | EmailBounced) -> Sending | Bounce:
    if isinstance(event, EmailSent):
        return Sending(revision=event.revision, at=event.sent_at, title=event.title)
    return Bounce(
        revision=event.revision,
        at=event.bounced_at,
        permanent=event.permanent,
        diagnostic=event.diagnostic,
    )
