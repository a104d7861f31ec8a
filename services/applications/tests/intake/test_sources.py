"""What a sources file may say, as rules."""

import pytest

from applications.intake.adapter import Delivery
from applications.intake.authentication import vouched
from applications.intake.field_map.mapping import map_submission
from applications.intake.sources import SourcesError, load_sources

from .. import forms, vendors
from ..conftest import START

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
    found = map_submission(payload, source.definition, source.adapter, "Europe/London")
    assert found.answers.name == "Amara"
