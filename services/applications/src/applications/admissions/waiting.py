"""Why an application waits for the office beside its course: a set of reasons, each settled alone.

A reason is kept as its kind and its facts; the sentence is made where somebody reads it. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from applications.admissions.document_names import document_title
from nextstep_programme.writing import moment

Doubt = Literal["other_address", "unconfirmed_address", "said_before"]
"""Why it is not certain enough that a submission is by somebody known, and is their last word."""
HeldKind = Literal[
    "after_decision",
    "after_deadline",
    "again_after_withdrawing",
    "again_after_declining",
    "again_after_lapsing",
    "again_after_rejection",
    "other_address",
    "unconfirmed_address",
    "said_before",
]
"""Why a submission by somebody known is held back, instead of amending."""
TimeFault = Literal["unreadable", "before_opening", "after_arrival"]
"""Why the time that a form gives of its submission is not believed."""
About = Literal["submission", "time", "virus"]
"""What a reason is about, to filter and count by."""

HELD: Mapping[HeldKind, str] = {
    "after_decision": "A submission came after the decision.",
    "after_deadline": "A submission came after the deadline.",
    "again_after_withdrawing": "Applied again after withdrawing.",
    "again_after_declining": "Applied again after declining the place.",
    "again_after_lapsing": "Applied again after the offer lapsed.",
    "again_after_rejection": "Applied again after the rejection.",
    "other_address": (
        "A submission with the same number and name gives another email address, "
        "which nobody has confirmed."
    ),
    "unconfirmed_address": (
        "A submission gives the same email address, which nobody has confirmed, "
        "and no number that says it is the same person."
    ),
    "said_before": (
        "A form came once more, word for word as before other answers of it: they were changed "
        "back, or the form sent an earlier message late."
    ),
}
_KINDS: Mapping[str, HeldKind] = {sentence: kind for kind, sentence in HELD.items()}
_TIME_FAULTS: Mapping[TimeFault, str] = {
    "unreadable": "cannot be read",
    "before_opening": "is long before applications opened",
    "after_arrival": "is later than it arrived",
}


def kind_of_sentence(text: str) -> HeldKind | None:
    """What a sentence of `HELD` says, as earlier releases stored it; None if it is none."""
    return _KINDS.get(text)


class HeldSubmission(BaseModel):
    """A submission changes nothing until the office decides on it."""

    model_config = ConfigDict(frozen=True)

    kind: HeldKind
    submission_id: str

    @property
    def key(self) -> str:
        """What tells it from the other reasons of its application."""
        return f"submission:{self.submission_id}"

    @property
    def about(self) -> About:
        """What it is about."""
        return "submission"

    def sentence(self, zone: str) -> str:  # noqa: ARG002 -- one signature for every reason
        """Why the office is asked."""
        return HELD[self.kind]


class DoubtedTime(BaseModel):
    """The form's own time of a submission is not believed: its arrival counts."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["doubted_time"] = "doubted_time"
    submission_id: str
    fault: TimeFault
    as_written: str
    received_at: datetime

    @property
    def key(self) -> str:
        """What tells it from the other reasons of its application."""
        return f"time:{self.submission_id}"

    @property
    def about(self) -> About:
        """What it is about."""
        return "time"

    def sentence(self, zone: str) -> str:
        """Why the office is asked, with the arrival on the clocks of `zone`."""
        arrival = f"its arrival on {moment(self.received_at, zone)} counts instead."
        return f"The form's time “{self.as_written}” {_TIME_FAULTS[self.fault]}: {arrival}"


class FoundVirus(BaseModel):
    """After the decision a virus was found in a file, which was removed."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["virus"] = "virus"
    file_id: str
    document: str | None
    evidence: int | None
    """The number of a file of evidence of study leave; its name can be a person's."""

    @property
    def key(self) -> str:
        """What tells it from the other reasons of its application."""
        return f"virus:{self.file_id}"

    @property
    def about(self) -> About:
        """What it is about."""
        return "virus"

    def sentence(self, zone: str) -> str:  # noqa: ARG002 -- one signature for every reason
        """Why the office is asked."""
        return f"{self.title}: the virus scanner found something. The file was removed."

    @property
    def title(self) -> str:
        """What the office calls the file."""
        if self.document is not None:
            return document_title(self.document)
        return f"Evidence of study leave, file {self.evidence}"


class EarlierText(BaseModel):
    """What is stored by releases that had one text, of whatever came last."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["earlier_text"] = "earlier_text"
    text: str

    @property
    def key(self) -> str:
        """What tells it from the other reasons of its application."""
        return "text"

    @property
    def about(self) -> About:
        """What it is about, by the words that those releases wrote."""
        if "the virus scanner found something" in self.text:
            return "virus"
        return "time" if self.text.startswith("The form's time ") else "submission"

    def sentence(self, zone: str) -> str:  # noqa: ARG002 -- one signature for every reason
        """Why the office is asked."""
        return self.text


Reason = Annotated[
    HeldSubmission | DoubtedTime | FoundVirus | EarlierText, Field(discriminator="kind")
]
Reasons = tuple[Reason, ...]
"""In the order in which they came; none twice."""
_READER: TypeAdapter[Reasons] = TypeAdapter(Reasons)


def reasons_of(stored: Any) -> Reasons:
    """The reasons as an application has them stored, in whichever release that was."""
    return _READER.validate_python(of_any_release(stored))


def of_any_release(stored: Any) -> Any:
    """The stored reasons in the form of this release, which earlier ones had as one text."""
    if stored is None:
        return ()
    return (EarlierText(text=stored),) if isinstance(stored, str) else stored


def with_reason(reasons: Reasons, new: Reason) -> Reasons:
    """A further reason waits beside the others; one that waits already stays as it is."""
    return reasons if any(one.key == new.key for one in reasons) else (*reasons, new)


def without_reason(reasons: Reasons, key: str) -> Reasons:
    """One reason is settled, the others wait on."""
    return tuple(one for one in reasons if one.key != key)


def once_decided(
    reasons: Reasons, submission_id: str, others: Sequence[tuple[str, str]]
) -> Reasons:
    """What is left when the office has decided on a submission that was held back.

    Args:
        reasons: those of its application.
        submission_id: which submission.
        others: the further submissions that wait, each with its sentence, in their order. The one
            text of an earlier release named the latest by its sentence alone; it goes on to the
            latest of those that no reason names, and ends with them.

    """
    left = without_reason(reasons, f"submission:{submission_id}")
    named = {one.submission_id for one in left if isinstance(one, HeldSubmission)}
    unnamed = [sentence for other, sentence in others if other not in named]
    return tuple(
        one
        for reason in left
        if (one := _passed_on(reason, unnamed) if isinstance(reason, EarlierText) else reason)
    )


def _passed_on(earlier: EarlierText, unnamed: Sequence[str]) -> EarlierText | None:
    text = earlier.text
    for sentence in HELD.values():
        text = text.replace(sentence, "").strip()
    text = " ".join([*([text] if text else []), *unnamed[-1:]])
    return EarlierText(text=text) if text else None


def listed_sentences(reasons: Reasons, zone: str) -> tuple[str, ...]:
    """Why the office is asked, a sentence for each reason."""
    return tuple(one.sentence(zone) for one in reasons)
