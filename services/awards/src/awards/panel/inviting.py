"""Put somebody on the panel and invite them; correct their details and invite them again."""

from uuid import uuid4

from awards.fellows.act import Act
from awards.fellows.records import find
from awards.panel.colleagues import needs_to_know_all, not_oneself
from awards.panel.conflicts import Conflict, on_record, pair_id, suggestions
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist, check_panellist
from awards.panel.store import known_panel, load_panellist, panellists_of
from awards.projects.gate import change_what_is_judged
from nextstep_contracts import AccessEnded, AlreadySo, PanellistInvited, Person, Refused
from nextstep_programme.email_address import same_address
from nextstep_web import access_ended
from nextstep_web.conflicts import viewer_of


async def add_panellist(
    act: Act, *, name: str, email: str, organisation: str, trust: str = ""
) -> Panellist:
    """Put somebody on the panel and invite them.

    Whoever stood down and comes back is kept from what they were kept from, until it is lifted.

    Raises:
        Refused: something is missing, they are on the panel, or not all is known to whoever acts:
            who judges decides about every project.

    """
    panel = await known_panel(act.read, act.here, act.people)
    await needs_to_know_all(act, panel, whole=not panel.left_out)
    panellist = Panellist(
        id=str(uuid4()),
        cohort=act.cohort.id,
        name=name,
        email=email,
        organisation=organisation,
        added_at=act.now,
    )
    added = await _invite(act, panellist, trust, "added the panellist")
    await _keep_from_as_before(act, added)
    return added


async def _keep_from_as_before(act: Act, added: Panellist) -> None:
    """Record for a new entry what was decided of the same mailbox under another."""
    others = [
        one.id
        for one in (await panellists_of(act.read, act.here)).values()
        if one.id != added.id and viewer_of(one.email) == viewer_of(added.email) != ""
    ]
    theirs = {"panellist_id": {"$in": sorted(others)}, "effective": True}
    known = {one.project_id: one for one in await find(act.read, Conflict, theirs)}
    for one in known.values():
        key = pair_id((one.project_id, added.id))
        again = await act.save(one.but(id=key, panellist_id=added.id, version=0))
        act.audit("recused", again.id, kind=again.kind, note=again.note)


async def amend_panellist(
    act: Act,
    panellist_id: str,
    *,
    name: str,
    email: str,
    organisation: str,
    trust: str = "",
    invited: int | None = None,
) -> Panellist:
    """Correct a panellist's details and send the invitation again.

    Nobody does it for themselves: by another address or trust they would be judged a stranger. What
    the address before told of conflicts goes on record, and can be lifted there. Nor
    who must not know a project: by another trust its judge would be kept from it.
    `invited` is how many invitations whoever asks for this one was shown: the same press of a
    button, by whomever, sends one. None: not said.
    """
    known = await load_panellist(act.read, act.here, panellist_id)
    panel = await known_panel(act.read, act.here, act.people)
    await not_oneself(act, panel, panellist_id, "changes their own details on the panel")
    await needs_to_know_all(act, panel, whole=not panel.left_out)
    if not known.judges:
        raise Refused("This panellist has stood down.")
    given = (name.strip(), email.strip(), organisation, trust.strip() or None)
    as_known = (known.name, known.email, known.organisation, known.trust)
    if invited is not None and invited < known.revision and given == as_known:
        raise AlreadySo("The details were saved and the invitation was sent already.")
    if invited is not None and invited != known.revision:
        raise Refused(
            "The details were saved and the invitation was sent since you opened the page."
            " Nothing was sent now: look at them again."
        )
    changed = known.but(name=name, email=email, organisation=organisation)
    invited_again = await _invite(act, changed, trust, "changed and invited the panellist", known)
    await _keep_from_as_by_the_address(act, panel, known, invited_again.email)
    return invited_again


async def _keep_from_as_by_the_address(
    act: Act, panel: Panel, before: Panellist, email: str
) -> None:
    """Record what their address told, whatever else is alike: another one says nothing to it."""
    projects = [one for one in panel.projects.values() if not one.removed]
    given = (panel.conflicts, panel.fellows, panel.elsewhere)
    address = before.but(name="", trust=None)
    still = {one.pair for one in suggestions(projects, [address.but(email=email)], *given)}
    answers = {one.pair: one for one in panel.conflicts}
    for one in suggestions(projects, [address], *given):
        if one.pair not in still:
            known = answers.get(one.pair)
            kept = on_record(one, known, cohort=act.cohort.id, by=act.by, at=act.now)
            await act.save(kept)
            act.audit("recused", kept.id, kind=kept.kind, note=kept.note)


async def _invite(
    act: Act, panellist: Panellist, trust: str, action: str, before: Panellist | None = None
) -> Panellist:
    await change_what_is_judged(act)
    organisations = act.cohort.awards.panel_organisations
    name, email = check_panellist(
        panellist.name, panellist.email, panellist.organisation, organisations
    )
    given = (name, panellist.organisation, trust.strip() or None)
    for other in (await panellists_of(act.read, act.here)).values():
        same = (other.name, other.organisation, other.trust) == given
        if before is None and other.judges and same and same_address(other.email, email):
            raise AlreadySo(f"{name} is on the panel already.")
        if other.judges and other.id != panellist.id and same_address(other.email, email):
            raise Refused.field("email", "Somebody with this email address is on the panel already")
    invited = panellist.but(
        name=name, email=email, trust=trust.strip() or None, revision=panellist.revision + 1
    )
    act.uow.publish(_invited(invited))
    if before is not None and not same_address(before.email, email):
        over = AccessEnded(who=invited.id, before=act.now, reason="address_changed")
        await access_ended.end(act.uow, over)
    act.audit(action, invited.id, organisation=invited.organisation)
    return await act.save(invited)


def _invited(panellist: Panellist) -> PanellistInvited:
    return PanellistInvited(
        cohort=panellist.cohort,
        revision=panellist.revision,
        panellist=Person(person_id=panellist.id, name=panellist.name, email=panellist.email),
        organisation=panellist.organisation,
    )
