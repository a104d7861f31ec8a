"""Every form product: its proof, its shape and its map, as rules."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.intake.adapter import Delivery, UnreadableError
from applications.intake.field_map.mapping import MappingError, submission_id
from applications.intake.sources import load_sources

from ... import payloads, vendors
from ...conftest import START
from ...payloads import Given
from ...vendors import SOURCES, VARIANTS, VENDORS, Sent, mapped, mapped_from, vouched

EVERY = pytest.mark.parametrize("vendor", [*VENDORS, *VARIANTS], ids=str)
AS_SENT = pytest.mark.parametrize("vendor", VENDORS, ids=str)


def delivery(sent: Sent) -> Delivery:
    token = parse_qs(urlsplit(sent.path).query).get("token", [None])[0]
    return Delivery(sent.body, sent.headers, {}, token)


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
    if content_type == payloads.JSON:
        payload = _spoilt(data, json.loads(body))
        _mapped_or_refused(vendor, json.dumps(payload).encode(), content_type)
    elif "rawRequest" in str(body[:20_000]):
        answers = _spoilt(data, payloads.jotform_answers(Given()))
        fields = list(payloads.jotform_outer(Given(), answers).items())
        _mapped_or_refused(vendor, *payloads.multipart(fields))
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
        if content_type == payloads.JSON:
            spoilt, kind = f'{{"a": {deep}}}'.encode(), content_type
        elif "jotform" in vendor.source:
            outer = payloads.jotform_outer(Given(), {}) | {"rawRequest": f'{{"a": {deep}}}'}
            spoilt, kind = payloads.multipart(list(outer.items()))
        else:
            keys = "[a]" * levels
            spoilt, kind = body + f"&deep{keys}=1".encode(), content_type
            assert f"deep{keys}" in SOURCES[vendor.source].adapter.read(spoilt, kind)
            continue
        with pytest.raises(UnreadableError, match=r"deeper|not JSON"):
            SOURCES[vendor.source].adapter.read(spoilt, kind)
