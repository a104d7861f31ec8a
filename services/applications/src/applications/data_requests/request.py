"""One request about somebody's data, or a complaint, as it is kept. Pure.

A request is what was asked and the dated steps that were taken about it. Everything else, above all
by when it must be answered (`deadline.py`), follows from these.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from nextstep_contracts import Refused
from nextstep_messaging import ERASED

RequestKind = Literal["access", "erasure", "rectification", "complaint"]
KINDS: dict[RequestKind, str] = {
    "access": "Access: a copy of their data",
    "erasure": "Erasure",
    "rectification": "Rectification: something is wrong",
    "complaint": "Complaint about how their data is handled",
}
StepKind = Literal[
    "acknowledged",
    "identity_asked",
    "identity_confirmed",
    "question_asked",
    "question_answered",
    "extended",
    "searched",
    "sent",
    "noted",
    "closed",
]
STEPS: dict[StepKind, str] = {
    "acknowledged": "We told them that we have it",
    "identity_asked": "We asked for proof of who they are",
    "identity_confirmed": "We know who they are",
    "question_asked": "We asked what they mean: the clock stops",
    "question_answered": "They answered: the clock goes on",
    "extended": "We told them that we need two months more",
    "searched": "We searched",
    "sent": "We sent something",
    "noted": "Note",
    "closed": "Closed",
}
"""What the office can record, in its words."""
OUTCOMES: dict[str, str] = {
    "done": "Done as asked",
    "partly": "Done in part",
    "refused": "Refused, with the reason and how to complain",
    "withdrawn": "They withdrew it",
}
LONGEST = 4000
"""Characters of one text."""


class RequestStep(BaseModel):
    """One thing that was done about a request."""

    model_config = ConfigDict(frozen=True)

    kind: StepKind
    on: date
    """The local day on which it happened, which may be before it was recorded."""
    text: str = ""
    """How they proved who they are, what was searched or sent and how, why it is closed."""
    outcome: str = ""
    """Of the closing: a key of `OUTCOMES`."""
    by: str
    at: datetime
    """When it was recorded."""


class DataRequest(BaseModel):
    """A request about somebody's data, or a complaint."""

    model_config = ConfigDict(frozen=True)

    id: str
    number: str
    """For letters, for example `DP-0007`."""
    kind: RequestKind
    name: str
    contact: str
    """Where the answer goes: an email or postal address."""
    person_id: str = ""
    """Of an applicant or Fellow, once it is known who asks."""
    received: date
    """The local day on which it reached anybody of the programme, by whatever way."""
    asked: str
    """What they ask, in their words."""
    steps: tuple[RequestStep, ...] = ()
    version: int = 0

    def last(self, *kinds: StepKind) -> RequestStep | None:
        """The latest step of one of these kinds."""
        return next((step for step in reversed(self.steps) if step.kind in kinds), None)

    @property
    def closing(self) -> RequestStep | None:
        """How it ended, once it did."""
        return self.last("closed")

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.closing is None

    def without_person(self) -> "DataRequest":
        """The bare course of it, once the person is erased: what it was and when what was done."""
        steps = tuple(
            step.model_copy(update={"text": ERASED if step.text else ""}) for step in self.steps
        )
        blank = {"name": ERASED, "contact": "", "asked": ERASED, "person_id": "", "steps": steps}
        return self.model_copy(update=blank)


def checked(request: DataRequest, today: date) -> DataRequest:
    """A new request without surrounding blanks.

    Raises:
        Refused: something is missing, or it came in the future or before there were such rights.

    """
    clean = {name: getattr(request, name).strip() for name in ("name", "contact", "asked")}
    problems = {}
    if not clean["name"]:
        problems["name"] = "Enter who asks"
    if not clean["contact"]:
        problems["contact"] = "Enter where the answer goes"
    if not clean["asked"]:
        problems["asked"] = "Enter what they ask, in their words"
    if any(len(text) > LONGEST for text in clean.values()):
        problems["asked"] = f"Enter {LONGEST:,} characters at most"
    if request.received > today:
        problems["received"] = "Enter the day on which it came; it cannot be in the future"
    elif request.received.year < FIRST_YEAR:
        problems["received"] = f"Enter the day on which it came, with its year from {FIRST_YEAR}"
    if problems:
        raise Refused("The request is not complete", fields=problems)
    return request.model_copy(update=clean)


FIRST_YEAR = 2018
"""That of the Data Protection Act: an earlier day is a slip, and would be overdue for ever."""
NEEDS_TEXT: dict[StepKind, str] = {
    "identity_confirmed": "Say how they proved who they are; keep no copy of a document",
    "question_asked": "Say what you asked",
    "extended": "Say why it needs longer: it is complex, or one of many",
    "searched": "Say what was searched, and for what",
    "sent": "Say what was sent, to where and how",
    "noted": "Write the note",
    "closed": "Say how it ended",
}
AFTER: dict[StepKind, StepKind] = {
    "identity_confirmed": "identity_asked",
    "question_answered": "question_asked",
}
"""What can only follow something that is open."""


def taken(request: DataRequest, step: RequestStep, today: date) -> DataRequest:
    """The request after one more step.

    Raises:
        Refused: it is closed, the day cannot be, a text is missing, or nothing is open that the
            step would end.

    """
    if not request.open:
        raise Refused("This request is closed. Record a new one.")
    text = step.text.strip()
    problems = {}
    if step.on < request.received:
        problems["on"] = "Enter the day on which it was done; the request came later than that"
    elif step.on > today:
        problems["on"] = "Enter the day on which it was done; it cannot be in the future"
    if (needed := NEEDS_TEXT.get(step.kind)) and not text:
        problems["text"] = needed
    if len(text) > LONGEST:
        problems["text"] = f"Enter {LONGEST:,} characters at most"
    if step.kind == "closed" and step.outcome not in OUTCOMES:
        problems["outcome"] = "Choose how it ended"
    if fault := _out_of_turn(request, step):
        problems["kind"] = fault
    if problems:
        raise Refused("The step is not complete", fields=problems)
    kept = {"text": text, "outcome": step.outcome if step.kind == "closed" else ""}
    return request.model_copy(update={"steps": (*request.steps, step.model_copy(update=kept))})


def _out_of_turn(request: DataRequest, step: RequestStep) -> str | None:
    for answer, question in AFTER.items():
        newest = request.last(question, answer)
        awaited = newest if newest is not None and newest.kind == question else None
        if step.kind == question and awaited:
            return "It was asked already, and the answer is awaited"
        if step.kind == answer and awaited is None:
            return "Nothing was asked that this would answer"
        if step.kind == answer and awaited and step.on < awaited.on:
            return "That is before it was asked"
    if step.kind == "extended" and (request.kind == "complaint" or request.last("extended")):
        return "A request is extended once, and a complaint never"
    return None
