"""How an email is declared: what causes it, who gets it, what it says, and when it is not sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nextstep_contracts import Event, Person
from nextstep_programme import LegalPageName
from notifications.emails.links import Link

Facts = dict[str, Any]
"""What an email says, in words: plain JSON, so that an email that must wait (its recipient's
address is not known yet) can be stored and written later."""
FactsOf = Callable[[Any, str, str], Facts]
"""The facts of an event for one person id, with moments told in a zone."""
Recipient = Person | str
"""A person, or a person id where the event carries no address."""

SAMPLE_NAME = "Dr Ada Okafor"
"""To whom samples are written."""


@dataclass(frozen=True, kw_only=True)
class Email:
    """An email as such, whoever it is written to."""

    name: str
    """That of its folder. It is stored with each that is written, so it never changes."""
    label: str
    """How the office calls it."""
    links: tuple[Link, ...] = ()
    """The personal links that its words may use, as `links.<name>`."""
    exact: tuple[str, ...] = ()
    """Facts told letter by letter, which we or the office chose: an address to follow, a signature.
    In all others, which anybody may have typed, nothing can be followed."""
    sample: Mapping[str, Any]
    """Facts to show it with."""
    notice: LegalPageName | None = "privacy-applicants"
    """The privacy notice that is for its reader; None: whichever is theirs, or of the office."""
    presents_notice: bool = False
    """Whether it is the first that somebody gets in this part of theirs: it tells of the notice in
    its text, not at its foot alone."""
    by_another: bool = False
    """Whether it is sent because of what one other person did, whom it may name."""
    by_a_group: bool = False
    """Whether it is sent again to all of a group when one of them comes or goes."""


@dataclass(frozen=True, kw_only=True)
class EventEmail(Email):
    """An email that tells of an event.

    Without `says` it is sent for every event. With `says` it tells a state (a standing, a learning
    set): it is sent only when what it says differs, in the sense of `worth_telling`, from what the
    person was last told.
    """

    event: type[Event]
    subject: str
    """Names the memory of what the event is about, together with the event's own subject."""
    because: str
    """Shown to the office: to whom and why it is sent, or why not."""
    people: Callable[[Any], Sequence[Recipient]] = lambda event: (event.person,)
    facts: FactsOf
    by_a_form: bool = False
    """Whether anybody can cause it by filling in a public form: then it is bounded by address."""
    overtaken_by: tuple[type[Event], ...] = ()
    """Later events of the same subject after which this email would mislead."""
    says: Callable[[Any, str], str] | None = None
    worth_telling: Callable[[str | None, str], bool] = lambda before, now: before != now
    wants: Callable[[Any], bool] | None = None
    """False drops the event before any work; None wants every one."""


def names_others(email: Email) -> bool:
    """Whether its words name people beside the recipient: a learning set, the other authors."""
    return "others" in email.sample


def by_id(event: Any) -> tuple[str, ...]:
    """The person whom an event names by id alone."""
    return (event.person_id,)
