"""Signatures, field maps, documents and recognition, as rules."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.clean_text import clean
from applications.documents.given_file import from_base64
from applications.documents.inspection import (
    DOCX,
    ODT,
    PDF,
    Upload,
    as_upload,
    inspect,
    safe_name,
)
from applications.intake.adapter import Delivery
from applications.intake.adapters.standard_webhooks import StandardWebhooks
from applications.intake.field_map.mapping import MappingError, map_submission
from applications.intake.sources import SourcesError, load_sources

from . import forms

NOW = datetime(2024, 8, 1, 10, tzinfo=UTC)
NATIVE = load_sources(None, {})["native"].definition
ADAPTER = StandardWebhooks()


def mapped(**changes):
    return map_submission(forms.submission(**changes), NATIVE, ADAPTER, "Europe/London")


def test_a_secret_in_rotation_is_accepted_beside_the_old_one():
    new = "whsec_" + base64.b64encode(b"the next secret of this form").decode()
    body = forms.encoded(forms.submission())
    delivery = Delivery(body, forms.signed(body, NOW, secret=new))
    assert ADAPTER.verified(delivery, [forms.SECRET, new], NOW)
    assert not ADAPTER.verified(delivery, [forms.SECRET], NOW)
    assert not ADAPTER.verified(delivery, ["whsec_", "not base64!", ""], NOW)
    assert not ADAPTER.verified(delivery, [], NOW)


def test_several_signatures_in_one_header_are_all_looked_at():
    body = b"{}"
    headers = forms.signed(body, NOW)
    headers["webhook-signature"] = f"v2,x v1,AAAA {headers['webhook-signature']} v1,!"
    assert ADAPTER.verified(Delivery(body, headers), [forms.SECRET], NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(300, True), (301, False), (-301, False)])
def test_the_tolerance_is_five_minutes_by_the_given_clock(seconds, accepted):
    delivery = Delivery(b"{}", forms.signed(b"{}", NOW))
    at = NOW + timedelta(seconds=seconds)
    assert ADAPTER.verified(delivery, [forms.SECRET], at) is accepted


@given(
    st.binary(),
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text(max_size=40),
    ),
)
def test_no_malformed_request_does_anything_but_fail_to_verify(body, headers):
    assert ADAPTER.verified(Delivery(body, headers), [forms.SECRET], NOW) is False


def test_answers_are_read_and_cleaned():
    found = mapped(
        name="  Amara\u00a0 Okafor\n",
        gmc_number="GMC 701 2345",
        cct_date="06/08/2025",
        ltft_percentage="80%",
        in_training_on="Yes",
        documents={},
    )
    assert found.answers.name == "Amara Okafor"
    assert found.answers.gmc_number == "7012345"
    assert found.answers.cct_date == date(2025, 8, 6)
    assert found.answers.ltft_percentage == 80
    assert found.answers.in_training_on is True
    assert found.submitted_at == datetime(2024, 8, 1, 9, 30, tzinfo=UTC)
    assert found.uploads == ()


def test_a_naive_moment_is_local_to_the_programme():
    assert mapped(submitted_at="2024-08-01T10:30:00").submitted_at == datetime(
        2024, 8, 1, 9, 30, tzinfo=UTC
    )


def test_an_answer_that_cannot_be_read_is_kept_as_written():
    found = mapped(cct_date="next summer", ltft_percentage=["80", "60"], trust={"id": 3})
    assert found.answers.cct_date is None
    assert found.answers.unread == {
        "cct_date": "next summer",
        "ltft_percentage": "['80', '60']",
        "trust": "{'id': 3}",
    }


@pytest.mark.parametrize("email", ["", "a@b", "a b@c.org", "a@@c.org", "x" * 255 + "@c.org", 7])
def test_an_application_needs_an_address_that_mail_can_reach(email):
    with pytest.raises(MappingError, match="email"):
        mapped(email=email)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(list(forms.submission())), json_values))
def test_whatever_is_in_a_submission_it_is_mapped_or_refused(changes):
    try:
        found = mapped(**changes)
    except MappingError:
        return
    found.answers.model_dump_json().encode()


@given(st.text())
def test_clean_text_is_one_line_that_any_database_can_keep(text):
    found = clean(text)
    found.encode()
    assert found == clean(found)
    assert "\n" not in found
    assert "\x00" not in found


@pytest.mark.parametrize(
    ("data", "content_type", "problem"),
    [
        (forms.PDF, PDF, None),
        (forms.docx(), DOCX, None),
        (forms.odt(), ODT, None),
        (b"", None, "the file was empty"),
        (b"hello", None, "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"),
        (b"MZ" + b"\0" * 99, None, "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"),
        (forms.docx()[:-30], None, "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"),
        (forms.PDF + b"x" * 10_485_760, PDF, "the file was larger than 10 MB"),
    ],
)
def test_a_document_is_what_its_content_says(data, content_type, problem):
    found = inspect(Upload("cv", "holiday.jpg", data))
    assert found.problem == problem
    assert found.content_type == (content_type or "application/octet-stream")


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("CV.pdf", "CV.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\my cv.docx", "my cv.pdf"),
        ("\u202egpj.exe", "gpj.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c_d.pdf"),
        ("", "cv.pdf"),
        (" .. ", "cv.pdf"),
        ("n" * 300 + ".pdf", "n" * 96 + ".pdf"),
    ],
)
def test_a_file_name_is_made_safe(given_name, safe):
    assert safe_name(given_name, "cv", PDF) == safe


@pytest.mark.parametrize("content", ["%%%", "YQ=", None, 5, "data:application/pdf;base64,%"])
def test_damaged_base64_is_a_document_that_is_still_needed(content):
    assert inspect(as_upload("cv", from_base64("cv.pdf", content))).problem


def test_a_sources_file_is_checked_when_it_is_read(tmp_path):
    file = tmp_path / "sources.yaml"
    for text, reason in [
        ("", "names no sources"),
        ("a: {adapter: fax, secrets: [S], fields: {name: n, email: e}}", "'fax' is not one of"),
        ("a: {adapter: standard-webhooks, fields: {name: n, email: e}}", "secrets"),
        ("a: {adapter: standard-webhooks, secrets: [S], fields: {name: n}}", "email are needed"),
        ("a: {adapter: standard-webhooks, secrets: [S], fields: {shoe: n}}", "shoe"),
        ("a: [", "sources.yaml"),
    ]:
        file.write_text(text)
        with pytest.raises(SourcesError, match=reason):
            load_sources(file, {})


def test_secrets_are_looked_up_and_their_absence_is_no_crash(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(
        "a: {adapter: standard-webhooks, secrets: [ONE, TWO], fields: {name: n.0, email: [a.b, c]}}"
    )
    source = load_sources(file, {"TWO": forms.SECRET})["a"]
    assert [s.get_secret_value() for s in source.secrets] == [forms.SECRET]
    assert load_sources(file, {})["a"].secrets == ()
    payload = {"n": ["Amara"], "a.b": {"c": "amara@example.org"}}
    assert (
        map_submission(payload, source.definition, ADAPTER, "Europe/London").answers.name == "Amara"
    )
