"""What a sources file may say, as rules."""

import pytest

from applications.__main__ import SERVICE
from applications.intake.adapter import Delivery
from applications.intake.field_map.mapping import map_submission
from applications.intake.sources import (
    SourcesError,
    check_documents,
    load_sources,
    refuse_weak_secrets,
)
from nextstep_local.testing import environment_for
from nextstep_messaging import run

from .. import forms, vendors
from ..conftest import START
from ..vendors import vouched

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
        (PLAIN % ("typeform", ", link_token: T"), "link_token_paths: name the paths"),
        (PLAIN % ("typeform", ", link_token_paths: [a.org/f]"), "link_token_paths: name the paths"),
        (PLAIN % ("typeform", ", link_token: T, link_token_paths: ['a.org/*']"), "any path"),
        (PLAIN % ("typeform", ", dates: whenever"), "dates"),
        (PLAIN % ("typeform", ", time_zone: Mars"), "not a time zone"),
        ("a: {adapter: typeform, secrets: [S], fields: {first_name: n, email: e}}", "last_name"),
        (PLAIN.replace("name: n", "name: n, gmc_number: GMC No.") % ("typeform", ""), "as a list"),
        (PLAIN.replace("name: n", "name: a..b") % ("typeform", ""), "as a list: .'a..b'"),
        (PLAIN.replace("name: n", "name: .b") % ("typeform", ""), "as a list"),
        (PLAIN.replace("name: n", "name: a. b") % ("typeform", ""), "as a list"),
        (PLAIN.replace("a:", "my form:", 1) % ("typeform", ""), "part of the address"),
        (PLAIN.replace("a:", "a/b:", 1) % ("typeform", ""), "part of the address"),
        (PLAIN.replace("[S]", "[whsec_c2VjcmV0]") % ("typeform", ""), "name of an environment"),
        (PLAIN % ("typeform", ", link_token: tfp_3f"), "name of an environment"),
    ],
)
def test_a_source_that_cannot_work_is_refused_with_what_to_do(tmp_path, text, reason):
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(SourcesError, match=reason):
        load_sources(file, {"S": "secret"})


def test_a_secret_in_the_wrong_place_is_not_repeated(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(PLAIN.replace("[S]", "[whsec_c2VjcmV0]") % ("typeform", ""))
    with pytest.raises(SourcesError) as refused:
        load_sources(file, {})
    assert "c2VjcmV0" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_document_that_the_cohort_does_not_have_is_refused(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(PLAIN % ("typeform", ", documents: {photo: p}"))
    sources = load_sources(file, {})
    check_documents(sources, ("cv", "photo"))
    with pytest.raises(SourcesError, match="asks for no document 'photo', only for cv"):
        check_documents(sources, ("cv",))


def test_the_service_refuses_to_start_in_one_sentence(tmp_path, monkeypatch, capsys):
    file = tmp_path / "sources.yaml"
    file.write_text(PLAIN.replace("name: n", "name: a..b") % ("typeform", ""))
    given = environment_for(
        "applications",
        amqp_url="amqp://nowhere.invalid",
        mongo_url="mongodb://nowhere.invalid",
        mongo_database="none",
        sources=str(file),
    )
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        run(SERVICE, ["serve"])
    said = capsys.readouterr().err + str(stopped.value.code)
    assert "source 'a', fields.name" in said
    assert "Traceback" not in said


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


@pytest.mark.parametrize("secret", ["a" * 32, "whsec_" + "ab" * 20, "short", "password1"])
def test_a_secret_that_can_be_guessed_is_refused(secret):
    with pytest.raises(SourcesError, match="can be guessed"):
        refuse_weak_secrets(load_sources(None, {"APPLICATIONS_WEBHOOK_SECRET": secret}))


def test_a_secret_that_was_drawn_is_accepted():
    refuse_weak_secrets(load_sources(None, {"APPLICATIONS_WEBHOOK_SECRET": forms.SECRET}))
