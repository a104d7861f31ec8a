"""Scoring opens once; whatever changes what is judged passes the same document as the opening."""

from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict

from awards.fellows.act import Act, Awards
from awards.fellows.records import Reader, Record, get


class Gate(Record):
    """Whether scoring is open; the id is the cohort's.

    The document holds more, which `judging` knows and which passes through here unread.
    """

    model_config = ConfigDict(extra="allow")

    collection: ClassVar[str] = "scoring"
    opened_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether sheets can be written."""
        return self.opened_at is not None


async def load_gate(read: Reader, here: Awards) -> Gate:
    """The cohort's gate, shut if nothing was decided yet."""
    return await get(read, Gate, here.cohort.id) or Gate(id=here.cohort.id)


async def change_what_is_judged(act: Act) -> Gate:
    """Write through the gate, and return it.

    Opening scoring checks projects, panel and conflicts; whatever changes one of these comes
    through here, so that the two cannot pass each other unseen.
    """
    return await act.save(await load_gate(act.read, act.here))
