"""Is the CCT date within the training years that the programme allows?

The source leaves open which day the programme commences on and whether a training year of a
part-time trainee is a calendar year, so readings that disagree send the question to a person.
"""

from datetime import date
from typing import Literal

from applications.admissions.answers import Answers
from nextstep_programme.model import Eligibility
from nextstep_programme.writing import day

Reading = Literal["pass", "refer", "fail"]

FULL_TIME = 100  # per cent


def judge_cct(answers: Answers, rules: Eligibility) -> tuple[Reading, str]:
    """The outcome for the CCT date and a sentence for the office."""
    if "cct_date" in answers.unread:
        return "refer", f"The CCT date “{answers.unread['cct_date']}” could not be read."
    if answers.cct_date is None:
        return "refer", "No CCT date was given."
    share = FULL_TIME if answers.ltft_percentage is None else answers.ltft_percentage
    if "ltft_percentage" in answers.unread or not 0 < share <= FULL_TIME:
        said = answers.unread.get("ltft_percentage", str(share))
        return "refer", f"The less-than-full-time percentage “{said}” could not be used."
    reading, why = _compare(answers.cct_date, share, rules)
    vague = answers.vague.get("cct_date")
    return reading, f"{why} Written as “{vague}”: its last day counts." if vague else why


def _compare(cct: date, share: int, rules: Eligibility) -> tuple[Reading, str]:
    readings = {
        start: _read(cct, share, start, rules)
        for start in (rules.commencement, *rules.commencement_alternatives)
    }
    stated = readings[rules.commencement]
    window = f"{rules.cct_window_years} training years of {day(rules.commencement)}"
    differing = [start for start, reading in readings.items() if reading != stated]
    if differing:
        return "refer", (
            f"CCT on {day(cct)}: counted from {day(differing[0])} instead of"
            f" {day(rules.commencement)} the answer would differ."
        )
    part_time = f" At {share}% of full time" if share < FULL_TIME else ""
    if stated == "pass":
        early = " CCT falls before the programme commences." if cct < rules.commencement else ""
        return (
            "pass",
            f"CCT on {day(cct)} is within {window}.{part_time and part_time + '.'}{early}",
        )
    if stated == "refer":
        return "refer", (
            f"CCT on {day(cct)} is outside {window} by the calendar."
            f"{part_time}, it is within in training time."
        )
    return "fail", f"CCT on {day(cct)} is outside {window}.{part_time and part_time + ' as well.'}"


def _read(cct: date, share: int, start: date, rules: Eligibility) -> Reading:
    """One reading: the day counted from is `start`. The last day of the window is inside it."""
    end = anniversary(start, rules.cct_window_years)
    if cct <= end:
        return "pass"
    # Training time left, in hundredths of a day, against the window's length.
    if (cct - start).days * share <= (end - start).days * FULL_TIME:
        return "pass" if rules.less_than_full_time == "scale" else "refer"
    return "fail"


def anniversary(start: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March in other years."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
