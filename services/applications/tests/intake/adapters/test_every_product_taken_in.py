"""Every form product through the real webhook to an application: nothing answered 2xx is lost."""

import asyncio
import json
from dataclasses import replace
from urllib.parse import quote, urlencode, urlsplit

import pytest
from structlog.testing import capture_logs

from nextstep_local.testing import eventually, serving

from ... import payloads, vendors
from ...conftest import START
from ...forms import PDF, signed
from ...payloads import Given
from ...vendors import BY_NAME, SECRETS, VARIANTS, VENDORS, Sent, Vendor

pytestmark = pytest.mark.stack

LIMIT = 40 * 1024 * 1024
EVERY = (*VENDORS, *VARIANTS)


@pytest.fixture
def form_secret(monkeypatch):
    """The service is configured with the example file, and all its secrets."""
    monkeypatch.setenv("APPLICATIONS_SOURCES", str(vendors.EXAMPLE))
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    return "set"


def people(vendor: Vendor, number: int = 0, **changes) -> Given:
    """A different person for every product."""
    number = 10 * EVERY.index(vendor) + number
    who = Given(
        first="Amara",
        last=f"Okafor the {number}th",
        email=f"amara{number}@example.org",
        gmc=str(7_000_000 + number),
    )
    return replace(who, **changes)


async def post(running, sent: Sent):
    headers = [(key, value.encode()) for key, value in sent.headers.items()]
    return await running.http.post(sent.path, content=sent.body, headers=headers)


async def taken(running, vendor: Vendor, given: Given):
    """The receipt, processed, of a person's submission."""
    answer = await post(running, vendor.post(given))
    assert answer.status_code == 202, (vendor, answer.text)
    return await running.processed(answer.json()["receipt_id"])


async def application_of(running, receipt):
    assert receipt["status"] == "applied", receipt
    return await running.read("applications").get(receipt["application_id"])


async def test_every_products_submission_becomes_an_application(running):
    for vendor in EVERY:
        given = people(vendor)
        application = await application_of(running, await taken(running, vendor, given))
        assert application["answers"]["name"] == given.name, vendor
        assert application["answers"]["email"] == given.email, vendor
        assert application["answers"]["gmc_number"] == given.gmc, vendor
        assert application["answers"]["unread"] == {}, vendor
        assert sorted(application["documents"]) == ["cv", "statement_1", "statement_2"], vendor
        if vendor.has_bytes:
            assert application["state"] == "offered", vendor
            kept = application["documents"]["statement_1"]["file_id"]
            assert await running.messaging.db.files.get(kept) == given.files[1][1], vendor
    assert await running.read("applications").count({}) == len(EVERY)


async def test_the_same_submission_again_gets_the_same_receipt(running):
    for vendor in EVERY:
        given = people(vendor, files=())
        first = await post(running, vendor.post(given))
        again = await post(running, vendor.post(given))  # multipart draws a new boundary
        assert (first.status_code, again.status_code) == (202, 200), vendor
        assert again.json()["receipt_id"] == first.json()["receipt_id"], vendor


async def test_an_edited_submission_is_an_amendment(running):
    for vendor in VENDORS:
        given = people(vendor, files=())
        first = await application_of(running, await taken(running, vendor, given))
        edited = replace(given, trust="West Suffolk")
        second = await application_of(running, await taken(running, vendor, edited))
        assert second["_id"] == first["_id"], vendor
        assert second["answers"]["trust"] == "West Suffolk", vendor


async def test_a_submission_without_an_id_is_known_by_its_content(running):
    for vendor in VENDORS:
        given = people(vendor, files=(), id="the-id")
        body, kind = vendor.build(given)
        sent = vendor.seal(body.replace(b"the-id", b""), kind)
        assert [(await post(running, sent)).status_code for _ in "12"] == [202, 200], vendor


async def test_nothing_unproved_is_taken_in(running):
    for vendor in VENDORS:
        right = vendor.post(people(vendor))
        kind = right.headers["content-type"]
        bare = Sent(f"/webhooks/{vendor.source}", right.body, {"content-type": kind})
        wrong = "whsec_d3JvbmcgYnV0IHdlbGwgZm9ybWVk"
        spoilt = [
            bare,
            vendor.seal(right.body, kind, wrong),
            replace(bare, path=f"{bare.path}?token="),
            replace(bare, path=f"{bare.path}/wrong"),
            replace(bare, headers=bare.headers | {"authorization": "Bearer wrong"}),
        ]
        if vendor.source in {"typeform-example", "formstack-example", "standard-webhooks-example"}:
            spoilt.append(right.with_body(right.body + b" "))
            spoilt.append(right.with_body(right.body[:-1]))
        for sent in spoilt:
            answer = await post(running, sent)
            assert answer.status_code == 401, (vendor, sent.path, sent.headers)
            assert answer.headers["content-type"] == "application/problem+json"
    assert await running.read("receipts").count({}) == 0


async def test_a_stale_timestamp_is_refused_where_there_is_one(running):
    body, kind = payloads.standard(Given())
    headers = signed(body, START.replace(hour=9), secret=SECRETS["APPLICATIONS_SCRIPT_SECRET"])
    sent = Sent("/webhooks/standard-webhooks-example", body, headers | {"content-type": kind})
    assert (await post(running, sent)).status_code == 401


async def test_the_secret_in_the_address_stands_in_one_place_only(running):
    secret = SECRETS["APPLICATIONS_DRUPAL_SECRET"]
    vendor = BY_NAME["drupal"]
    base = vendor.post(people(vendor))
    root, query = "/webhooks/drupal-example", urlencode({"token": secret})
    for path, status in [
        (root, 401),
        (f"{root}/", 401),
        (f"{root}/{quote(secret)}/", 401),
        (f"{root}?{query}&{query}", 401),
        (f"{root}/{quote(secret, safe='')}?{query}", 401),
        (f"{root}?{query}", 202),
        (f"{root}/{quote(secret, safe='')}", 200),
        (f"{root}/{quote(secret)}", 200),
    ]:
        assert (await post(running, replace(base, path=path))).status_code == status, path


async def test_nothing_below_a_source_is_answered_as_if_it_were_gone(running):
    typeform = BY_NAME["typeform"]
    sent = typeform.post(people(typeform))
    for end, status in [("/", 202), ("/x", 200), ("/x/y?z", 200), ("?token=a&token=b", 200)]:
        answer = await post(running, replace(sent, path=sent.path + end))
        assert answer.status_code == status, end
    bare = replace(sent, headers={"content-type": payloads.JSON})
    for end in ("", "/", "/x", "/x/y"):
        assert (await post(running, replace(bare, path=sent.path + end))).status_code == 401, end


async def test_a_secret_in_an_address_or_header_is_neither_stored_nor_logged(running):
    with capture_logs() as logs:
        for vendor in (BY_NAME["jotform"], BY_NAME["drupal"], BY_NAME["flow"]):
            sent = vendor.post(people(vendor, files=()))
            assert (await post(running, sent)).status_code == 202
            other = vendor.seal(sent.body, "text/plain")
            assert (await post(running, other)).status_code == 415
            refused = vendor.seal(b"{", sent.headers["content-type"], "nearly the secret")
            assert (await post(running, refused)).status_code == 401
        await _all_processed(running)
        receipts = await running.read("receipts").find({})
        stored = str([{key: row[key] for key in row if key != "body"} for row in receipts])
    for secret in (*SECRETS.values(), "nearly the secret"):
        for form in (secret, quote(secret), quote(secret, safe=""), urlencode({"": secret})[1:]):
            assert form not in str(logs)
            assert form not in stored
    assert "request" in str(logs)


async def test_a_secret_that_the_body_repeats_is_on_no_page(running):
    vendor = BY_NAME["jotform"]
    body, kind = vendor.build(people(vendor))
    for sent in (vendor.seal(body, kind), vendor.seal(body[:-40], kind)):
        assert b"jotform+secret" in sent.body
        receipt = (await post(running, sent)).json()["receipt_id"]
        await running.processed(receipt)
        async with running.staff() as reader:
            page = await reader.get(f"/applications/receipts/{receipt}")
        assert "submissionID" in page.text
        assert "jotform+secret" not in page.text
        assert "jotform secret" not in page.text


async def _all_processed(running):
    async def done():
        return await running.read("receipts").count({"status": "new"}) == 0

    await eventually(done)


async def test_what_verifies_but_cannot_be_read_waits_in_quarantine_whole(running):
    deep = "[" * 900 + "]" * 900
    for vendor in VENDORS:
        body, kind = vendor.build(people(vendor, files=()))
        # URL-encoded answers can break off anywhere unnoticed, but not before name and address.
        spoilt = [(body[: len(body) // 10], kind), (b"", kind)]
        if str(vendor) != "standard":  # what is not text cannot have been signed as Standard does
            spoilt.append((b"\xff\xfe" + body[:-1], kind))
            spoilt.append((b'{"name": "Ren\xe9"}', kind))
        if kind == payloads.JSON:
            spoilt.append((f'{{"a": {deep}}}'.encode(), kind))
        elif "multipart" not in kind:
            spoilt.append((b"Full+name=Ren%E9&name=Ren%E9", kind))
            spoilt.append((b"name=x", f"{kind}; charset=utf-7"))
        else:
            outer = payloads.jotform_outer(Given(), {})
            nested = payloads.multipart([*(outer | {"rawRequest": f'{{"a": {deep}}}'}).items()])
            spoilt += [nested, (body, "multipart/form-data")]
        for bad, sent_as in spoilt:
            answer = await post(running, vendor.seal(bad, sent_as))
            assert answer.status_code in {200, 202}, (vendor, bad[:80], answer.text)
            receipt = await running.processed(answer.json()["receipt_id"])
            assert receipt["status"] == "quarantined", (vendor, bad[:80])
            assert receipt["faults"][0].endswith("."), receipt["faults"]
            assert bytes(receipt["body"]) == bad
            async with running.staff() as office:
                page = await office.get(f"/applications/receipts/{receipt['_id']}")
            assert page.status_code == 200, (vendor, bad[:80])


async def test_a_draft_is_kept_until_the_applicant_submits(running):
    vendor = BY_NAME["drupal"]
    given = people(vendor)
    draft = vendor.seal(*payloads.drupal(given, in_draft="1"))
    answer = await post(running, draft)
    assert answer.status_code == 202
    receipt = await running.processed(answer.json()["receipt_id"])
    assert receipt["status"] == "quarantined"
    assert "draft" in receipt["faults"][0]
    application = await application_of(running, await taken(running, vendor, given))
    assert application["answers"]["name"] == given.name
    deleted = vendor.seal(*payloads.drupal(given, state="deleted"))
    answer = await post(running, deleted)
    receipt = await running.processed(answer.json()["receipt_id"])
    assert "deleted" in receipt["faults"][0]


async def test_hostile_answers_become_an_application_that_harms_no_page(running):
    html = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    for vendor in EVERY:
        given = people(
            vendor,
            first="\u202e" + html,
            last="\u05d0\u05de\u05e8\u05d4 " + "n" * 300,
            discipline=html,
            region=html,
            trust=f"\"{html}' &amp; \u0007",
            files=((f"{html}\u202e{'x' * 300}.pdf", PDF),) if vendor.has_bytes else (),
        )
        if str(vendor) == "jotform":  # a name with quotes would end the header
            given = replace(given, files=())
        receipt = await taken(running, vendor, given)
        application = await application_of(running, receipt)
        name = application["answers"]["name"]
        assert name == f"{html} \u05d0\u05de\u05e8\u05d4 {'n' * 300}", vendor
        async with running.staff() as office:
            for path in (
                f"/applications/application/{application['_id']}",
                f"/applications/receipts/{receipt['_id']}",
                "/applications/list",
                "/applications/receipts",
            ):
                page = await office.get(path)
                assert page.status_code == 200, (vendor, path)
                assert "<script>alert" not in page.text, (vendor, path)
                assert "<img src=x" not in page.text, (vendor, path)
                assert "\u202e" not in page.text or "receipts/" in path, (vendor, path)


async def test_forty_megabytes_are_taken_in_and_more_is_refused(running):
    for vendor in VENDORS:
        body, kind = vendor.build(people(vendor, files=()))
        if kind == payloads.JSON:
            whole = body[:-1] + b', "padding": "' + b"x" * (LIMIT - len(body) - 15) + b'"}'
        elif "multipart" in kind:
            rest = LIMIT - len(body) - 200
            fields = payloads.jotform_outer(
                people(vendor, files=()), payloads.jotform_answers(people(vendor))
            )
            whole, kind = payloads.multipart([*fields.items()], [("big", "b.pdf", b"x" * rest)])
        else:
            whole = body + b"&padding=" + b"x" * (LIMIT - len(body) - 9)
        assert LIMIT - 2_000 < len(whole) <= LIMIT, vendor
        answer = await post(running, vendor.seal(whole, kind))
        assert answer.status_code == 202, (vendor, answer.text)
        receipt = await running.processed(answer.json()["receipt_id"])
        assert receipt["status"] == "applied", (vendor, receipt)
        answer = await post(running, vendor.seal(whole + b" " * 1024 * 1024, kind))
        assert answer.status_code == 413, vendor
    assert await running.read("receipts").count({}) == len(VENDORS)


async def test_a_type_that_the_product_does_not_send_is_a_415(running):
    for vendor in VENDORS:
        sent = vendor.post(people(vendor, files=()))
        answer = await post(running, replace(sent, headers=sent.headers | {"content-type": "a/b"}))
        assert answer.status_code == 415, vendor


async def test_a_request_that_breaks_off_on_its_way_is_not_taken_in(running):
    vendor = BY_NAME["drupal"]
    sent = vendor.post(people(vendor))
    head = (
        f"POST {sent.path} HTTP/1.1\r\nhost: a\r\ncontent-type: {sent.headers['content-type']}\r\n"
        f"content-length: {len(sent.body)}\r\n\r\n"
    ).encode()
    async with serving(running.app) as url:
        port = urlsplit(url).port
        for length, answered in [(len(sent.body) - 1, False), (len(sent.body), True)]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head + sent.body[:length])
            if not answered:
                writer.write_eof()
            assert (b" 202 " in await reader.readline()) is answered
            writer.close()
            await writer.wait_closed()
            assert await running.read("receipts").count({}) == int(answered)


async def test_an_id_that_no_database_keeps_is_still_a_receipt(running):
    vendor = BY_NAME["standard"]
    body = json.dumps(
        json.loads(vendor.build(people(vendor, files=()))[0]) | {"submission_id": "\ud800x"}
    ).encode()
    answer = await post(running, vendor.seal(body, payloads.JSON))
    assert answer.status_code == 202
    assert (await running.processed(answer.json()["receipt_id"]))["status"] == "applied"
