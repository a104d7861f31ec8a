"""What somebody in the office must leave to a colleague, and who that may be."""

from collections.abc import Iterable

from awards.fellows.act import Act
from awards.fellows.typed_text import same_text
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist
from nextstep_contracts import Refused
from nextstep_messaging.operating.audit import ENTRIES

OFFICE_ACTS = ("added the panellist", "registered the method", "opened scoring")
"""On the audit trail: whoever did one of these works in the office."""
KEPT = "what this rests on is partly kept from you."
MOST_NAMED = 3
"""Colleagues in one sentence."""


async def not_oneself(act: Act, panel: Panel, panellist_id: str, what: str) -> None:
    """Refuse what nobody may do to themselves; `what` follows "Nobody".

    Raises:
        Refused: the panellist is whoever acts; it names who else can do it.

    """
    if panellist_id in panel.reader:
        raise Refused(f"Nobody {what}. {await _ask(act, panel)}")


async def needs_to_know_all(act: Act, panel: Panel, *, whole: bool) -> None:
    """Refuse what rests on things that are kept from whoever acts.

    Always, and not only where these things stand in the way: otherwise the answer would tell.

    Raises:
        Refused: not everything is known to them (`whole`); it names who else can do it.

    """
    if not whole:
        as_what = (
            "You are on the panel, and" if panel.reader else "You have a conflict of interest:"
        )
        raise Refused(f"{as_what} {KEPT} {await _ask(act, panel)}")


async def _ask(act: Act, panel: Panel) -> str:
    entries = await act.read(ENTRIES).find({"action": {"$in": list(OFFICE_ACTS)}})
    names = colleagues((one["who"] for one in entries), panel.panellists.values())
    return asking(names)


def colleagues(acted: Iterable[str], panellists: Iterable[Panellist]) -> tuple[str, ...]:
    """The addresses among those who `acted` for the office that are no panellist's."""
    judges = [one.email for one in panellists]
    return tuple(
        who for who in sorted(set(acted)) if not any(same_text(who, one) for one in judges)
    )


def asking(names: Iterable[str]) -> str:
    """The sentence that says whom to ask."""
    named = ", ".join(list(names)[:MOST_NAMED])
    whom = f": {named}" if named else ""
    return f"Ask a colleague in the programme office who is not on the panel{whom}."
