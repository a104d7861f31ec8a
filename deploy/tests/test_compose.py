"""docker-compose.yml starts nothing while a secret is missing; .env.example knows them all."""

import importlib.util
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from ruamel.yaml import YAML
from standardwebhooks.webhooks import Webhook

from nextstep_contracts.catalogue import SERVICES

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
SETTING = re.compile(r"^([A-Z0-9_]+)=(.*)$", re.MULTILINE)


def _script():
    spec = importlib.util.spec_from_file_location(
        "deploy_environment", ROOT / "deploy" / "environment.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


environment = _script()


@pytest.fixture
def compose():
    return YAML(typ="safe", pure=True).load(COMPOSE)


def test_the_example_names_exactly_the_variables_that_are_used():
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)) | {"COMPOSE_PROFILES"}
    given_on = set(re.findall(r"^ +([A-Z0-9_]+):$", COMPOSE, re.MULTILINE))
    assert {name for name, _ in SETTING.findall(EXAMPLE)} == used
    assert set(re.findall(r"^# ([A-Z0-9_]+)=$", EXAMPLE, re.MULTILINE)) == given_on


def test_every_secret_stops_the_start_while_it_is_empty():
    empty = {name for name, value in SETTING.findall(EXAMPLE) if not value}
    guarded = set(re.findall(r"\$\{([A-Z0-9_]+):\?", COMPOSE))
    assert empty - environment.OPTIONAL <= guarded
    assert len(empty) > 10


def test_no_password_has_a_default():
    defaults = re.findall(r"\$\{([A-Z0-9_]*(?:PASSWORD|SECRET|KEY)[A-Z0-9_]*):-(.*?)\}", COMPOSE)
    assert defaults == [("APPLICATIONS_WEBHOOK_SECRET_NEXT", "")]


def test_only_the_gateway_can_be_reached_beyond_loopback(compose):
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }
    for name, ports in published.items():
        beginnings = {port.split(":")[0] for port in ports}
        assert beginnings == ({"${GATEWAY_BIND"} if name == "gateway" else {"127.0.0.1"})


def test_every_container_is_confined(compose):
    for name, service in compose["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_takes_every_variable_it_is_given(compose, name):
    settings = importlib.import_module(f"{name}.settings")
    (cls,) = {
        found
        for found in vars(settings).values()
        if isinstance(found, type) and found.__module__ == settings.__name__
    }
    prefix = f"{name.upper()}_"
    known = {prefix + field.upper() for field in cls.model_fields}
    required = {
        prefix + key.upper() for key, field in cls.model_fields.items() if field.is_required()
    }
    secrets = {"APPLICATIONS_WEBHOOK_SECRET", "APPLICATIONS_WEBHOOK_SECRET_NEXT"}
    given = set(compose["services"][name]["environment"]) - {"FORWARDED_ALLOW_IPS"} - secrets
    assert given <= known
    assert required <= given


def test_only_notifications_holds_the_key_that_signs_links(compose):
    holders = [
        name
        for name, service in compose["services"].items()
        if any("LINK_PRIVATE_KEY" in str(v) for v in (service.get("environment") or {}).values())
    ]
    assert holders == ["notifications"]


def test_each_service_connects_as_itself(compose):
    for name in SERVICES:
        given = compose["services"][name]["environment"]
        assert given[f"{name.upper()}_AMQP_URL"].startswith(f"amqp://{name}:")
        assert f"authSource={name}&" in given[f"{name.upper()}_MONGO_URL"]
        assert {key for key in given if not key.startswith(name.upper())} == {"FORWARDED_ALLOW_IPS"}


@pytest.fixture
def written():
    return dict(SETTING.findall(environment.environment(EXAMPLE, {})))


def test_a_written_environment_has_a_value_for_everything(written):
    assert {name for name, value in written.items() if not value} == environment.OPTIONAL


def test_two_environments_share_no_secret(written):
    other = dict(SETTING.findall(environment.environment(EXAMPLE, {})))
    fresh = {name for name, value in SETTING.findall(EXAMPLE) if not value} - environment.OPTIONAL
    assert {name for name in written if written[name] != other[name]} == fresh


def test_the_link_keys_are_one_pair_and_the_public_one_gives_nothing_away(written):
    private = OKPKey.import_key(json.loads(written["LINK_PRIVATE_KEY"].strip("'")))
    public = OKPKey.import_key(json.loads(written["LINK_PUBLIC_KEY"].strip("'")))
    assert (private.is_private, public.is_private) == (True, False)
    assert private.as_dict(private=False) == public.as_dict(private=False)


def test_the_webhook_secret_signs(written):
    signed = Webhook(written["APPLICATIONS_WEBHOOK_SECRET"]).sign("id", datetime.now(UTC), "body")
    assert signed.startswith("v1,")


PUBLIC = ("https://next.example.org", "relay.example.org:587", "office@next.example.org")


def test_a_public_site_is_a_production_site():
    found = environment.chosen(*PUBLIC)
    assert (found["NEXTSTEP_ENVIRONMENT"], found["NEXTSTEP_LOCAL_SIGN_IN"]) == (
        "production",
        "false",
    )
    assert (found["GATEWAY_SITE"], found["COMPOSE_PROFILES"]) == ("next.example.org", "")
    assert (found["SMTP_HOST"], found["SMTP_PORT"], found["SMTP_STARTTLS"]) == (
        "relay.example.org",
        "587",
        "true",
    )


@pytest.mark.parametrize("url", ["http://next.example.org", "https://", "https://a.example/path"])
def test_a_public_address_must_be_https_and_a_host(url):
    with pytest.raises(SystemExit, match="--url"):
        environment.chosen(url, *PUBLIC[1:])


def test_a_public_site_needs_its_relay_and_its_sender():
    with pytest.raises(SystemExit, match="go together"):
        environment.chosen(PUBLIC[0], None, None)


def test_an_existing_environment_is_never_overwritten(tmp_path, monkeypatch):
    path = tmp_path / ".env"
    path.write_text("KEEP=1\n")
    monkeypatch.setattr("sys.argv", ["environment.py", "--output", str(path)])
    with pytest.raises(SystemExit, match="already"):
        environment.main()
    assert path.read_text() == "KEEP=1\n"


def test_the_written_file_is_readable_by_its_owner_only(tmp_path, monkeypatch):
    path = tmp_path / ".env"
    monkeypatch.setattr("sys.argv", ["environment.py", "--output", str(path)])
    environment.main()
    assert path.stat().st_mode & 0o777 == 0o600
