# ruff: noqa: INP001 - a program that is run by its path, not part of a package
"""Write a .env for docker-compose.yml, from .env.example, with fresh secrets.

To try it out, on this machine only, it takes no options. With --url, --smtp and --sender it is a
production environment: no password-less sign-in, secure cookies, no mail catcher. For example
`--url https://next.example.org --smtp relay.example.org:587 --sender office@next.example.org`.

With --oidc-issuer and --oidc-client-id staff sign in with the accounts of a provider (see
docs/sign-in.md). Who holds which role: --staff olive@example.org=office, or --roles-claim groups
with --group next-step-office=office; both may be there several times. The secret that the provider
gave is taken from the environment variable OIDC_CLIENT_SECRET, or asked for.

Needs Python 3.11 and openssl, nothing else. An existing file is never overwritten.
"""

import argparse
import base64
import getpass
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
OPTIONAL = {
    "APPLICATIONS_WEBHOOK_SECRET_NEXT",
    "APPLICATIONS_BACKUP_KEY_BEFORE",
    "SCHEDULING_BACKUP_KEY_BEFORE",
    "NOTIFICATIONS_BACKUP_KEY_BEFORE",
    "AWARDS_BACKUP_KEY_BEFORE",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_ROLES_CLAIM",
    "OIDC_ROLES",
    "OIDC_PEOPLE",
    "OIDC_TRUSTED_ADDRESS_CLAIM",
}
STAFF_ROLES = ("office", "panel", "facilitator", "read_only")
ED25519_BYTES = 32
SERVICES = ("applications", "scheduling", "notifications", "awards")


def environment(example: str, chosen: Mapping[str, str]) -> str:
    """The example with what was chosen, and with a fresh secret wherever it has no value."""
    values = {**_secrets(example), **chosen}

    def filled(line: re.Match[str]) -> str:
        return f"{line[1]}={values.get(line[1], line[2])}"

    return re.sub(r"^([A-Z0-9_]+)=(.*)$", filled, example, flags=re.MULTILINE)


def _secrets(example: str) -> dict[str, str]:
    empty = set(re.findall(r"^([A-Z0-9_]+)=$", example, flags=re.MULTILINE)) - OPTIONAL
    found = {name: secrets.token_urlsafe(32) for name in empty}
    private, public = key_pair(secrets.token_hex(4))
    found |= {"LINK_PRIVATE_KEY": _quoted(private), "LINK_PUBLIC_KEY": _quoted(public)}
    pairs = {service: key_pair(service) for service in SERVICES}
    found |= {f"{one.upper()}_SESSION_KEY": _quoted(pair[0]) for one, pair in pairs.items()}
    found["SESSION_PUBLIC_KEYS"] = _quoted({"keys": [pair[1] for pair in pairs.values()]})
    found["APPLICATIONS_WEBHOOK_SECRET"] = "whsec_" + _base64(secrets.token_bytes(32))
    # MongoDB wants base64 in its key file, at most 1024 characters
    found["MONGO_REPLICA_KEY"] = _base64(secrets.token_bytes(96))
    return found


def key_pair(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """A new Ed25519 pair as JWK (RFC 8037), called by `name`: private, public."""
    made = _openssl("genpkey", "-algorithm", "ed25519", "-outform", "DER")
    shown = _openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", given=made)
    # both structures end with the 32 bytes of the key (RFC 8410)
    public = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(shown[-ED25519_BYTES:])}
    public["kid"] = name
    return {**public, "d": _base64url(made[-ED25519_BYTES:])}, public


def _quoted(key: Mapping[str, Any]) -> str:
    """JSON in single quotes: compose takes what is between them as it is."""
    # JSON can write the quote of O'Hara by its number
    return "'{}'".format(json.dumps(key).replace("'", "\\u0027"))


def _openssl(*words: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(["openssl", *words], input=given, capture_output=True, check=True)  # noqa: S603, S607
    except FileNotFoundError:
        sys.exit("openssl is needed to make keys: apt-get install openssl")
    return done.stdout


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def chosen(url: str | None, smtp: str | None, sender: str | None) -> dict[str, str]:
    """What the options on the command line mean for the file."""
    if (url, smtp, sender) == (None, None, None):
        return {}
    if url is None or smtp is None or sender is None:
        sys.exit("--url, --smtp and --sender go together: they make a production environment")
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname or address.path.strip("/"):
        sys.exit(f"--url must be https://<host>, not {url}")
    relay = urlsplit(f"//{smtp}")
    if not relay.hostname:
        sys.exit(f"--smtp must be <host>:<port>, not {smtp}")
    return {
        "NEXTSTEP_URL": url.rstrip("/"),
        "NEXTSTEP_ENVIRONMENT": "production",
        "NEXTSTEP_LOCAL_SIGN_IN": "false",
        "NEXTSTEP_SECURE_COOKIES": "true",
        "GATEWAY_SITE": address.hostname,
        "GATEWAY_BIND": "0.0.0.0",  # noqa: S104 - a site with a public address is meant to be reached
        "GATEWAY_HTTP_PORT": "80",
        "GATEWAY_HTTPS_PORT": str(address.port or 443),
        "COMPOSE_PROFILES": "",
        "SMTP_HOST": relay.hostname,
        "SMTP_PORT": str(relay.port or 587),
        "SMTP_STARTTLS": "true",
        "SENDER_ADDRESS": sender,
    }


def provider(asked: argparse.Namespace, secret: str) -> dict[str, str]:
    """What the options about the provider of accounts mean for the file."""
    if not asked.oidc_issuer:
        if asked.oidc_client_id or asked.staff or asked.group or asked.roles_claim:
            sys.exit("these options need --oidc-issuer, the address of the provider")
        return {}
    if urlsplit(asked.oidc_issuer).scheme != "https":
        sys.exit(f"--oidc-issuer must begin with https://, not {asked.oidc_issuer}")
    if not asked.oidc_client_id or not secret:
        sys.exit("--oidc-client-id and OIDC_CLIENT_SECRET are what the provider gave this site")
    if bool(asked.group) != bool(asked.roles_claim):
        sys.exit("--group and --roles-claim go together")
    if not asked.staff and not asked.group:
        sys.exit("nobody would have a role: give --staff ADDRESS=ROLE or --group GROUP=ROLE")
    return {
        "OIDC_ISSUER": asked.oidc_issuer,
        "OIDC_CLIENT_ID": asked.oidc_client_id,
        "OIDC_CLIENT_SECRET": _kept(secret),
        "OIDC_ROLES_CLAIM": _kept(asked.roles_claim or ""),
        "OIDC_ROLES": _roles(asked.group),
        "OIDC_PEOPLE": _roles(asked.staff),
    }


def _roles(pairs: list[str]) -> str:
    """`name=role` pairs as JSON from a name to its roles."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, _, role = pair.rpartition("=")
        if not name or role not in STAFF_ROLES:
            sys.exit(f"{pair} must be a name, = and one of {', '.join(STAFF_ROLES)}")
        found.setdefault(name, []).append(role)
    return _quoted(found) if found else ""


def _kept(value: str) -> str:
    """A value that compose takes as it is."""
    if "'" in value or "\n" in value:
        sys.exit(f"{value} must be without ' and in one line")
    return f"'{value}'" if value else ""


def _secret(asked: argparse.Namespace) -> str:
    """Never an option: the list of processes and the history of a shell would show it."""
    given = os.environ.get("OIDC_CLIENT_SECRET", "")
    if asked.oidc_issuer and not given and sys.stdin.isatty():
        return getpass.getpass("The secret that the provider gave this site: ")
    return given


def main() -> None:
    """Write the file, readable by its owner only."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url", help="the public https address of a production site")
    parser.add_argument("--smtp", help="its mail relay: <host>:<port>")
    parser.add_argument("--sender", help="the address that its mail comes from")
    parser.add_argument("--oidc-issuer", help="the provider of the accounts of staff")
    parser.add_argument("--oidc-client-id", help="what it calls this site")
    parser.add_argument("--roles-claim", help="the claim that holds groups or roles")
    parser.add_argument("--group", action="append", default=[], help="GROUP=ROLE")
    parser.add_argument("--staff", action="append", default=[], help="ADDRESS=ROLE")
    parser.add_argument("--output", type=Path, default=ROOT / ".env")
    asked = parser.parse_args()
    options = chosen(asked.url, asked.smtp, asked.sender) | provider(asked, _secret(asked))
    text = environment((ROOT / ".env.example").read_text(), options)
    try:
        handle = os.open(asked.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{asked.output} is there already; move it away to make a new one.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    print(f"Wrote {asked.output}. Next: docker compose up --build")  # noqa: T201 - speaks to a person
    if asked.url and not asked.oidc_issuer:
        print("Staff cannot sign in before the settings OIDC_... are filled in: docs/sign-in.md")  # noqa: T201


if __name__ == "__main__":
    main()
