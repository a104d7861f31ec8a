"""Running newer rules over applications that were judged by older ones."""

from applications.admissions.act import Desk, Doer
from applications.admissions.deciding import needs
from applications.admissions.settling import settle
from applications.admissions.states import NotAllowedError


async def run_current_rules(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Judge an undecided application anew. What no longer passes goes to a person, as ever.

    Raises:
        NotAllowedError: it is decided, was judged by these rules already, or there is no reason.

    """
    needs(reason)
    application = await desk.application(application_id)
    version = desk.cohort.eligibility.version
    if application.decided or application.erased:
        raise NotAllowedError("This application has been decided; the rules do not run again.")
    if application.assessment and application.assessment.version == version:
        raise NotAllowedError("The current rules were run over this application already.")
    before = application.assessment.version if application.assessment else "none"
    what = f"Rules run again, version {version} instead of {before}"
    await desk.done_by(who, application_id, "run-rules", what, reason)
    await settle(desk, application_id)
