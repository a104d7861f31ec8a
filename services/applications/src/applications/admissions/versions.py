"""The versions of an application: what each says, what puts one in force, what changed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document, with_documents
from applications.admissions.by_hand import ByHand
from applications.admissions.eligibility import is_late
from applications.admissions.waiting import HELD, HeldKind, kind_of_sentence
from nextstep_programme import Cohort

IN_FORCE_AGAIN = "Put in force again."
"""Why the office decided on a version that never waited."""


class Correction(BaseModel):
    """What the office typed instead of what arrived, before it became a version."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: str
    why: str
    answers: dict[str, str]
    """By the name of the answer, as typed; the latest correction replaces all before it."""


class HeldBack(BaseModel):
    """That a version waits for the office, or what the office decided on it."""

    model_config = ConfigDict(frozen=True)

    kind: HeldKind | None = None
    """Why it waited; None if it never did: the office put it in force again."""
    earlier_text: str | None = None
    """The sentence of an earlier release, where it is none of ours."""
    status: Literal["pending", "applied", "set_aside"]
    by: str | None = None
    reason: str | None = None
    at: datetime | None = None

    @property
    def why(self) -> str:
        """Why it waited, in a sentence for the office."""
        return HELD[self.kind] if self.kind else self.earlier_text or IN_FORCE_AGAIN

    @model_validator(mode="before")
    @classmethod
    def _of_any_release(cls, stored: Any) -> Any:
        """Earlier releases stored the sentence, and read it."""
        if not isinstance(stored, Mapping) or "why" not in stored:
            return stored
        known = {name: value for name, value in stored.items() if name != "why"}
        why = stored["why"]
        if known.get("kind"):
            return known
        if kind := kind_of_sentence(why):
            return known | {"kind": kind}
        return known | {"earlier_text": None if why == IN_FORCE_AGAIN else why}


class Version(BaseModel):
    """A submission that became part of an application, as it came; kept for ever."""

    model_config = ConfigDict(frozen=True)

    id: str
    """That of its receipt."""
    application_id: str
    person_id: str
    source: str
    submitted_at: datetime
    received_at: datetime
    answers: Answers
    documents: dict[str, Document] = Field(default_factory=dict)
    after_decision: bool = False
    held: HeldBack | None = None
    in_force: bool = True
    """Whether what it says is, or was, in the application: files that are still fetched go into
    it only then."""
    corrections: tuple[Correction, ...] = ()
    by_hand: ByHand | None = Field(default=None, exclude_if=lambda entered: entered is None)
    """Who entered it, where it did not come through a form."""
    acknowledged_to: str | None = Field(default=None, exclude_if=lambda sender: sender is None)
    """Under which person id the address that it gives was told of it, as it is not certain whose
    it is; see `FormReceived`."""

    @property
    def waits(self) -> bool:
        """Whether the office is still to decide on it."""
        return self.held is not None and self.held.status == "pending"


@dataclass(frozen=True)
class Change:
    """One answer or document of a version that is not as it was."""

    name: str
    before: str | None
    after: str | None


def put_in_force(
    application: Application,
    answers: Answers,
    documents: Mapping[str, Document],
    submitted_at: datetime,
) -> Application:
    """Amend by decision of the office, whatever the order in which submissions came."""
    merged = with_documents(application, documents)
    return merged.model_copy(
        update={
            "answers": answers,
            "submitted_at": max(application.submitted_at, submitted_at),
            "first_submitted_at": min(application.first_submitted_at, submitted_at),
            "cleared": application.cleared and answers == application.answers,
        }
    )


def without_late_version(application: Application, cohort: Cohort) -> Application:
    """An application that began with a late submission, made ready for an earlier one in time.

    The earlier one is in force then, as if it had arrived first, and the late one waits for the
    office. What the applicant uploaded on their own page stays.
    """
    own = f"{application.id}:"
    kept = {
        key: document
        for key, document in application.documents.items()
        if not is_late(document.sent_at, cohort) or (document.file_id or "").startswith(own)
    }
    early = application.model_copy(update={"documents": kept})
    return early.model_copy(
        update={"submitted_at": datetime.min.replace(tzinfo=cohort.deadline.tzinfo)}
    )


def changes(
    before: Answers,
    after: Answers,
    documents_before: Mapping[str, Document],
    documents_after: Mapping[str, Document],
) -> tuple[Change, ...]:
    """What a version says differently: answers in the order of the form, then documents sent."""
    answers = [
        Change(name, _written(before, name), _written(after, name))
        for name in after.changed_from(before)
    ]
    files = []
    for key, given in sorted(documents_after.items()):
        old = documents_before[key].name if key in documents_before else None
        files.append(Change(key, old, _sent(old, given.name)))
    return (*answers, *files)


def _written(answers: Answers, name: str) -> str | None:
    value = answers.unread.get(name, getattr(answers, name))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return None if value is None else str(value)


def _sent(before: str | None, name: str) -> str:
    """Two files of one name may be two files."""
    return f"{name} (sent again)" if name == before else name
