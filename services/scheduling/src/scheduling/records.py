"""What this service's own data is made of: immutable records, and refusals in words."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of the service's state. Immutable: a rule returns a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Aggregate(Record):
    """A record that is stored as one document and saved only if nobody changed it meanwhile."""

    version: int = 0
    """Of the stored document; 0 when it is new."""
