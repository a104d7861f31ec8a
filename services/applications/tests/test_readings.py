"""Bodies, documents, dates and names as form products write them, as rules."""

import json
from datetime import date

import pytest

from applications.documents.inspection import as_upload
from applications.intake.adapter import UnreadableError
from applications.intake.adapters import ADAPTERS
from applications.intake.field_map.answer_readers import Customs, plain, read_moment, reader
from applications.intake.field_map.mapping import MappingError

from . import payloads
from .forms import PDF
from .payloads import Given
from .vendors import VENDORS, mapped, mapped_from


def test_repeated_keys_are_all_kept():
    formstack = ADAPTERS["formstack"]
    found = formstack.read(b"S=one&S=two&S=three&T=1", payloads.URLENCODED)
    assert found == {"S": ["one", "two", "three"], "T": "1"}
    assert formstack.read(b'{"S": [1], "S": 2, "T": {"a": 1, "a": 2}}', "application/json") == {
        "S": [[1], 2],
        "T": {"a": [1, 2]},
    }


def test_one_answer_where_two_may_be_is_the_first_of_them():
    vendor = next(v for v in VENDORS if v.source == "formstack-example")
    uploads = mapped(vendor, Given(files=Given().files[:2])).uploads
    assert {u.key: u.data for u in uploads} == {
        "cv": Given().files[0][1],
        "statement_1": Given().files[1][1],
    }


def test_brackets_nest_as_php_nests_them():
    read = ADAPTERS["drupal-webform"].read
    body = b"a[x]=1&a[y][]=2&a[y][]=3&b[0][n]=4&b[1][n]=5&c=6&c[d]=7&e[=8&f]=9&[g]=0&h[7]=1"
    assert read(body, payloads.URLENCODED) == {
        "a": {"x": "1", "y": ["2", "3"]},
        "b": [{"n": "4"}, {"n": "5"}],
        "c": "6",
        "c[d]": "7",
        "e[": "8",
        "f]": "9",
        "[g]": "0",
        "h": {"7": "1"},
    }


def test_a_character_set_is_the_one_that_is_named_or_refused():
    read = ADAPTERS["drupal-webform"].read
    assert read(b"name=Ren%C3%A9", payloads.URLENCODED) == {"name": "René"}
    latin = f"{payloads.URLENCODED}; charset=ISO-8859-1"
    assert read(b"name=Ren%E9", latin) == {"name": "René"}
    with pytest.raises(UnreadableError, match="not in utf-8"):
        read(b"name=Ren%E9", payloads.URLENCODED)
    with pytest.raises(UnreadableError, match="character set"):
        read(b"name=x", f"{payloads.URLENCODED}; charset=utf-7")


def test_more_fields_than_any_form_has_are_refused_at_once():
    with pytest.raises(UnreadableError, match="more fields"):
        ADAPTERS["formstack"].read(b"&a=1" * 10_000, payloads.URLENCODED)
    with pytest.raises(UnreadableError, match="more fields"):
        ADAPTERS["jotform"].read(*payloads.multipart([("a", "1")] * 5_001))


def test_jotforms_files_may_be_parts_of_the_body():
    answers = payloads.jotform_answers(Given())
    fields = list(payloads.jotform_outer(Given(), answers).items())
    files = [("q20_cv", "my cv.pdf", PDF), ("q21[]", "1.pdf", b"\r\n--"), ("q21[]", "2.pdf", b"")]
    found = ADAPTERS["jotform"].read(*payloads.multipart(fields, files))
    adapter = ADAPTERS["jotform"]
    assert (adapter.file(found["q20_cv"]).name, adapter.file(found["q20_cv"]).content) == (
        "my cv.pdf",
        PDF,
    )
    assert [adapter.file(one).name for one in found["q21"]] == ["1.pdf", "2.pdf"]
    assert adapter.file(found["q21"][0]).content == b"\r\n--"


def test_typeforms_answers_are_found_by_id_and_by_ref_in_any_order():
    body, kind = payloads.typeform(Given())
    event = json.loads(body)
    event["form_response"]["answers"].reverse()
    event["form_response"]["answers"].append(
        {"type": "text", "text": "impostor", "field": {"id": "zz", "ref": "SMEUb7VJz92Q"}}
    )
    found = ADAPTERS["typeform"].read(json.dumps(event).encode(), kind)["form_response"]
    assert found["answers"]["SMEUb7VJz92Q"] == "amara.okafor@example.org"
    assert found["answers"]["ref-SMEUb7VJz92Q"] == "amara.okafor@example.org"
    assert found["questions"]["KoJxDM3c6x8h"] == "A question"
    assert "definition" not in found


@pytest.mark.parametrize(
    ("vendor", "changes", "reason"),
    [
        (payloads.drupal, {"in_draft": "1"}, "draft"),
        (payloads.drupal_json, {"in_draft": True}, "draft"),
        (payloads.drupal_json, {"state": "draft_updated"}, "draft"),
        (payloads.drupal, {"state": "deleted"}, "deleted"),
        (payloads.drupal, {"state": "completed"}, None),
        (payloads.drupal, {"state": "updated"}, None),
    ],
)
def test_a_draft_or_a_deleted_post_is_no_application(vendor, changes, reason):
    drupal = next(v for v in VENDORS if v.source == "drupal-example")
    body, kind = vendor(Given(), **changes)
    if reason is None:
        assert mapped_from(drupal, body, kind).answers.name == "Amara Okafor"
        return
    with pytest.raises(MappingError, match=reason):
        mapped_from(drupal, body, kind)


def test_a_typeform_left_in_the_middle_is_no_application():
    vendor = next(v for v in VENDORS if v.source == "typeform-example")
    body, kind = vendor.build(Given())
    partial = body.replace(
        b'"event_type": "form_response"', b'"event_type": "form_response_partial"'
    )
    with pytest.raises(MappingError, match="not completed"):
        mapped_from(vendor, partial, kind)


@pytest.mark.parametrize("product", [*ADAPTERS])
@pytest.mark.parametrize(
    "given_", [None, "", 7, True, [], [[]], {}, {"name": 5}, {"data": {}}, "not base64", ["x", 1]]
)
def test_whatever_stands_where_a_document_should_be_is_a_fault_with_words(product, given_):
    found = as_upload("cv", ADAPTERS[product].file(given_))
    assert (found.data, found.link) == (b"", None)
    if given_ != "":
        assert found.fault in {"the file did not arrive", "the file arrived damaged"}


def test_a_link_that_only_the_organisation_opens_is_a_file_that_did_not_arrive():
    listed = '[{"name": "CV.pdf", "link": "https://kbs.sharepoint.com/x", "size": 3}]'
    payload = ADAPTERS["power-automate"].read(json.dumps({"r1": listed}).encode(), payloads.JSON)
    found = ADAPTERS["power-automate"].file(payload["r1"])
    assert (found.name, found.link, found.fault) == ("CV.pdf", None, "the file did not arrive")


@pytest.mark.parametrize(
    ("written", "customs", "expected"),
    [
        ("8/27/2024 12:34:21 PM", Customs(month_first=True, zone="UTC"), "2024-08-27T12:34:21"),
        ("8/7/2024 12:05 AM", Customs(month_first=True, zone="UTC"), "2024-08-07T00:05:00"),
        ("7/8/2024 13:05", Customs(zone="UTC"), "2024-08-07T13:05:00"),
        ("1722504600", Customs(), "2024-08-01T09:30:00"),
        ("1722504600123", Customs(), "2024-08-01T09:30:00"),
        ("2024-08-01T10:30:00", Customs(), "2024-08-01T09:30:00"),
        ("2024-08-01T09:30:00Z", Customs(), "2024-08-01T09:30:00"),
        ("27/8/2024 25:00", Customs(), None),
        ("soon", Customs(), None),
    ],
)
def test_moments_are_read_as_the_source_writes_them(written, customs, expected):
    found = read_moment(written, customs)
    assert (found and found.isoformat()) == (expected and f"{expected}+00:00")


US = Customs(month_first=True)


@pytest.mark.parametrize(
    ("written", "customs", "expected"),
    [
        ("2025-08-06", US, date(2025, 8, 6)),
        ("2025-08-06T00:00:00Z", Customs(), date(2025, 8, 6)),
        ("6/8/2025", Customs(), date(2025, 8, 6)),
        ("8/6/2025", US, date(2025, 8, 6)),
        ("06.08.2025 00:00", Customs(), date(2025, 8, 6)),
        ("8/27/2025", Customs(), None),
        ("6/8/20255", Customs(), None),
        ("6 August 2025", Customs(), date(2025, 8, 6)),
        ("Aug 06, 2025", Customs(), date(2025, 8, 6)),
        ("Augustus 6, 2025", Customs(), date(2025, 8, 6)),
        ("Foo 6, 2025", Customs(), None),
        ({"day": "06", "month": "08", "year": "2025"}, US, date(2025, 8, 6)),
        ({"day": "6", "month": "August", "year": 2025}, Customs(), date(2025, 8, 6)),
        ({"day": "", "month": "", "year": ""}, Customs(), None),
        ({"day": "31", "month": "02", "year": "2025"}, Customs(), None),
        (["2025-08-06"], Customs(), date(2025, 8, 6)),
    ],
)
def test_dates_are_read_as_the_source_writes_them(written, customs, expected):
    assert reader("cct_date")(plain(written), customs) == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"first": "Amara", "last": "Okafor"}, "Amara Okafor"),
        ({"prefix": "Dr", "first": "Amara", "middle": "", "last": "Okafor"}, "Dr Amara Okafor"),
        ({"first": "Amara", "last": ""}, "Amara"),
        ({"first": "", "last": ""}, None),
        ({"given": "Amara"}, None),
        (["Amara Okafor"], "Amara Okafor"),
        ([{"label": "Amara Okafor"}], "Amara Okafor"),
        (["Amara", "Okafor"], None),
    ],
)
def test_names_are_read_whole_or_split(given_, expected):
    assert reader("name")(plain(given_), Customs()) == expected


def test_labels_are_translated_by_the_sources_values():
    jotform = next(v for v in VENDORS if v.source == "jotform-example")
    assert mapped(jotform, Given(region=" eoe ")).answers.region == "East of England"
    assert mapped(jotform, Given(region="Wessex")).answers.region == "Wessex"
