"""Who graduates, and the reasons for who does not."""

from datetime import date

from awards.fellows.fellow import hear_withdrawal
from awards.fellows.progress import hear_requirements, hear_standing
from awards.graduation.graduation import Graduation
from awards.graduation.who_graduates import PlanLine, plan, plan_fingerprint

from ..builders import COHORT, a_fellow, requirements, standing, withdrawn

MET = {"f1": hear_requirements(None, requirements())}
FELL_SHORT = {"f1": hear_standing(hear_requirements(None, requirements(met=False)), standing())}


def a_graduation(**changes):
    defaults = {
        "id": "f1",
        "cohort": COHORT,
        "revision": 1,
        "graduated_on": date(2025, 7, 22),
        "bursary": False,
        "discount_until": date(2027, 7, 22),
    }
    return Graduation(**defaults | changes)


def only(progress, graduations=None, bursaries=(), unsubmitted=(), fellow=None):
    (line,) = plan([fellow or a_fellow()], progress, graduations or {}, bursaries, unsubmitted)
    return line


def test_a_fellow_who_meets_the_requirements_graduates():
    assert only(MET) == PlanLine("f1", "graduate", bursary=False)
    assert only(MET, bursaries={"f1"}) == PlanLine("f1", "graduate", bursary=True)


def test_a_fellow_who_falls_short_does_not_and_the_reasons_are_given():
    line = only(FELL_SHORT)
    assert line.outcome == "not_yet"
    assert line.reasons == (
        "The attendance requirements are not met.",
        "4 of 4 masterclasses attended.",
    )
    assert not line.acts


def test_without_word_from_scheduling_nobody_graduates():
    assert only({}).reasons == ("Scheduling has not confirmed the attendance requirements.",)


def test_a_required_project_that_is_not_submitted_holds_back():
    line = only(MET, unsubmitted={"f1"})
    assert (line.outcome, line.reasons) == ("not_yet", ("The project has not been submitted.",))


def test_who_withdrew_does_not_graduate():
    gone = hear_withdrawal(a_fellow(), withdrawn())
    assert only(MET, fellow=gone).reasons == ("Withdrew from the programme.",)


def test_applying_again_changes_nothing_unless_the_bursary_differs():
    known = {"f1": a_graduation()}
    assert only(MET, known).outcome == "graduated"
    assert only(MET, known, bursaries={"f1"}).outcome == "update"


def test_a_standing_corrected_after_graduation_is_a_discrepancy_and_acts_on_nothing():
    line = only(FELL_SHORT, {"f1": a_graduation()})
    assert line.outcome == "discrepancy"
    assert not line.acts


def test_the_plan_looked_at_is_told_from_another():
    one, other = PlanLine("f1", "graduate", bursary=False), PlanLine("f1", "graduate", bursary=True)
    assert plan_fingerprint([one]) == plan_fingerprint([one])
    assert plan_fingerprint([one]) != plan_fingerprint([other])
