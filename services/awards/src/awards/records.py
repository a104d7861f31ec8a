"""What every stored record of this service shares, and how a refusal by a rule is raised."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from nextstep_contracts import Refused


class Part(BaseModel):
    """Immutable data inside a record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def but(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        return self.model_copy(update=changes)


class Record(Part):
    """One stored document. `version` is the one it was loaded with; 0 means not yet stored."""

    collection: ClassVar[str]
    id: str
    version: int = 0


def required(value: str, what: str, field: str = "reason") -> str:
    """`value` without surrounding blanks.

    Raises:
        Refused: nothing is left; `what` says what to enter.

    """
    text = value.strip()
    if not text:
        raise Refused(what, fields={field: what})
    return text


def same_text(left: str | None, right: str | None) -> bool:
    """Whether two entries are the same but for case and spacing. Nothing fuzzier is tried."""
    if not left or not right:
        return False
    return " ".join(left.split()).casefold() == " ".join(right.split()).casefold()
