"""What people wrote of their employer, and what of it nobody has said yet whom it means. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from applications.admissions.states import State
from applications.employers.employer_list import EmployerList, Entry
from nextstep_programme.employers import EmployerKind, spelling
from nextstep_programme.letters import unaccented, word_set
from nextstep_programme.resemblance import EmployerName

MOST_LIKE = 3
"""Employers that are suggested for one spelling."""
_HOSPITALS = word_set("trust hospital hospitals hosp hosps infirmary nhs ft nhsft icb")
_DENTAL = word_set("dental dentist dentists dentistry orthodontics orthodontic")
_PRACTICES = word_set("surgery surgeries practice gp medical health")


@dataclass(frozen=True)
class Written:
    """Where somebody works, as they wrote it: on their application, or as a rotation."""

    application_id: str
    reference: str
    name: str
    """The person's."""
    state: State
    discipline: str | None
    employer: str


@dataclass(frozen=True)
class Waiting:
    """A spelling of which nobody has said whom it means."""

    written: str
    """As most wrote it."""
    people: tuple[Written, ...]
    like: tuple[Entry, ...]
    """Whom it may mean: a hint, the likeliest first."""
    kind: EmployerKind
    """What it is likely to be, if it is none of them."""


def unknown(known: EmployerList, written: Iterable[Written]) -> Mapping[str, list[Written]]:
    """Who wrote each spelling of which nobody has said whom it means."""
    found: defaultdict[str, list[Written]] = defaultdict(list)
    for one in written:
        key = spelling(one.employer)
        if key and known.employers.meant_by(one.employer) is None:
            found[key].append(one)
    return found


def waiting(known: EmployerList, written: Iterable[Written]) -> list[Waiting]:
    """The spellings that wait for the office; what most people wrote first."""
    named = _names(known)
    found = [_waiting(people, named) for people in unknown(known, written).values()]
    return sorted(found, key=lambda one: (-len(one.people), spelling(one.written)))


def by_employer(known: EmployerList, written: Iterable[Written]) -> Mapping[str, list[Written]]:
    """Who named each employer that there is now, by its id."""
    found: defaultdict[str, list[Written]] = defaultdict(list)
    for one in written:
        meant = known.employers.meant_by(one.employer)
        if meant is not None:
            found[meant.id].append(one)
    return found


def likely_kind(written: str, disciplines: Iterable[str | None] = ()) -> EmployerKind:
    """What an employer is, by its name and by who works there."""
    words = word_set(unaccented(written))
    said = {discipline for discipline in disciplines if discipline}
    if not words.isdisjoint(_HOSPITALS):
        return "trust"
    if not words.isdisjoint(_DENTAL) or said == {"dentistry"}:
        return "dental_practice"
    if not words.isdisjoint(_PRACTICES) or said == {"primary care"}:
        return "gp_practice"
    return "other"


_read = lru_cache(maxsize=4096)(EmployerName.read)
"""The names of the list, which are asked for again and again."""


def _names(known: EmployerList) -> list[tuple[Entry, Sequence[EmployerName]]]:
    return [
        (entry, [_read(name) for name in known.employers.names(entry.name)])
        for entry in known.current
    ]


def _waiting(
    people: Sequence[Written], named: Sequence[tuple[Entry, Sequence[EmployerName]]]
) -> Waiting:
    texts = Counter(one.employer for one in people)
    written = min(texts, key=lambda text: (-texts[text], text))
    this = EmployerName.read(written)
    # the more names are alike, the likelier it is
    alike = Counter(
        {at: sum(bool(this.like(n)) for n in names) for at, (_, names) in enumerate(named)}
    )
    like = tuple(named[at][0] for at, found in alike.most_common(MOST_LIKE) if found)
    once = {one.application_id: one for one in people}
    kind = likely_kind(written, (one.discipline for one in once.values()))
    return Waiting(written, tuple(once.values()), like, kind)
