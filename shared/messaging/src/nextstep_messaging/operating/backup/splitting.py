"""A document in two: what stays when people are erased, and what is theirs, under their locks.

The backup asks the declared erasure (`holdings.Stays`) what it would take away, and puts precisely
that behind a lock. A lock is a list of clauses, each a few people: it opens while of each clause
somebody is still there. What belongs to one person has one clause with one name; what goes when any
of two is erased has two clauses; what goes only with both has one clause with both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from nextstep_messaging.operating.holdings import GONE, Document, Stays, without_gone

SEALED: Final = "$$sealed"
INSTEAD: Final = "$$instead"
Lock = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Claim:
    """Some people, and the ids in one document by which it is about them."""

    people: frozenset[str]
    """What goes by this claim goes once all of them are erased."""
    ids: frozenset[str]


@dataclass
class Split:
    """A document, with a mark wherever something was taken out."""

    skeleton: Any
    parts: dict[Lock, list[Any]] = field(default_factory=dict)
    """What was taken out, by its lock; a mark tells which of them by two numbers."""

    def take_out(self, value: Any, lock: Lock, instead: Any) -> Document:
        """Put a value behind a lock; the mark for its place."""
        values = self.parts.setdefault(lock, [])
        values.append(value)
        return {SEALED: [list(self.parts).index(lock), len(values) - 1], INSTEAD: instead}


def claims_of(found: Iterable[tuple[str, Iterable[frozenset[str]]]]) -> list[Claim]:
    """The claims on a document.

    Args:
        found: each id in it, and the groups of people it leads to: what it stands for goes once all
            of any group are erased.

    """
    ids: dict[frozenset[str], set[str]] = {}
    for one, groups in found:
        for people in groups:
            ids.setdefault(people, set()).add(one)
    alone = {group: theirs for group, theirs in ids.items() if len(group) == 1}
    everybody = frozenset[str]().union(*ids)
    groups = [*alone, *(group for group in ids if len(group) > 1)]
    if len(everybody) > 1 and everybody not in groups:
        groups.append(everybody)
    return [
        Claim(group, frozenset[str]().union(*(t for g, t in ids.items() if g <= group)))
        for group in groups
    ]


def split(document: Document, stays: Stays, claims: Sequence[Claim]) -> Split:
    """Take out of a document whatever any of these claims would take away."""
    made = Split(document)
    after = [(claim, stays(document, claim.ids)) for claim in claims]
    lefts = [(claim, GONE if left is None else left) for claim, left in after]
    made.skeleton = _marked(made, document, lefts)
    return made


def _marked(made: Split, value: Any, after: Sequence[tuple[Claim, Any]]) -> Any:
    differing = [(claim, left) for claim, left in after if left != value]
    if not differing:
        return value
    partly = [(claim, left) for claim, left in differing if _same_shape(value, left)]
    # who would take all of it has a lock around what others would take parts of
    wholly = [one for one in differing if one not in partly]
    inner = _within(made, value, partly)
    if not wholly:
        return inner
    return made.take_out(inner, lock_of(claim.people for claim, _ in wholly), wholly[-1][1])


def _same_shape(value: Any, left: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(left, dict) and left != GONE
    return isinstance(value, list) and isinstance(left, list) and len(left) == len(value)


def _within(made: Split, value: Any, after: Sequence[tuple[Claim, Any]]) -> Any:
    if isinstance(value, list):
        return [
            _marked(made, one, [(claim, left[at]) for claim, left in after])
            for at, one in enumerate(value)
        ]
    if isinstance(value, dict):
        names = dict.fromkeys([*value, *(name for _, left in after for name in left)])
        return {
            name: _marked(
                made,
                value.get(name, GONE),
                [(claim, left.get(name, GONE)) for claim, left in after],
            )
            for name in names
        }
    return value


def lock_of(people: Iterable[frozenset[str]]) -> Lock:
    """The lock of what goes once all of any of these groups are erased.

    A group that holds another one adds nothing: the smaller is erased first.
    """
    groups = set(people)
    least = [one for one in groups if not any(other < one for other in groups)]
    return tuple(sorted(tuple(sorted(one)) for one in least))


def opens(lock: Iterable[Iterable[str]], there: AbstractSet[str] | Mapping[str, Any]) -> bool:
    """Whether a lock opens while these people are there."""
    return all(any(one in there for one in clause) for clause in lock)


def joined(skeleton: Any, part: Callable[[int], list[Any] | None]) -> Document | None:
    """The document again; of what a part no longer gives, what stays instead. None: nothing."""
    whole = _joined(skeleton, part)
    return None if whole == GONE else without_gone(whole)


def _joined(value: Any, part: Callable[[int], list[Any] | None]) -> Any:
    if isinstance(value, dict):
        if SEALED in value:
            which, at = value[SEALED]
            values = part(which)
            return value[INSTEAD] if values is None else _joined(values[at], part)
        return {key: _joined(one, part) for key, one in value.items()}
    if isinstance(value, list):
        return [_joined(one, part) for one in value]
    return value
