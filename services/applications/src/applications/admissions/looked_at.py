"""The office looked at what an application waits for beside its course, and settles it."""

from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.admissions.choosing_a_version import set_aside
from applications.admissions.deciding import needs
from applications.admissions.waiting import About, HeldSubmission, Reason, without_reason
from nextstep_contracts import AlreadySo, Refused

_ABOUT: dict[About, str] = {
    "submission": "a submission",
    "time": "the form\u2019s time",
    "virus": "a file that was removed",
}


async def look_at(act: Act, application: Application, key: str, why: str) -> None:
    """Settle one reason; the others wait on.

    Args:
        act: by the office.
        application: which one waits.
        key: of the reason. A submission that is held back is set aside.
        why: in words for the history.

    Raises:
        AlreadySo: that reason does not wait, or no longer.
        Refused: there is no reason why.

    """
    reason = next((one for one in application.awaits_office if one.key == key), None)
    if reason is None:
        raise AlreadySo("This was settled already.")
    needs(why)
    await _looked_at(act, application, reason, why)


async def look_at_all(act: Act, application: Application, why: str) -> None:
    """Settle whatever waits, as by `look_at`.

    Raises:
        Refused: nothing is waiting, or there is no reason why.

    """
    if not application.awaits_office:
        raise Refused("Nothing about this application is waiting.")
    needs(why)
    for reason in application.awaits_office:
        await _looked_at(act, await act.application(application.id), reason, why)


async def _looked_at(act: Act, application: Application, reason: Reason, why: str) -> None:
    if isinstance(reason, HeldSubmission):
        await set_aside(act, reason.submission_id, why)
        return
    left = without_reason(application.awaits_office, reason.key)
    act.put(application.model_copy(update={"awaits_office": left}))
    what = f"Looked at by the office: {_ABOUT[reason.about]}"
    act.done(application.id, "mark-seen", "seen", what, why)
