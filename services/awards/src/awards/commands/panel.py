"""Build the panel, and decide who must not judge what."""

from uuid import uuid4

from awards import panel, store
from awards.commands import events, projects
from awards.commands.act import Act
from awards.panel import Conflict, Pair, Panellist, StandDown
from awards.records import required, same_text
from awards.sheets import Sheet
from nextstep_contracts import NoSuch, Refused


async def add_panellist(
    act: Act,
    *,
    name: str,
    email: str,
    organisation: str,
    trust: str = "",
) -> Panellist:
    """Put somebody on the panel and invite them."""
    panellist = Panellist(
        id=str(uuid4()),
        cohort=act.cohort,
        name=name,
        email=email,
        organisation=organisation,
        added_at=act.now,
    )
    await act.change_what_is_judged()
    return await _invite(act, panellist, trust, "added the panellist")


async def amend_panellist(
    act: Act,
    panellist_id: str,
    *,
    name: str,
    email: str,
    organisation: str,
    trust: str = "",
) -> Panellist:
    """Correct somebody's details and send the invitation again."""
    known = await load(act, panellist_id)
    if not known.judges:
        raise Refused("This panellist has stood down.")
    await act.change_what_is_judged()
    changed = known.but(name=name, email=email, organisation=organisation)
    return await _invite(act, changed, trust, "changed and invited the panellist")


async def _invite(act: Act, panellist: Panellist, trust: str, action: str) -> Panellist:
    organisations = act.terms.cohort.awards.panel_organisations
    name, email = panel.check_panellist(
        panellist.name, panellist.email, panellist.organisation, organisations
    )
    for other in await store.find(act.read, Panellist, {"cohort": panellist.cohort}):
        if other.judges and other.id != panellist.id and same_text(other.email, email):
            message = "Somebody with this email address is on the panel already"
            raise Refused(message, fields={"email": message})
    invited = panellist.but(
        name=name, email=email, trust=trust.strip() or None, revision=panellist.revision + 1
    )
    invited = await act.save(invited)
    act.publish(events.invited(invited))
    await act.note(action, invited.id, organisation=invited.organisation)
    return invited


async def stand_down(act: Act, panellist_id: str, reason: str) -> Panellist:
    """Take somebody off the panel who has not locked a sheet."""
    text = required(reason, "Say why the panellist stands down")
    panellist = await load(act, panellist_id)
    if not panellist.judges:
        raise Refused("This panellist has stood down already.")
    written = await store.find(act.read, Sheet, {"panellist_id": panellist_id})
    if any(one.revision for one in written):
        raise Refused("This panellist has locked sheets, which count. Exclude the missing ones.")
    await act.change_what_is_judged()
    await act.note("stood down the panellist", panellist_id, reason=text)
    leaving = StandDown(reason=text, by=act.who, at=act.now)
    return await act.save(panellist.but(stood_down=leaving))


async def decide_conflict(
    act: Act,
    pair: Pair,
    *,
    kind: str,
    effective: bool,
    note: str = "",
) -> Conflict:
    """Confirm, record, dismiss or lift a conflict of interest."""
    project = await projects.load(act, pair[0])
    await load(act, pair[1])
    key = panel.conflict_id(pair)
    wanted = Conflict(
        id=key,
        cohort=project.cohort,
        project_id=pair[0],
        panellist_id=pair[1],
        kind=panel.check_kind(kind),
        effective=effective,
        note=note.strip(),
        by=act.who,
        at=act.now,
    )
    known = await store.get(act.read, Conflict, key)
    conflict = await act.save(panel.decide_conflict(known, wanted))
    await act.change_what_is_judged()
    action = "recused" if effective else "cleared"
    await act.note(action, key, kind=kind, note=note)
    return conflict


async def load(act: Act, panellist_id: str) -> Panellist:
    """The panellist.

    Raises:
        NoSuch: there is none with this id.

    """
    panellist = await store.get(act.read, Panellist, panellist_id)
    if panellist is None:
        raise NoSuch("There is no such panellist.")
    return panellist


async def confirm_suggestions(act: Act) -> int:
    """Recuse every panellist from what the suggestions name; returns how many there were."""
    board = await store.load_board(act.read, act.terms)
    for one in board.suggestions:
        await decide_conflict(act, one.pair, kind=one.kind, effective=True, note=one.why)
    return len(board.suggestions)
