"""Scoring opens once; whatever changes what is judged passes the same document as the opening."""

from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict

from awards.fellows.act import Act, Awards
from awards.fellows.records import Reader, Record, find, get
from awards.fellows.store import people_at
from awards.projects.project import Project
from nextstep_contracts import Refused
from nextstep_web.conflicts import viewer_of


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

    Raises:
        Refused: whoever acts has a project of their own; see `not_by_a_rival`.

    """
    await not_by_a_rival(act)
    return await act.save(await load_gate(act.read, act.here))


async def not_by_a_rival(act: Act) -> None:
    """Refuse to the office what bears on how others are judged, from whoever is judged as well.

    Raises:
        Refused: whoever acts, as staff, is an author of a project by an address they have or had.

    """
    if act.actor.kind != "staff":
        return
    themselves = await people_at(act.read, frozenset({viewer_of(act.actor.who)} - {""}))
    theirs = {"cohort": act.cohort.id, "authors": {"$in": sorted(themselves)}}
    if themselves and await find(act.read, Project, theirs):
        raise Refused("A project of your own is judged beside it: ask a colleague in the office.")
