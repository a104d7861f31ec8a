"""Waivers: the office excuses a module missed in exceptional circumstances, with a reason.

Source: the programme asks for all face-to-face modules "except in exceptional circumstances".
"""

from datetime import datetime

from nextstep_contracts import Refused
from nextstep_programme import Completion
from scheduling.calendar.session import Session
from scheduling.fellows.fellow import Waiver


def waive(session: Session, rules: Completion, reason: str, by: str, at: datetime) -> Waiver:
    """A waiver for one Fellow and one module.

    Raises:
        Refused: the cohort knows no waivers, the session is no module, or the reason lacks.

    """
    if not rules.modules_waivable:
        raise Refused("This cohort's rules allow no waivers.")
    if session.kind != "module" or not session.mandatory:
        raise Refused("Only a module that must be attended can be waived.")
    if not session.live:
        raise Refused("This session was cancelled; nobody needs a waiver for it.")
    if not reason.strip():
        raise Refused.field("reason", "Describe the exceptional circumstances.")
    return Waiver(reason=reason.strip(), by=by, at=at)
