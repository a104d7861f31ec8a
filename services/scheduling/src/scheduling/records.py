"""What this service's own data is made of: immutable records, and refusals in words."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of the service's state. Immutable: a rule returns a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Aggregate(Record):
    """A record that is stored as one document and saved only if nobody changed it meanwhile."""

    version: int = 0
    """Of the stored document; 0 when it is new."""


class Refused(Exception):  # noqa: N818 - a rule's "no" is an answer to a person, not an error
    """A rule says no. The message is fit for the person who asked; `field` names the form field."""

    def __init__(self, message: str, field: str = "") -> None:
        self.message = message
        self.field = field
        super().__init__(message)
