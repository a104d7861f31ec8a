"""The invariants of the year, each recounted from pages, exports, mail files and the record."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from nextstep_local.demo import closing
from nextstep_local.demo.mailbox import Mail
from nextstep_local.demo.recount import most_places_held, tally
from nextstep_local.demo.world import World


@dataclass(frozen=True)
class Finding:
    """One invariant: what was counted, and what is wrong, if anything."""

    name: str
    counted: str
    faults: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        """Whether the invariant held."""
        return not self.faults


async def nothing_is_lost(world: World) -> Finding:
    """Each receipt that the form was given is on the office's list and led to what it should.

    And each person who applied has exactly one application.
    """
    promised = {p.receipt: p.source for p in world.posted if p.receipt is not None}
    listed = await _receipts(world)
    faults = [
        f"receipt {one} of {source} is not listed as such"
        for one, source in promised.items()
        if listed.get(one, ("", ""))[1] != source
    ]
    states = {key: state for key, (state, _) in listed.items()}
    waiting = [key for key, state in states.items() if state not in ("Applied", "Quarantined")]
    faults += [f"receipt {key} is {states[key]}" for key in waiting]
    quarantined = sum(state == "Quarantined" for state in states.values())
    if quarantined != 1:
        faults.append(f"{quarantined} submissions are in quarantine; one should be")
    rows = await world.office.sheet(world.url("applications", "/list"), format="csv")
    applied = Counter(row["email"].lower() for row in rows)
    expected = Counter(person.email for person in world.people)
    faults += [f"{who} has {applied[who]} applications" for who in expected - applied]
    faults += [f"{who} has more applications than people" for who in applied - expected]
    answered = len([p for p in world.posted if p.receipt is not None])
    forms = len(set(promised.values()))
    return Finding(
        "Nothing that was answered 2xx is missing",
        f"{answered} answers to {forms} forms, {len(promised)} receipts, {len(rows)} applications",
        tuple(faults),
    )


async def _receipts(world: World) -> dict[str, tuple[str, str]]:
    """State and source by receipt id, from all pages of the office's list."""
    found: dict[str, tuple[str, str]] = {}
    number = 1
    while True:
        page = await world.office.open(world.url("applications", "/receipts"), page=str(number))
        links = page.links("/applications/receipts/")
        if not links:
            return found
        told = [(row["State"], row["Source"]) for row in page.rows()]
        ids = [urlsplit(link).path.rpartition("/")[2] for link in links]
        found |= dict(zip(ids, told, strict=True))
        number += 1


async def places_are_never_exceeded(world: World) -> Finding:
    """Replay the ledger's history; compare its end with who the Fellows are."""
    rows = await world.office.sheet(world.url("applications", "/ledger"), format="csv")
    history = [{"application": row["application_id"], "kind": row["kind"]} for row in rows]
    most, places = most_places_held(history), world.cohort.places
    faults = [f"{most} places were held at once; there are {places}"] if most > places else []
    stated = max((int(r["offered"]) + int(r["accepted"]) for r in rows), default=0)
    if stated != most:
        faults.append(f"the history states at most {stated} places held, the recount {most}")
    if not rows:
        faults.append("the ledger has no history")
    counted = f"at most {most} of {places} places held, {len(rows)} movements"
    return Finding("Never more places held than there are", counted, tuple(faults))


async def nobody_is_mailed_twice(world: World) -> Finding:
    """No two mails tell one person of one event, and no calendar entry is sent twice.

    One event can cause several calendar mails to one person (accepting a place brings all
    invitations); those are told apart by entry and sequence.
    """
    counts = Counter(_told(mail) for mail in world.mail.all)
    faults = [f"{n} emails: {' '.join(told)}" for told, n in counts.items() if n > 1]
    ids = Counter(mail.message_id for mail in world.mail.all)
    faults += [f"{n} emails with Message-ID {one}" for one, n in ids.items() if n > 1]
    people = len({mail.recipient for mail in world.mail.all})
    counted = f"{len(world.mail.all)} emails to {people} people"
    return Finding("Nobody was sent two emails for one event", counted, tuple(faults[:20]))


def _told(mail: Mail) -> tuple[str, ...]:
    entry = mail.calendar_entry
    if entry is not None:
        return (mail.recipient, entry.uid, str(entry.sequence), entry.method)
    return (mail.recipient, mail.event)


async def standing_is_right(world: World) -> Finding:
    """Count every Fellow's attendance again and compare with the site's list."""
    rows = await world.office.sheet(world.url("scheduling", "/fellows"), format="csv")
    faults = []
    for row in rows:
        own = tally(row["person_id"], world.record)
        site = (
            int(row["masterclasses_attended"]),
            int(row["modules_attended"]),
            int(row["modules_waived"]),
            row["standing"],
        )
        if site != (own.masterclasses, own.modules, own.excused, own.standing):
            faults.append(f"{row['name']}: the site says {site}, the recount {own}")
    present = {row["person_id"] for row in rows}
    expected = {one.person_id for one in world.here}
    faults += [f"{one} is missing from the list" for one in sorted(map(str, expected - present))]
    short = sum(row["standing"] != "met" for row in rows)
    if not short:
        faults.append("nobody falls short, although somebody stayed away")
    counted = f"{len(rows)} Fellows, {len(world.record.held)} registers, {short} fall short"
    return Finding("Standing equals the recount", counted, tuple(faults))


async def ranking_is_right(world: World) -> Finding:
    """Rank the projects again from the score sheets and compare rank by rank."""
    rows = await closing.result_rows(world)
    site = sorted((int(row["rank"]), row["project"]) for row in rows)
    own = sorted(closing.own_ranking(world))
    faults = [
        f"the site has {a}, the recount {b}" for a, b in zip(site, own, strict=False) if a != b
    ]
    if len(site) != len(own):
        faults.append(f"the site ranks {len(site)} projects, the recount {len(own)}")
    bursaries = sum(row["bursary"] == "yes" for row in rows)
    if bursaries != world.cohort.awards.bursaries:
        faults.append(f"{bursaries} projects receive a bursary")
    counted = f"{len(own)} projects, {len(world.record.sheets)} sheets, {bursaries} bursaries"
    return Finding("Ranking equals the recount", counted, tuple(faults))


async def the_right_people_graduate(world: World) -> Finding:
    """Exactly the Fellows whose recounted standing is met graduate."""
    rows = await world.office.sheet(world.url("awards", "/graduation"), format="csv")
    graduated = {row["person_id"] for row in rows if row["outcome"] == "graduated"}
    people = {str(one.person_id) for one in world.here}
    earned = {one for one in people if tally(one, world.record).standing == "met"}
    faults = [f"{one} graduated without having earned it" for one in sorted(graduated - earned)]
    faults += [f"{one} should have graduated" for one in sorted(earned - graduated)]
    counted = f"{len(graduated)} of {len(people)} Fellows graduated"
    return Finding("Exactly those who earned it graduate", counted, tuple(faults))


async def nothing_is_dead(world: World) -> Finding:
    """No message was given up, by the metrics of every service."""
    pulse = await world.quiet.wait()
    dead = pulse.outcomes["dead"]
    faults = (f"{dead} messages were given up",) if dead else ()
    total = sum(pulse.settled.values())
    retried = pulse.outcomes["retried"]
    counted = f"{sum(pulse.published.values())} events, {total} deliveries, {retried} retried"
    return Finding("No dead letters", counted, faults)


async def every_employer_is_known(world: World) -> Finding:
    """Nobody's employer waits for the office, and each has one name in the list of Fellows.

    However many ways there are in which the Fellows wrote it.
    """
    page = await world.office.open(world.url("applications", "/employers/waiting"))
    faults = [
        f"nobody said whom {form.fields['written']} means"
        for form in page.forms()
        if "written" in form.fields
    ]
    rows = await world.office.sheet(world.url("applications", "/employers"), format="csv")
    names = {row["name"] for row in rows}
    fellows = await world.office.sheet(world.url("scheduling", "/fellows"), format="csv")
    at = {row["employer"] for row in fellows}
    faults += [f"{one} is no name on the list" for one in sorted(at - names)]
    wrote = {str(one.answers["trust"]) for one in world.here}
    counted = f"{len(wrote)} spellings of {len(at)} employers"
    return Finding("Every employer has one name", counted, tuple(faults))


CHECKS: tuple[Callable[[World], Awaitable[Finding]], ...] = (
    nothing_is_lost,
    places_are_never_exceeded,
    nobody_is_mailed_twice,
    standing_is_right,
    ranking_is_right,
    the_right_people_graduate,
    every_employer_is_known,
    nothing_is_dead,
)
