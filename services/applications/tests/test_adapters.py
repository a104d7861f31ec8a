"""Every form product: its proof, its shape and its map, as rules."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.intake.adapters import ADAPTERS
from applications.intake.authentication import vouched
from applications.intake.delivery import Delivery, UnreadableError
from applications.intake.documents import as_upload
from applications.intake.mapping import MappingError, map_submission, submission_id
from applications.intake.readers import Customs, moment, plain, reader
from applications.intake.sources import SourcesError, load_sources

from . import vendors
from .conftest import START
from .forms import PDF
from .vendors import VARIANTS, VENDORS, Given, Sent, Vendor

SOURCES = load_sources(vendors.EXAMPLE, vendors.SECRETS)
EVERY = pytest.mark.parametrize("vendor", [*VENDORS, *VARIANTS], ids=str)
AS_SENT = pytest.mark.parametrize("vendor", VENDORS, ids=str)


def delivery(sent: Sent) -> Delivery:
    token = parse_qs(urlsplit(sent.path).query).get("token", [None])[0]
    return Delivery(sent.body, sent.headers, {}, token)


def mapped(vendor: Vendor, given_: Given = Given()):  # noqa: B008 - a frozen value
    body, content_type = vendor.build(given_)
    return mapped_from(vendor, body, content_type)


def mapped_from(vendor: Vendor, body: bytes, content_type: str):
    source = SOURCES[vendor.source]
    payload = source.adapter.read(body, content_type)
    return map_submission(payload, source.definition, source.adapter, "Europe/London")


@EVERY
def test_each_products_own_shape_gives_the_same_answers(vendor):
    answers = mapped(vendor).answers
    assert answers.model_dump(exclude_none=True) == {
        "name": "Amara Okafor",
        "email": "amara.okafor@example.org",
        "gmc_number": "7012345",
        "discipline": "secondary care",
        "specialty": "Anaesthetics",
        "region": "East of England",
        "trust": "Norfolk and Norwich University Hospitals",
        "training_grade": "ST6",
        "cct_date": date(2025, 8, 6),
        "ltft_percentage": 100,
        "in_training_on": True,
        "unread": {},
    }


@EVERY
def test_each_products_documents_are_told_apart(vendor):
    uploads = {upload.key: upload for upload in mapped(vendor).uploads}
    assert list(uploads) == ["cv", "statement_1", "statement_2"]
    assert [upload.fault for upload in uploads.values()] == [None] * 3
    if vendor.has_bytes:
        assert [u.data for u in uploads.values()] == [data for _, data in Given().files]
    else:
        hosts = {urlsplit(str(upload.link)).hostname for upload in uploads.values()}
        assert hosts <= set(SOURCES[vendor.source].definition.link_hosts)
        assert uploads["statement_2"].given_name == "Statement two.odt"


@EVERY
def test_each_product_says_which_submission_it_is(vendor):
    source = SOURCES[vendor.source]
    payload = source.adapter.read(*vendor.build(Given(id="s-1042")))
    assert submission_id(payload, source.definition) == "s-1042"


@pytest.mark.parametrize("source", ["standard-webhooks", "typeform", "drupal", "microsoft-forms"])
def test_the_moment_of_submission_is_read_as_the_product_writes_it(source):
    vendor = next(v for v in VENDORS if v.source == f"{source}-example")
    assert mapped(vendor).submitted_at == datetime(2024, 8, 1, 9, 30, tzinfo=UTC)


@AS_SENT
def test_only_the_right_secret_vouches(vendor):
    source = SOURCES[vendor.source]
    sent = vendor.post(Given())
    assert vouched(source, delivery(sent), START)
    wrong = {"standard-webhooks-example": "whsec_d3JvbmcgYnV0IHdlbGwgZm9ybWVk"}
    other = vendor.post(Given(), wrong.get(vendor.source, "wrong"))
    assert not vouched(source, delivery(other), START)
    bare = Delivery(sent.body, {"content-type": sent.headers["content-type"]})
    assert not vouched(source, bare, START)
    assert not vouched(replace(source, secrets=()), delivery(sent), START)


@AS_SENT
def test_both_secrets_are_live_during_rotation(vendor):
    new = "whsec_bmV3IHNlY3JldCBvZiB0aGUgZm9ybQ==" if "standard" in vendor.source else "brand new"
    both = load_sources(vendors.EXAMPLE, vendors.SECRETS | {f"{vendor.secret}_NEXT": new})
    only_new = load_sources(vendors.EXAMPLE, {f"{vendor.secret}_NEXT": new})
    old_post, new_post = vendor.post(Given()), vendor.post(Given(), new)
    assert vouched(both[vendor.source], delivery(old_post), START)
    assert vouched(both[vendor.source], delivery(new_post), START)
    assert not vouched(only_new[vendor.source], delivery(old_post), START)
    assert not vouched(SOURCES[vendor.source], delivery(new_post), START)


@pytest.mark.parametrize(
    "vendor",
    [v for v in VENDORS if SOURCES[v.source].definition.authentication == "signature"],
    ids=str,
)
def test_a_signature_is_of_these_bytes(vendor):
    source = SOURCES[vendor.source]
    sent = vendor.post(Given())
    for body in (sent.body[:-1], sent.body + b" ", b"\xff\xfe" + sent.body, b""):
        assert not vouched(source, delivery(sent.with_body(body)), START)


MALFORMED = ["", "sha256=", "sha256", "sha1=abc", "sha256=é", "sha256=zz", "sha256==", "\x00"]


@pytest.mark.parametrize("header", MALFORMED)
@pytest.mark.parametrize(
    ("source", "name"),
    [("typeform-example", "typeform-signature"), ("formstack-example", "x-fs-signature")],
)
def test_a_malformed_signature_only_fails(source, name, header):
    assert vouched(SOURCES[source], Delivery(b"{}", {name: header}), START) is False


header_names = st.sampled_from(
    [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "typeform-signature",
        "x-fs-signature",
        "x-nextstep-secret",
        "content-type",
    ]
)


@AS_SENT
@given(
    st.binary(max_size=200),
    st.dictionaries(header_names, st.text(max_size=80) | st.just("sha256=" + "0" * 64)),
    st.none() | st.text(max_size=40),
)
def test_no_malformed_request_does_anything_but_fail_to_verify(vendor, body, headers, token):
    assert vouched(SOURCES[vendor.source], Delivery(body, headers, {}, token), START) is False


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def _mapped_or_refused(vendor, body, content_type):
    try:
        found = mapped_from(vendor, body, content_type)
    except (MappingError, UnreadableError) as error:
        refusal = str(error)
    else:
        found.answers.model_dump_json().encode()
        return
    refusal.encode()
    assert refusal.endswith(".")


@EVERY
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_whatever_the_answers_are_they_are_mapped_or_refused_with_a_sentence(vendor, data):
    body, content_type = vendor.build(Given())
    if content_type == vendors.JSON:
        payload = _spoilt(data, json.loads(body))
        _mapped_or_refused(vendor, json.dumps(payload).encode(), content_type)
    elif "rawRequest" in str(body[:20_000]):
        answers = _spoilt(data, vendors.jotform_answers(Given()))
        fields = list(vendors.jotform_outer(Given(), answers).items())
        _mapped_or_refused(vendor, *vendors.multipart(fields))
    else:
        fields = data.draw(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12))))
        keys = ["_cv[name]", "_cv[data]", "_cv[", "name[]", "name", "email[0][x]", "CV", "email"]
        fields += data.draw(st.lists(st.tuples(st.sampled_from(keys), st.text(max_size=9))))
        text = "&".join(f"{key}={value}" for key, value in fields)
        _mapped_or_refused(vendor, text.encode("utf-8", "surrogatepass"), content_type)


def _spoilt(data, payload):
    """The payload with a few values, at any depth, that are something else."""
    for _ in range(data.draw(st.integers(1, 4))):
        holder = payload
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = holder[key]
            if not isinstance(inner, (dict, list)) or data.draw(st.booleans()):
                holder[key] = data.draw(json_values)
                break
            holder = inner
    return payload


@EVERY
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_mapped_or_refused_with_a_sentence(vendor, body):
    _, content_type = vendor.build(Given())
    _mapped_or_refused(vendor, body, content_type)


@EVERY
@settings(max_examples=20)
@given(st.integers(0, 3_000))
def test_a_body_that_breaks_off_is_mapped_or_refused_with_a_sentence(vendor, length):
    body, content_type = vendor.build(Given())
    _mapped_or_refused(vendor, body[:length], content_type)


@EVERY
def test_depth_is_refused_before_anything_walks_it(vendor):
    body, content_type = vendor.build(Given())
    for levels in (60, 900, 100_000):
        deep = "[" * levels + "]" * levels
        if content_type == vendors.JSON:
            spoilt, kind = f'{{"a": {deep}}}'.encode(), content_type
        elif "jotform" in vendor.source:
            outer = vendors.jotform_outer(Given(), {}) | {"rawRequest": f'{{"a": {deep}}}'}
            spoilt, kind = vendors.multipart(list(outer.items()))
        else:
            keys = "[a]" * levels
            spoilt, kind = body + f"&deep{keys}=1".encode(), content_type
            assert f"deep{keys}" in SOURCES[vendor.source].adapter.read(spoilt, kind)
            continue
        with pytest.raises(UnreadableError, match=r"deeper|not JSON"):
            SOURCES[vendor.source].adapter.read(spoilt, kind)


def test_repeated_keys_are_all_kept():
    formstack = ADAPTERS["formstack"]
    found = formstack.read(b"S=one&S=two&S=three&T=1", vendors.URLENCODED)
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
    assert read(body, vendors.URLENCODED) == {
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
    assert read(b"name=Ren%C3%A9", vendors.URLENCODED) == {"name": "René"}
    latin = f"{vendors.URLENCODED}; charset=ISO-8859-1"
    assert read(b"name=Ren%E9", latin) == {"name": "René"}
    with pytest.raises(UnreadableError, match="not in utf-8"):
        read(b"name=Ren%E9", vendors.URLENCODED)
    with pytest.raises(UnreadableError, match="character set"):
        read(b"name=x", f"{vendors.URLENCODED}; charset=utf-7")


def test_more_fields_than_any_form_has_are_refused_at_once():
    with pytest.raises(UnreadableError, match="more fields"):
        ADAPTERS["formstack"].read(b"&a=1" * 10_000, vendors.URLENCODED)
    with pytest.raises(UnreadableError, match="more fields"):
        ADAPTERS["jotform"].read(*vendors.multipart([("a", "1")] * 5_001))


def test_jotforms_files_may_be_parts_of_the_body():
    answers = vendors.jotform_answers(Given())
    fields = list(vendors.jotform_outer(Given(), answers).items())
    files = [("q20_cv", "my cv.pdf", PDF), ("q21[]", "1.pdf", b"\r\n--"), ("q21[]", "2.pdf", b"")]
    found = ADAPTERS["jotform"].read(*vendors.multipart(fields, files))
    adapter = ADAPTERS["jotform"]
    assert (adapter.file(found["q20_cv"]).name, adapter.file(found["q20_cv"]).content) == (
        "my cv.pdf",
        PDF,
    )
    assert [adapter.file(one).name for one in found["q21"]] == ["1.pdf", "2.pdf"]
    assert adapter.file(found["q21"][0]).content == b"\r\n--"


def test_typeforms_answers_are_found_by_id_and_by_ref_in_any_order():
    body, kind = vendors.typeform(Given())
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
        (vendors.drupal, {"in_draft": "1"}, "draft"),
        (vendors.drupal_json, {"in_draft": True}, "draft"),
        (vendors.drupal_json, {"state": "draft_updated"}, "draft"),
        (vendors.drupal, {"state": "deleted"}, "deleted"),
        (vendors.drupal, {"state": "completed"}, None),
        (vendors.drupal, {"state": "updated"}, None),
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
    payload = ADAPTERS["power-automate"].read(json.dumps({"r1": listed}).encode(), vendors.JSON)
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
    found = moment(written, customs)
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


PLAIN = "a: {adapter: %s, secrets: [S], fields: {name: n, email: e}%s}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PLAIN % ("jotform", ""), "jotform cannot sign what it posts. Write"),
        (PLAIN % ("drupal-webform", ", authentication: signature"), "cannot sign"),
        (PLAIN % ("power-automate", ""), "cannot sign"),
        (PLAIN % ("jotform", ", authentication: header"), "name the header"),
        (PLAIN % ("jotform", ", authentication: token, header: X-A"), "name the header"),
        (PLAIN % ("jotform", ", authentication: header, header: User-Agent"), "of its own"),
        (PLAIN % ("jotform", ", authentication: header, header: 'a b'"), "of its own"),
        (PLAIN % ("typeform", ", link_hosts: ['https://a.org']"), "plain name of a host"),
        (PLAIN % ("typeform", ", link_hosts: ['127.0.0.1']"), "plain name of a host"),
        (PLAIN % ("typeform", ", link_hosts: ['*.org']"), "plain name of a host"),
        (PLAIN % ("typeform", ", values: {region: {a: b}}"), "region is not among the fields"),
        (PLAIN % ("typeform", ", dates: whenever"), "dates"),
        (PLAIN % ("typeform", ", time_zone: Mars"), "not a time zone"),
        ("a: {adapter: typeform, secrets: [S], fields: {first_name: n, email: e}}", "last_name"),
    ],
)
def test_a_source_that_cannot_work_is_refused_with_what_to_do(tmp_path, text, reason):
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(SourcesError, match=reason):
        load_sources(file, {"S": "secret"})


def test_a_bearer_token_is_a_static_header(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(PLAIN % ("power-automate", ", authentication: header, header: Authorization"))
    source = load_sources(file, {"S": "a secret"})["a"]
    for value, expected in [
        ("Bearer a secret", True),
        ("bearer a secret", True),
        ("a secret", False),
        ("Bearer", False),
        ("Bearer a secret ", False),
    ]:
        assert vouched(source, Delivery(b"", {"authorization": value}), START) is expected


def test_a_secret_of_nothing_but_space_is_none():
    source = load_sources(vendors.EXAMPLE, {"APPLICATIONS_JOTFORM_SECRET": "  "})["jotform-example"]
    assert source.secrets == ()
    assert not vouched(source, Delivery(b"", {}, {}, "  "), START)


def test_labels_are_translated_by_the_sources_values():
    jotform = next(v for v in VENDORS if v.source == "jotform-example")
    assert mapped(jotform, Given(region=" eoe ")).answers.region == "East of England"
    assert mapped(jotform, Given(region="Wessex")).answers.region == "Wessex"
