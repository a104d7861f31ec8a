"""Bodies and documents as form products write them, as rules."""

import json
from time import process_time

import pytest

from applications.documents.given_file import as_upload
from applications.intake.adapter import UnreadableError
from applications.intake.adapters import ADAPTERS
from applications.intake.field_map.mapping import MappingError

from ... import payloads
from ...forms import PDF
from ...payloads import Given
from ...vendors import VENDORS, mapped, mapped_from


def test_repeated_keys_are_all_kept():
    formstack = ADAPTERS["formstack"]
    found = formstack.read(b"S=one&S=two&S=three&T=1", payloads.URLENCODED)
    assert found == {"S": ["one", "two", "three"], "T": "1"}
    assert formstack.read(b'{"S": [1], "S": 2, "T": {"a": 1, "a": 2}}', "application/json") == {
        "S": [[1], 2],
        "T": {"a": [1, 2]},
    }


def test_a_body_of_millions_of_values_is_not_read():
    read = ADAPTERS["standard-webhooks"].read
    for body in (
        b'{"a": [' + b"0," * 15_000_000 + b"0]}",
        b'{"a": ' + b'{"a":0},' * 200_000 + b"}",
    ):
        with pytest.raises(UnreadableError, match="has more values than any form has answers"):
            read(body, "application/json")
    assert read(b'{"a": "' + b"one, two, " * 10_000 + b'"}', "application/json")


def test_blanks_in_an_answer_of_formstack_hold_nobody_up():
    read = ADAPTERS["formstack"].read
    texts = {
        "typed": "value = x\nfield_type = " + " " * 9_000 + "!",
        "line": "first = " + " " * 9_000 + "!\nlast = y",
        "lines": "value = x" + "\n" * 9_000 + "field_type = !",
    }
    answers = {f"{kind}{n}": text for kind, text in texts.items() for n in range(100)}
    body = json.dumps(answers | {"kind": "value = a\r\n\nfield_type = text"}).encode()
    started = process_time()
    found = read(body, "application/json")
    assert process_time() - started < 5  # seconds; it was a second for each answer
    assert found["kind"] == "a"
    assert found["typed0"] == texts["typed"]
    assert found["line0"] == {"first": " " * 9_000 + "!", "last": "y"}


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
        assert found.technical
        assert repr(given_) not in found.technical or given_ == "not base64"


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (7, "Expected a file or a link to one, found a number."),
        ([], "The list has no file in it."),
        ("JVBERi0xLjQK$", "Expected base64, found text of 13 characters that is none: "),
        (
            {"name": "CV.pdf", "error": {"code": "FileTooLarge", "message": "Over 4 MB"}},
            "the object has name, error. It says: Over 4 MB; FileTooLarge.",
        ),
    ],
)
def test_the_office_reads_why_a_file_did_not_come(given_, reason):
    found = as_upload("cv", ADAPTERS["jotform"].file(given_))
    assert reason in found.technical
    assert found.fault in {"the file did not arrive", "the file arrived damaged"}


def test_a_link_that_only_the_organisation_opens_is_a_file_that_did_not_arrive():
    listed = '[{"name": "CV.pdf", "link": "https://kbs.sharepoint.com/x", "size": 3}]'
    payload = ADAPTERS["power-automate"].read(json.dumps({"r1": listed}).encode(), payloads.JSON)
    found = ADAPTERS["power-automate"].file(payload["r1"])
    assert (found.name, found.link, found.fault) == ("CV.pdf", None, "the file did not arrive")
