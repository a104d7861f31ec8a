"""Two files in one question: one is used, and the others are named to the applicant and office."""

import json

import pytest

from ...forms import PDF, docx, file, submission
from ...payloads import Given, encoded
from ...vendors import SECRETS, SOURCES, VENDORS

CONTENT = encoded(PDF)


def linked(name):
    return f"https://files.example.org/uploads/{name}"


GIVEN = {
    "standard-webhooks-example": lambda name: {"name": name, "content": CONTENT},
    "jotform-example": linked,
    "typeform-example": linked,
    "formstack-example": linked,
    "drupal-example": lambda name: {"name": name, "mime": "application/pdf", "data": CONTENT},
    "microsoft-forms-example": lambda name: {"name": name, "contentBytes": CONTENT},
}
"""A file in an answer, as each product gives it."""
DAMAGED = {"name": "A.pdf", "content": "\u00e9"}
PRODUCTS = pytest.mark.parametrize("source", sorted(GIVEN))


def test_every_product_is_here():
    assert set(GIVEN) == {vendor.source for vendor in VENDORS}


@PRODUCTS
def test_the_second_file_of_an_answer_is_named(source):
    adapter, one = SOURCES[source].adapter, GIVEN[source]
    found = adapter.file([one("A.pdf"), one("B.pdf"), one("C.pdf")])
    assert (found.name, found.fault, found.others) == ("A.pdf", None, ("B.pdf", "C.pdf"))
    alone = adapter.file([one("A.pdf")])
    assert (alone.name, alone.others) == ("A.pdf", ())


@PRODUCTS
def test_a_file_that_came_counts_before_one_that_did_not(source):
    found = SOURCES[source].adapter.file([DAMAGED, GIVEN[source]("B.pdf")])
    assert (found.name, found.fault, found.others) == ("B.pdf", None, ("A.pdf",))


@PRODUCTS
@pytest.mark.parametrize("given", [[], [[]], [[DAMAGED]], [1, None], [""], [DAMAGED, DAMAGED]])
def test_a_list_without_a_file_is_asked_of_the_applicant(source, given):
    assert SOURCES[source].adapter.file(given).fault


@PRODUCTS
def test_more_files_than_anybody_looks_at_are_counted(source):
    names = [f"{n}.pdf" for n in range(25)]
    found = SOURCES[source].adapter.file([GIVEN[source](name) for name in names])
    assert found.others == (*names[1:20], "5 more")


def test_links_that_only_the_organisation_opens_are_all_named():
    found = SOURCES["microsoft-forms-example"].adapter.file([linked("A.pdf"), linked("B.pdf")])
    assert (found.name, found.link, found.others) == ("A.pdf", None, ("B.pdf",))
    assert "The flow sent a link" in (found.technical or "")


@pytest.fixture
def form_secret(monkeypatch):
    """Every product's form is connected."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("APPLICATIONS_WEBHOOK_SECRET", SECRETS["APPLICATIONS_SCRIPT_SECRET"])
    return "set"


def twice(payload):
    """The same form with a second CV in the question."""
    cv = payload["documents"]["cv"]
    return payload | {"documents": payload["documents"] | {"cv": [cv, cv | {"name": "Old.pdf"}]}}


@pytest.mark.stack
@pytest.mark.usefixtures("relay_off")
async def test_applicant_and_office_are_told_which_file_is_used(running):
    given = twice(submission())
    application = await running.take(given)
    assert application["state"] == "offered"
    held = application["documents"]["cv"]
    assert (held["name"], held["others"]) == ("CV.pdf", ["Old.pdf"])
    (said,) = await told(running, "ApplicationSubmitted")
    assert said["about_files"] == ["CV: we use “CV” (PDF), not “Old” (PDF)"]
    async with running.applicant(application["person_id"]) as applicant:
        page = (await applicant.get("/applications/me")).text
        assert "You gave us Old.pdf as well, which we do not use." in page
    async with running.staff() as office:
        path = f"/applications/application/{application['_id']}"
        preview = (await office.get(f"{path}/documents/cv/preview")).text
        assert "Old.pdf. The applicant was told" in preview
        assert "Thursday 1 August 2024, 10:30am" in preview  # on the programme's clocks
        assert "one file is used; given as well: Old.pdf." in (await office.get(path)).text


@pytest.mark.stack
async def test_two_files_sent_for_one_document_on_the_own_page_are_both_named(running):
    given = submission()
    del given["documents"]["cv"]
    application = await running.take(given)
    async with running.applicant(application["person_id"]) as applicant:
        files = [("cv", (name, PDF, "application/pdf")) for name in ("A.pdf", "B.pdf")]
        answer = await applicant.post("/applications/me/documents", files=files)
        assert answer.status_code == 422
        assert "choose one file. You sent A.pdf and B.pdf, and we kept none" in answer.text
        answer = await applicant.post("/applications/me/documents", files=files[:1])
        assert answer.status_code == 303
    found = await running.read("applications").get(application["_id"])
    assert (found["documents"]["cv"]["name"], found["state"]) == ("A.pdf", "offered")


async def told(running, name):
    rows = await running.published(name)
    return [json.loads(row["body"]) for row in rows]


def test_two_files_in_one_question_of_a_whole_body_are_read():
    body = json.dumps(twice(submission(documents={"cv": file(docx(), "New.docx")}))).encode()
    source = SOURCES["standard-webhooks-example"]
    payload = source.adapter.read(body, "application/json")
    found = source.adapter.file(payload["documents"]["cv"])
    assert (found.name, found.others) == ("New.docx", ("Old.pdf",))
    assert Given().files[0][1] == PDF
