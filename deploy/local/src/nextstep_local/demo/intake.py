"""The form's side: submissions, sent again, amended, and what must be refused."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from nextstep_local.demo.arrivals import arrive
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.world import World, together

MENDS_AFTER = timedelta(days=4)
"""How long people take to send what they were asked for."""
WITHOUT_DOCUMENTS = ("typeform",)
"""Forms that ask for no documents."""


class IntakeError(RuntimeError):
    """The webhook answered something else than it promises."""


async def post_due(world: World, before: datetime) -> int:
    """Post what was sent since `before`; how many submissions."""
    now = world.year.now
    due = [person for person in world.people if before < person.at <= now]
    mending = [p for p in world.people if _mends(p) and before < p.at + MENDS_AFTER <= now]
    tasks = [_post(world, person) for person in due]
    tasks += [_post_correction(world, person) for person in mending]
    await together(tasks)
    return len(tasks)


def _mends(person: Applicant) -> bool:
    return bool(person.corrections or person.corrected_uploads)


async def _post(world: World, person: Applicant) -> None:
    form = world.forms[person.source]
    first = await form.post(person.submission(), world.year.now)
    _expect(first.status, 202, person.name)
    if person.quirk == "sent twice":  # the applicant pressed the button again
        again = await form.post(person.submission(), world.year.now)
        _expect(again.status, 200, f"{person.name}, again")
        if again.receipt != first.receipt:
            raise IntakeError(f"{person.name} got another receipt for the same submission")


async def _post_correction(world: World, person: Applicant) -> None:
    if {"gmc_number", "gdc_number"} & person.corrections.keys() and world.mail.of(person.email):
        # Who gave no number is known again by the address that the mail's link confirmed. Where a
        # step of the calendar holds both submissions there was no mail yet: the office decides.
        visitor = await arrive(world, person)
        await visitor.open(world.url("applications", "/me"))
    form = world.forms[person.source]
    posted = await form.post(person.submission(corrected=True), world.year.now)
    _expect(posted.status, 202, f"{person.name}, amended")


async def send_documents(world: World) -> int:
    """Whoever's form asks for no documents sends them from their own page; how many."""
    asked = [person for person in world.people if asked_for_documents(world, person)]
    await together(_send_documents(world, person) for person in asked)
    return len(asked)


def asked_for_documents(world: World, person: Applicant) -> bool:
    """Whether somebody was written to whose form asks for no documents, and has sent none yet."""
    if person.source not in WITHOUT_DOCUMENTS or person.number in world.record.sent_documents:
        return False
    return bool(world.mail.of(person.email))


async def _send_documents(world: World, person: Applicant) -> None:
    visitor = await arrive(world, person)
    page = await visitor.open(world.url("applications", "/me"))
    files = {key: (upload.name, upload.data) for key, upload in person.uploads.items()}
    await visitor.send_files(page.form(action="/documents"), files)
    world.record.sent_documents.add(person.number)


async def post_unreadable(world: World) -> None:
    """A submission that verifies but has no address: kept for a person, answered 202."""
    submission = {"submission_id": "NS24-unmapped", "name": "Nobody", "mail": "renamed@question"}
    posted = await world.form.post(submission, world.year.now)
    _expect(posted.status, 202, "a submission that cannot be mapped")


async def probe_refusals(world: World) -> dict[str, int]:
    """Post what must be refused; the answers, by what was wrong."""
    now = world.year.now
    body = json.dumps({"submission_id": "forged", "name": "Mallory"}).encode()
    good = world.form.signed("forged", body, now)
    answers = {
        "bad signature": (await world.form.send(body + b" ", good), 401),
        "no signature": (await world.form.send(body, {"content-type": "application/json"}), 401),
        "stale": (
            await world.form.send(
                body, world.form.signed("forged", body, now - timedelta(minutes=6))
            ),
            401,
        ),
        "wrong type": (await world.form.send(body, good | {"content-type": "text/plain"}), 415),
        "unknown form": (
            await world.form.visitor.post(world.form.url + "-unknown", body, good),
            404,
        ),
    }
    for source in ("typeform", "jotform", "drupal"):
        form = world.forms[source]
        guess = "not the secret of any form"
        forged = replace(form, secret=guess).request(world.people[0].submission(), now)
        response = await form.visitor.post(forged.url, forged.body, forged.headers)
        answers[f"{source}, another secret"] = (response, 401)
    for what, (response, wanted) in answers.items():
        _expect(response.status_code, wanted, what)
    return {what: response.status_code for what, (response, _) in answers.items()}


def _expect(status: int, wanted: int, what: str) -> None:
    if status != wanted:
        raise IntakeError(f"The webhook answered {status}, not {wanted}, to: {what}")
