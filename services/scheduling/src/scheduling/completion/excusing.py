"""The office excuses a Fellow from a module, or takes that back."""

from nextstep_contracts import AlreadySo, Refused
from scheduling.calendar.store import find_session, sessions_of
from scheduling.completion.restanding import restand
from scheduling.completion.waivers import waive
from scheduling.fellows.act import Act
from scheduling.fellows.fellow import Fellow, Waiver
from scheduling.fellows.store import save_fellow, the_fellow


async def excuse(act: Act, person_id: str, *, session_id: str, reason: str) -> None:
    """Waive a module for one Fellow.

    Raises:
        AlreadySo: it is waived already, for this reason.
        NoSuch: there is no such Fellow.
        Refused: it is no module, or a rule says no.

    """
    fellow = await the_fellow(act.read, act.cohort.id, person_id)
    session = await find_session(act.read, act.cohort.id, session_id)
    if session is None:
        raise Refused.field("session_id", "Choose a module.")
    known = fellow.waivers.get(session_id)
    if known is not None and known.reason == reason.strip():
        raise AlreadySo("This module is waived for this Fellow already.")
    waiver = waive(session, act.cohort.completion, reason, act.actor.who, act.now)
    act.audit("excused from module", person_id, session=session_id, reason=reason)
    await _keep(act, fellow, fellow.waivers | {session_id: waiver})


async def stop_excusing(act: Act, person_id: str, *, session_id: str, reason: str) -> None:
    """Take a waiver back.

    Raises:
        NoSuch: there is no such Fellow.
        Refused: there is no such waiver, or the reason lacks.

    """
    fellow = await the_fellow(act.read, act.cohort.id, person_id)
    if session_id not in fellow.waivers:
        raise AlreadySo("This module is not waived for this Fellow.")
    if not reason.strip():
        raise Refused.field("reason", "Give the reason for taking the waiver back.")
    act.audit("took waiver back", person_id, session=session_id, reason=reason)
    await _keep(act, fellow, {key: one for key, one in fellow.waivers.items() if key != session_id})


async def _keep(act: Act, fellow: Fellow, waivers: dict[str, Waiver]) -> None:
    """Save the Fellow with these waivers and the standing that follows from them."""
    excused = fellow.model_copy(update={"waivers": waivers})
    calendar = await sessions_of(act.read, act.cohort.id)
    await save_fellow(act.uow, restand(act, excused, calendar))
