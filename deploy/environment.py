# ruff: noqa: INP001 - a program that is run by its path, not part of a package
"""Write a .env for docker-compose.yml, from .env.example, with fresh secrets.

To try it out, on this machine only, it takes no options. With --url, --smtp and --sender it is a
production environment: no password-less sign-in, secure cookies, no mail catcher. For example
`--url https://next.example.org --smtp relay.example.org:587 --sender office@next.example.org`.

Needs Python 3.11 and openssl, nothing else. An existing file is never overwritten.
"""

import argparse
import base64
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
OPTIONAL = {"APPLICATIONS_WEBHOOK_SECRET_NEXT"}
ED25519_BYTES = 32


def environment(example: str, chosen: Mapping[str, str]) -> str:
    """The example with what was chosen, and with a fresh secret wherever it has no value."""
    values = {**_secrets(example), **chosen}

    def filled(line: re.Match[str]) -> str:
        return f"{line[1]}={values.get(line[1], line[2])}"

    return re.sub(r"^([A-Z0-9_]+)=(.*)$", filled, example, flags=re.MULTILINE)


def _secrets(example: str) -> dict[str, str]:
    empty = set(re.findall(r"^([A-Z0-9_]+)=$", example, flags=re.MULTILINE)) - OPTIONAL
    found = {name: secrets.token_urlsafe(32) for name in empty}
    private, public = link_keys()
    # single quotes: compose takes what is between them as it is
    found |= {"LINK_PRIVATE_KEY": f"'{private}'", "LINK_PUBLIC_KEY": f"'{public}'"}
    found["APPLICATIONS_WEBHOOK_SECRET"] = "whsec_" + _base64(secrets.token_bytes(32))
    # MongoDB wants base64 in its key file, at most 1024 characters
    found["MONGO_REPLICA_KEY"] = _base64(secrets.token_bytes(96))
    return found


def link_keys() -> tuple[str, str]:
    """A new Ed25519 pair as JWK in JSON (RFC 8037): private, public."""
    made = _openssl("genpkey", "-algorithm", "ed25519", "-outform", "DER")
    shown = _openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", given=made)
    # both structures end with the 32 bytes of the key (RFC 8410)
    public = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(shown[-ED25519_BYTES:])}
    public["kid"] = secrets.token_hex(4)
    private = {**public, "d": _base64url(made[-ED25519_BYTES:])}
    return json.dumps(private), json.dumps(public)


def _openssl(*words: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(["openssl", *words], input=given, capture_output=True, check=True)  # noqa: S603, S607
    except FileNotFoundError:
        sys.exit("openssl is needed to make the key of the emailed links: apt-get install openssl")
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


def main() -> None:
    """Write the file, readable by its owner only."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url", help="the public https address of a production site")
    parser.add_argument("--smtp", help="its mail relay: <host>:<port>")
    parser.add_argument("--sender", help="the address that its mail comes from")
    parser.add_argument("--output", type=Path, default=ROOT / ".env")
    asked = parser.parse_args()
    text = environment(
        (ROOT / ".env.example").read_text(), chosen(asked.url, asked.smtp, asked.sender)
    )
    try:
        handle = os.open(asked.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{asked.output} is there already; move it away to make a new one.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    print(f"Wrote {asked.output}. Next: docker compose up --build")  # noqa: T201 - speaks to a person


if __name__ == "__main__":
    main()
