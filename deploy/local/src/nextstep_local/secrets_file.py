"""Keys and secrets of a local site: generated once, kept in its folder, worth nothing elsewhere."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from joserfc.jwk import OKPKey

from nextstep_contracts.catalogue import SERVICES


@dataclass(frozen=True)
class SessionKeys:
    """The Ed25519 key, a JWK, with which each service signs sessions."""

    private: Mapping[str, Any]
    """By service."""

    @classmethod
    def made(cls) -> Self:
        """Fresh ones."""
        return cls({name: _new_key(name) for name in SERVICES})

    def of(self, service: str) -> str:
        """A service's own key, as JSON; nobody else is given it."""
        return json.dumps(self.private[service])

    @property
    def public(self) -> str:
        """The public keys of all services, as a JWK Set in JSON."""
        return json.dumps({"keys": [_public(key) for key in self.private.values()]})


@dataclass(frozen=True)
class SiteSecrets:
    """What the services share, or one of them alone is given."""

    session_keys: SessionKeys
    link_private_key: str
    """Ed25519 JWK in JSON: signs emailed links; only the notifications service is given it."""
    webhook_secret: str
    """Standard Webhooks secret (`whsec_...`) of the application form."""
    backup_key: str
    """The master key of backups: 32 bytes in base64."""

    @property
    def link_public_key(self) -> str:
        """The public part, which every service verifies links with."""
        return json.dumps(_public(json.loads(self.link_private_key)))


def kept_secrets(folder: Path) -> SiteSecrets:
    """The secrets in `folder`, made at the first call; what an older release lacked is added."""
    file = folder / "secrets.json"
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    sessions = kept.get("session_keys")
    found = SiteSecrets(
        session_keys=SessionKeys(sessions["private"]) if sessions else SessionKeys.made(),
        link_private_key=kept.get("link_private_key") or json.dumps(_new_key("local")),
        webhook_secret=kept.get("webhook_secret") or "whsec_" + _random(),
        backup_key=kept.get("backup_key") or _random(),
    )
    if asdict(found) != kept:
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(found), indent=2))
    return found


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _new_key(name: str) -> dict[str, Any]:
    return dict(OKPKey.generate_key("Ed25519", {"kid": name}).as_dict(private=True))


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name != "d"}
