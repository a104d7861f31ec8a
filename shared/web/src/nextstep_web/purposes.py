"""What a session that an emailed link opened may do: its purpose bounds it, and its age.

Emails are forwarded, printed and kept for years. So a link that lives as long as the programme
shows its owner's pages and takes ordinary answers, and what cannot be undone needs a link that was
emailed for it, not long ago.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from nextstep_web.principal import OpenedBy

Doing = Literal["read", "answer", "evidence", "decide"]
"""`read`: see one's own pages. `answer`: what can be changed again. `evidence`: what speaks of
one's leave, employer and health. `decide`: accept, decline, withdraw, defer: not to be undone."""

FRESH: Final = timedelta(days=14)
"""How old a link may be for `evidence` and `decide`."""
_ORDINARY: Final[frozenset[Doing]] = frozenset({"read", "answer"})
_ALL: Final[frozenset[Doing]] = _ORDINARY | {"evidence", "decide"}
_AGEING: Final[frozenset[Doing]] = frozenset({"evidence", "decide"})

OWN_PAGES: Final = "own_pages"
"""The purpose of a link that the person, or the office for them, asked for."""
PURPOSES: Final[dict[str, frozenset[Doing]]] = {
    OWN_PAGES: _ALL,
    "application": _ALL,
    "study_leave": _ORDINARY | {"evidence"},
    "programme": _ORDINARY,
    "project": _ORDINARY,
    "panel": _ORDINARY,
}
"""What links of each purpose are good for; of any other purpose, for reading."""


def allows(link: OpenedBy, doing: Doing, now: datetime) -> bool:
    """Whether a session that `link` opened may do so at `now`, on the programme's clock."""
    if doing not in PURPOSES.get(link.purpose, frozenset({"read"})):
        return False
    if doing not in _AGEING:
        return True
    return link.made is not None and now - link.made < FRESH
