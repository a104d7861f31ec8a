"""A Fellow's attendance is complete."""

from nextstep_contracts import RequirementsMet
from notifications.emails.email import EventEmail, by_id
from notifications.emails.links import PROGRAMME

EMAIL = EventEmail(
    name="requirements_met",
    label="Requirements met",
    event=RequirementsMet,
    subject="requirements",
    because="Once, when attendance is complete. A correction is told by the standing.",
    people=by_id,
    facts=lambda _event, _person_id, _zone: {},
    says=lambda event, _person_id: "met" if event.met else "not met",
    worth_telling=lambda before, now: now == "met" and before != "met",
    links=(PROGRAMME,),
    notice="privacy-fellows",
    sample={},
)
