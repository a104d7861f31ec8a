"""Whoever reads or acts, as a member of the panel: whatever their roles, they are that judge."""

from collections.abc import Iterable, Sequence

from awards.panel.panellists import Panellist
from nextstep_messaging import Actor
from nextstep_programme.resemblance.contact import address_trace


def panellists_who_are(panellists: Iterable[Panellist], people: Sequence[Actor]) -> frozenset[str]:
    """The ids of the panellists that these people are, those who stood down included.

    A person behind an emailed link is the one whom it names. A member of staff is whoever has the
    address that they signed in with, and that they proved to be theirs.
    """
    return frozenset(one.id for one in panellists if any(_is(one, actor) for actor in people))


def _is(panellist: Panellist, actor: Actor) -> bool:
    if actor.kind == "person":
        return panellist.id == actor.who
    return address_trace(panellist.email) == address_trace(actor.who) != ""
