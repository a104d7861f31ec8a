"""When what somebody was sent before no longer opens their application."""

from applications.admissions.application import Application
from applications.admissions.identity import address_key
from nextstep_contracts.people import AccessEnding


def ended_by(before: Application, after: Application) -> AccessEnding | None:
    """Why links from before a change of an application are over, or None.

    Whoever reads the old mailbox must not act as the applicant; and who left has nothing more to
    answer. An erased person is told of by an event of its own.
    """
    if after.erased:
        return None
    if address_key(before.answers.email) != address_key(after.answers.email):
        return "address_changed"
    if after.state == "withdrawn" != before.state:
        return "withdrawn"
    return None
