"""The programme office decides what the rules leave to a person."""

from nextstep_local.demo.person import Applicant
from nextstep_local.demo.specialties import REGION
from nextstep_local.demo.world import World, together

KEEPS_PROMISE_TO_MEND = ("missing GMC",)
"""The office gives these applicants time to send what was wrong."""
REASONS = {
    "too far from CCT": "Your CCT is more than two training years away. Please apply later.",
    "another region": f"The programme is for trainees in the {REGION}.",
    "not in training": "The programme is for people in a training programme on 31 July 2024.",
    "late": "Your application came after the deadline and all places are taken.",
    "borderline CCT": "Counted from the first masterclass, your CCT is too far away.",
    "part-time": "Your remaining training time is longer than two training years.",
}
FAVOUR = {"borderline CCT": 0.7, "part-time": 0.8, "late": 0.5}
"""How often the office decides for the applicant where the published conditions allow it."""


async def decide_referrals(world: World) -> int:
    """Work off the list of referrals; how many were decided."""
    rows = await world.office.sheet(
        world.url("applications", "/list"), state="referred", format="csv"
    )
    by_address = {person.email: person for person in world.people}
    due = [(by_address[row["email"].lower()], row["application_id"]) for row in rows]
    due = [(person, key) for person, key in due if person.quirk not in KEEPS_PROMISE_TO_MEND]
    await together(_decide(world, person, key) for person, key in due)
    return len(due)


async def _decide(world: World, person: Applicant, application: str) -> None:
    page = await world.office.open(world.url("applications", f"/application/{application}"))
    action, reason = judgement(world, person)
    await world.office.send(page.form(action="/decide"), action=action, reason=reason)
    if action == "reject":
        world.record.rejected.add(person.number)


def judgement(world: World, person: Applicant) -> tuple[str, str]:
    """What the office decides on somebody who was referred to it, and why."""
    if world.chance("favour", person.number).random() < FAVOUR.get(person.quirk, 0):
        return "eligible", "Checked with the training programme director: within the window."
    return "reject", REASONS.get(person.quirk, "Not within the published conditions.")
