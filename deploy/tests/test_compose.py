"""docker-compose.yml starts nothing while a secret is missing; .env.example knows them all."""

import argparse
import importlib.util
import json
import re
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from ruamel.yaml import YAML
from standardwebhooks.webhooks import Webhook

from nextstep_contracts.catalogue import SERVICES
from nextstep_messaging.operating.backup.sealing import MasterKeys
from nextstep_web.openid.settings import OpenIdSettings

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
    replaced = {(f"{name.upper()}_BACKUP_KEY_BEFORE", "") for name in SERVICES}
    others = {("APPLICATIONS_WEBHOOK_SECRET_NEXT", ""), ("OIDC_CLIENT_SECRET", "")}
    assert set(defaults) == replaced | others


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_a_master_key_of_its_own_for_backups(compose, written, name):
    given = compose["services"][name]["environment"][f"{name.upper()}_BACKUP_KEY"]
    assert given == f"${{{name.upper()}_BACKUP_KEY:?see .env.example}}"
    assert len(MasterKeys.read(written[f"{name.upper()}_BACKUP_KEY"]).current) == 32


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


@pytest.fixture
def asked():
    """Options about the provider; keywords replace them."""

    def with_options(**given):
        usual = {
            "oidc_issuer": "https://id.example.org",
            "oidc_client_id": "next-step",
            "roles_claim": None,
            "group": [],
            "staff": ["olive@example.org=office"],
        }
        return argparse.Namespace(**(usual | given))

    return with_options


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_take_what_is_written_about_the_provider(service, asked, compose, monkeypatch):
    groups = asked(
        roles_claim="groups",
        group=["a b=office", "c=d=read_only"],
        staff=["o'hara@example.org=office", "o'hara@example.org=panel"],
    )
    found = environment.provider(groups, "s~cr.t")
    written = dict(SETTING.findall(environment.environment(EXAMPLE, found)))
    for name, value in compose["services"][service]["environment"].items():
        if "_OIDC_" in name:
            (inner,) = re.findall(r"\$\{([A-Z_]+):-", value)
            monkeypatch.setenv(name.partition("_")[2], written[inner].strip("'\""))
    read = OpenIdSettings()
    assert read.oidc_issuer == "https://id.example.org"
    assert read.oidc_client_secret.get_secret_value() == "s~cr.t"
    assert read.oidc_roles == {"a b": ("office",), "c=d": ("read_only",)}
    assert read.oidc_people == {"o'hara@example.org": ("office", "panel")}
    assert read.oidc_scopes == "openid email profile"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"oidc_issuer": None}, "need --oidc-issuer"),
        ({"oidc_issuer": "http://id.example.org"}, "must begin with https"),
        ({"oidc_client_id": None}, "--oidc-client-id and OIDC_CLIENT_SECRET"),
        ({"group": ["a=office"]}, "go together"),
        ({"staff": []}, "nobody would have a role"),
        ({"staff": ["olive@example.org"]}, "must be a name, = and one of"),
        ({"staff": ["olive@example.org=king"]}, "must be a name, = and one of"),
        ({"roles_claim": "o'hara", "group": ["a=office"]}, "must be without '"),
    ],
)
def test_options_about_the_provider_that_cannot_work_say_what_is_missing(asked, given, message):
    with pytest.raises(SystemExit, match=message):
        environment.provider(asked(**given), "secret")


def test_the_secret_of_the_provider_is_no_option(asked, monkeypatch):
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "from the environment")
    assert environment._secret(asked()) == "from the environment"
    with pytest.raises(SystemExit, match="OIDC_CLIENT_SECRET"):
        environment.provider(asked(), "")


def test_without_a_provider_nothing_is_written_about_one(asked):
    nothing = asked(oidc_issuer=None, oidc_client_id=None, staff=[])
    assert environment.provider(nothing, "") == {}


CADDYFILE = (ROOT / "deploy" / "gateway" / "Caddyfile").read_text()


@pytest.mark.parametrize(
    ("asked", "logged"),
    [
        ("/awards/sign-in/return?code=c&state=s", "/awards/sign-in/return"),
        ("/applications/list?q=Okafor&state=offered", "/applications/list"),
        ("/applications/list", "/applications/list"),
        ("/webhooks/jotform/the-secret?a=b", "/webhooks/jotform"),
        ("/webhooks/jotform?token=the-secret", "/webhooks/jotform"),
        ("/awards/link/eyJh.bGc.x?a=b", "/awards/link/"),
        ("/?q=Okafor", "/"),
    ],
)
def test_the_gateway_logs_no_secret_and_no_query(asked, logged):
    (pattern, kept) = re.search(r"regexp `(.*?)` `(.*?)`", CADDYFILE).groups()
    assert re.sub(pattern, re.sub(r"\$(\d)", r"\\\1", kept), asked, count=1) == logged


def test_the_gateway_compresses_nothing():
    # a compressed page would leak its token; the services compress what may be
    assert "encode" not in CADDYFILE


def test_only_the_gateway_is_believed_about_addresses(compose):
    address = compose["services"]["gateway"]["networks"]["web"]["ipv4_address"]
    assert {
        compose["services"][name]["environment"]["FORWARDED_ALLOW_IPS"] for name in SERVICES
    } == {address}
    given = dict(SETTING.findall(EXAMPLE))
    assert ip_address(given["GATEWAY_ADDRESS"]) in ip_network(given["WEB_SUBNET"])


def test_large_bodies_wait_on_disk(compose):
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "TMPDIR=/spool" in dockerfile
    for name in SERVICES:
        assert compose["services"][name]["volumes"] == ["/spool"]


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


def test_the_gateway_passes_on_pages_and_forms_and_no_machine_routes():
    caddyfile = (ROOT / "deploy" / "gateway" / "Caddyfile").read_text()
    patterns = re.findall(r"^\t@\w+ path (.+)$", caddyfile, re.MULTILINE)
    passed_on = {pattern for line in patterns for pattern in line.split()}
    pages = {f"/{name}{rest}" for name in SERVICES for rest in ("", "/*")}
    assert passed_on == pages | {"/webhooks/*", "/apply", "/apply/*"}
    outside = re.sub(r"handle @\w+ \{[^}]*\}", "", caddyfile)
    assert "import service" not in outside
    assert caddyfile.count("reverse_proxy") == 1  # in what is imported
