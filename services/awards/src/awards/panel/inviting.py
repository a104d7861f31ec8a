"""Put somebody on the panel and invite them; correct their details and invite them again."""

from uuid import uuid4

from awards.fellows.act import Act
from awards.fellows.typed_text import same_text
from awards.panel.panellists import Panellist, check_panellist
from awards.panel.store import load_panellist, panellists_of
from awards.projects.gate import change_what_is_judged
from nextstep_contracts import PanellistInvited, Person, Refused


async def add_panellist(
    act: Act, *, name: str, email: str, organisation: str, trust: str = ""
) -> Panellist:
    """Put somebody on the panel and invite them."""
    panellist = Panellist(
        id=str(uuid4()),
        cohort=act.cohort.id,
        name=name,
        email=email,
        organisation=organisation,
        added_at=act.now,
    )
    return await _invite(act, panellist, trust, "added the panellist")


async def amend_panellist(
    act: Act, panellist_id: str, *, name: str, email: str, organisation: str, trust: str = ""
) -> Panellist:
    """Correct a panellist's details and send the invitation again."""
    known = await load_panellist(act.read, panellist_id)
    if not known.judges:
        raise Refused("This panellist has stood down.")
    changed = known.but(name=name, email=email, organisation=organisation)
    return await _invite(act, changed, trust, "changed and invited the panellist")


async def _invite(act: Act, panellist: Panellist, trust: str, action: str) -> Panellist:
    await change_what_is_judged(act)
    organisations = act.cohort.awards.panel_organisations
    name, email = check_panellist(
        panellist.name, panellist.email, panellist.organisation, organisations
    )
    for other in (await panellists_of(act.read, act.here)).values():
        if other.judges and other.id != panellist.id and same_text(other.email, email):
            raise Refused.field("email", "Somebody with this email address is on the panel already")
    invited = panellist.but(
        name=name, email=email, trust=trust.strip() or None, revision=panellist.revision + 1
    )
    act.uow.publish(_invited(invited))
    act.audit(action, invited.id, organisation=invited.organisation)
    return await act.save(invited)


def _invited(panellist: Panellist) -> PanellistInvited:
    return PanellistInvited(
        cohort=panellist.cohort,
        revision=panellist.revision,
        panellist=Person(person_id=panellist.id, name=panellist.name, email=panellist.email),
        organisation=panellist.organisation,
    )
