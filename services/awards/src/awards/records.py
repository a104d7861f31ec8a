"""What every stored record of this service shares, and how a refusal by a rule is raised."""

from collections.abc import Collection
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict


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


class Refused(Exception):  # noqa: N818 - a refusal by a rule is not an error
    """A rule says no; the message is a sentence fit for the person who asked."""

    def __init__(self, message: str, *, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}
        """Messages by form field, for a form that can be shown again."""

    def prefixed(self, prefix: str, names: Collection[str]) -> "Refused":
        """The same refusal for a form that puts `prefix` before the names of these fields."""
        named = {prefix + k if k in names else k: text for k, text in self.fields.items()}
        return Refused(str(self), fields=named)


class Unknown(Refused):
    """No such thing, or none that this person may know of; both read the same on purpose."""


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
