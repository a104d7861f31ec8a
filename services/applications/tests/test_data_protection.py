"""Who is erased because a service or an operator says so."""

from datetime import timedelta

import pytest

from applications.data_protection import erase_known, heeds_erasure
from applications.intake.quarantine import erasing
from applications.intake.quarantine.erasing import look_by_digests, only_theirs, sent_by
from applications.intake.store import whole_receipt
from nextstep_contracts import PersonErased, Refused
from nextstep_local.testing import eventually
from nextstep_messaging import ERASE_AGAIN, NotEntitledError
from nextstep_messaging.operating.audit import Actor
from nextstep_messaging.operating.audit.recording import record
from nextstep_messaging.operating.erased_words import remember_words
from nextstep_messaging.testing import fire_due, hear

from .conftest import START
from .forms import person


@pytest.mark.parametrize("sender", ["awards", "scheduling", "notifications"])
def test_applicants_and_fellows_are_erased_by_applications_alone(sender):
    assert heeds_erasure("applications", known=True)
    assert heeds_erasure("applications", known=False)
    assert not heeds_erasure(sender, known=False)  # a panellist or coach, of whom nothing is held
    with pytest.raises(NotEntitledError, match=f"by applications alone, not by {sender}"):
        heeds_erasure(sender, known=True)


@pytest.mark.stack
async def test_an_applicant_whom_another_service_says_it_erased_stays(running):
    application = await running.take(person(1))
    erased = PersonErased(person_id=application["person_id"], erased_at=START)
    with pytest.raises(NotEntitledError):
        await hear(running.messaging, erased, sender="awards")
    assert await running.read("applications").get(application["_id"]) == application


@pytest.mark.stack
async def test_an_operator_erases_whoever_applied_again_and_again_and_nobody_else(running):
    application = await running.take(person(1))
    for _ in range(2):
        await running.messaging.transact(lambda uow: erase_known(uow, application["person_id"]))
    assert (await running.read("applications").get(application["_id"]))["erased"]
    with pytest.raises(Refused, match="python -m awards erase-person j1"):
        await running.messaging.transact(lambda uow: erase_known(uow, "j1"))


@pytest.mark.parametrize(
    ("body", "whose"),
    [
        (b'{"mail": "Kim@Example.org", "q": "x"}', True),
        (b"mail=kim%40example.org&why=no", True),
        ('{"mail": "kim@example.org"}'.encode("utf-16"), True),
        (b'{"mail": "kim@example.org", "referee": "ann@example.org"}', False),
        (b'{"mail": "joakim@example.org"}', False),
        (b'{"name": "Kim"}', False),
        (b"\xff\xfe\x00", False),
    ],
)
def test_what_nobody_can_read_is_somebodys_if_it_names_their_address_and_no_other(body, whose):
    assert only_theirs(body, ["kim@example.org"]) is whose


@pytest.mark.stack
async def test_what_others_wrote_what_looks_for_them_and_what_nobody_could_read_goes(
    running, monkeypatch
):
    monkeypatch.setattr(erasing, "SECONDS", 0.0)  # a transaction for each receipt
    awaiting = person(1, gmc_number="Applied for", ntn="not yet known")
    application, other = await running.take(awaiting), await running.take(person(2))
    name, address = application["answers"]["name"], application["answers"]["email"]
    unread = {"submission_id": "u1", "post": address, "why": "no map reads this"}
    beside = unread | {"submission_id": "u2", "referee": "ann@example.org"}
    receipts = [(await running.post(one)).json()["receipt_id"] for one in (unread, beside)]
    for receipt in receipts:
        await running.processed(receipt)
    async with running.staff("office") as office:
        note = {"text": f"Shares a flat with {name.upper()}. Number applied for, not yet known."}
        await office.post(f"/applications/application/{other['_id']}/notes", data=note)
        await office.post("/applications/views", data={"name": "Her", "filter": f"q={name}"})
        await office.post(
            "/applications/views", data={"name": "Late", "filter": "flag=late&q=applied"}
        )
    await running.messaging.transact(lambda uow: erase_known(uow, application["person_id"]))

    async def erased():
        assert (await running.read("receipts").get(receipts[0]))["status"] == "erased"
        return True

    await eventually(erased)
    assert (await running.read("receipts").get(receipts[1]))["status"] == "quarantined"
    assert [row["text"] for row in await running.read("notes").find({})] == [
        "Shares a flat with (erased). Number applied for, not yet known."
    ]
    assert [row["name"] for row in await running.read("views").find({})] == ["Late"]


@pytest.mark.stack
async def test_what_was_being_written_of_somebody_beside_their_erasure_goes_half_an_hour_later(
    running,
):
    application, other = await running.take(person(1)), await running.take(person(2))
    name = application["answers"]["name"]
    await running.messaging.transact(lambda uow: erase_known(uow, application["person_id"]))

    gone_now = PersonErased(person_id=application["person_id"], erased_at=running.clock.now())
    await hear(running.messaging, gone_now, sender="applications")
    assert await running.read("_timers").count({"kind": ERASE_AGAIN}) == 1
    async with running.staff("office") as office:
        for text in (f"Shares a flat with {name.upper()}.", "Shares a flat with nobody."):
            page = f"/applications/application/{other['_id']}/notes"
            await office.post(page, data={"text": text})

    why = f"As {name} is."
    await running.messaging.transact(
        lambda uow: record(uow, Actor("staff", "ola"), "compared", other["_id"], why=why)
    )
    running.clock.advance(timedelta(minutes=31))

    async def gone():
        await fire_due(running.messaging)
        texts = [row["text"] for row in await running.read("notes").find({})]
        left = sorted(texts) == ["Shares a flat with (erased).", "Shares a flat with nobody."]
        trail = str(await running.read("_audit").find({"action": "compared"}))
        return left and name not in trail

    await eventually(gone)


@pytest.mark.stack
async def test_staff_who_are_called_like_an_erased_applicant_did_what_they_did(running):
    application = await running.take(person(1, name="Ola Office"))
    other = (await running.take(person(2)))["_id"]
    async with running.staff("office") as office:
        said = {"action": "withdraw", "reason": "Rang us."}
        await office.post(f"/applications/application/{other}/decide", data=said)
    await running.messaging.transact(lambda uow: erase_known(uow, application["person_id"]))
    gone_now = PersonErased(person_id=application["person_id"], erased_at=running.clock.now())
    await hear(running.messaging, gone_now, sender="applications")
    async with running.staff("office") as office:
        page = f"/applications/application/{other}/notes"
        await office.post(page, data={"text": "As Ola Office said."})
    running.clock.advance(timedelta(minutes=31))

    async def looked_again():
        await fire_due(running.messaging)
        (note,) = await running.read("notes").find({})
        return note["text"] == "As (erased) said."

    await eventually(looked_again)
    lines = await running.read("history").find({"application_id": other, "why": "Rang us."})
    assert {line["who"] for line in lines} == {"Ola Office"}


@pytest.mark.stack
async def test_what_had_come_before_an_erasure_and_was_not_read_yet_goes_with_it(running):
    application = await running.take(person(1))
    await running.messaging.transact(lambda uow: erase_known(uow, application["person_id"]))
    # as if the worker had not come to the first: it stood in the line when the person was erased
    for moved, trust, status in ((-1, "West", "erased"), (1, "East", "applied")):
        running.clock.advance(timedelta(seconds=moved))
        given = person(1, trust=f"{trust} Suffolk")
        answer = await running.post(given)
        receipt = await running.processed(answer.json()["receipt_id"])
        assert (receipt["status"], receipt["body"] is None) == (status, status == "erased")
    found = await running.read("applications").find({"erased": False})
    assert [one["answers"]["trust"] for one in found] == ["East Suffolk"]  # begins anew


@pytest.mark.stack
async def test_no_answers_that_an_erased_person_sent_come_back_with_a_late_message(running):
    sent = [person(1, trust=f"{trust} Suffolk") for trust in ("West", "East", "Mid")]
    for one in sent:
        application = await running.take(one)
    await running.messaging.transact(lambda uow: erase_known(uow, application["person_id"]))
    running.clock.advance(timedelta(minutes=5))
    for one in sent:  # whatever the form sends once more
        assert (await running.post(one)).status_code == 200
    assert await running.read("receipts").count({"status": {"$ne": "erased"}}) == 0
    assert await running.read("applications").count({"erased": False}) == 0


@pytest.mark.stack
async def test_what_is_restored_into_quarantine_goes_though_nobody_knows_the_address(running):
    unread = {"submission_id": "u1", "post": "kim@example.org", "why": "no map reads this"}
    beside = unread | {"submission_id": "u2", "referee": "ann@example.org"}
    receipts = [(await running.post(one)).json()["receipt_id"] for one in (unread, beside)]
    for receipt in receipts:
        await running.processed(receipt)
    # what an erasure leaves of the address
    await running.messaging.transact(lambda uow: remember_words(uow, ["kim@example.org"]))
    db = running.messaging.db
    theirs = await sent_by(db, [])
    receipt, body = await whole_receipt(db, receipts[0])
    later = receipt.model_copy(update={"received_at": START + timedelta(days=1)})
    assert (theirs(receipt, body), theirs(later, body)) == (True, False)
    await running.messaging.transact(look_by_digests)

    async def erased():
        assert (await running.read("receipts").get(receipts[0]))["status"] == "erased"
        return True

    await eventually(erased)
    assert (await running.read("receipts").get(receipts[1]))["status"] == "quarantined"


@pytest.mark.stack
async def test_what_was_stored_beside_an_erasure_goes_at_the_second_look(running):
    application = await running.take(person(1))
    who = application["person_id"]
    await hear(running.messaging, PersonErased(person_id=who, erased_at=START))
    key = f"{application['_id']}:late:cv"
    await running.messaging.db.files.put(key, "late.pdf", b"late")
    running.clock.set(START + timedelta(minutes=31))

    async def gone():
        assert await running.messaging.db.files.get(key) is None
        return True

    await eventually(gone)
