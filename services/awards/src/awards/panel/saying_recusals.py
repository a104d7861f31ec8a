"""What recusals keep from panellists, said to the other services.

In a Fellow's emails stands what became of their project, and their attendance tells who they are.
So whoever must not judge a project must learn nothing of its authors elsewhere, either, in whatever
role they sign in: the event says whom and since when, and never what was written about it. A
suggestion that nobody has answered closes as well, as it does here.
"""

from collections.abc import Iterator

from awards.fellows.act import Awards
from awards.panel.conflicts import Pair
from awards.panel.likeness import ConflictKind
from awards.panel.panel import Panel
from awards.panel.store import load_panel
from nextstep_contracts import ConflictReason, RecusalChanged
from nextstep_messaging import UnitOfWork
from nextstep_web import conflicts
from nextstep_web.conflicts import Closed, viewer_of

REASONS: dict[ConflictKind, ConflictReason] = {
    "supervisor": "supervises",
    "same_trust": "same_trust",
    "personal": "personal",
    "other": "other",
}


def closings(panel: Panel) -> Iterator[Closed]:
    """Of which Fellows which panellists must learn nothing, those who stood down included."""
    kinds: dict[Pair, ConflictKind] = {one.pair: one.kind for one in panel.suggestions}
    kinds |= {one.pair: one.kind for one in panel.conflicts}
    for pair in sorted(panel.recused):
        project, panellist = panel.projects.get(pair[0]), panel.panellists.get(pair[1])
        if project is None or panellist is None:
            continue
        for person in project.authors:
            fellow = panel.fellows.get(person)
            if fellow is None or not fellow.erased:
                viewer = viewer_of(panellist.email)
                yield Closed(viewer, person, REASONS[kinds[pair]], panellist.id)


async def say_recusals(uow: UnitOfWork, here: Awards) -> None:
    """Say what changed of whom panellists must learn nothing."""
    panel = await load_panel(uow.collection, here)
    await conflicts.say(uow, RecusalChanged, closings(panel))
