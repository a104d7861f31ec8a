"""Running newer rules over applications that were judged by older ones."""

from applications.admissions.act import Act
from applications.admissions.deciding import needs
from applications.admissions.settling import settle
from nextstep_contracts import Refused
from nextstep_messaging import Actor


async def run_current_rules(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Judge an undecided application anew. What no longer passes goes to a person, as ever.

    Raises:
        Refused: it is decided, was judged by these rules already, or there is no reason.

    """
    needs(reason)
    application = await act.application(application_id)
    version = act.cohort.eligibility.version
    if application.decided or application.erased:
        raise Refused("This application has been decided; the rules do not run again.")
    if application.assessment and application.assessment.version == version:
        raise Refused("The current rules were run over this application already.")
    before = application.assessment.version if application.assessment else "none"
    what = f"Rules run again, version {version} instead of {before}"
    await act.done_by(who, application_id, "run-rules", what, reason)
    await settle(act, application_id)
