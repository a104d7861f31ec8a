"""Keys and secrets of a local site: generated once, kept in its folder, worth nothing elsewhere."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from joserfc.jwk import OKPKey


@dataclass(frozen=True)
class SiteSecrets:
    """What the services share, or one of them alone is given."""

    session_secret: str
    link_private_key: str
    """Ed25519 JWK in JSON: signs emailed links; only the notifications service is given it."""
    webhook_secret: str
    """Standard Webhooks secret (`whsec_...`) of the application form."""

    @property
    def link_public_key(self) -> str:
        """The public part, which every service verifies links with."""
        key = OKPKey.import_key(json.loads(self.link_private_key))
        return json.dumps(key.as_dict(private=False))


def kept_secrets(folder: Path) -> SiteSecrets:
    """The secrets in `folder`, made at the first call."""
    file = folder / "secrets.json"
    if file.exists():
        return SiteSecrets(**json.loads(file.read_text()))
    key = OKPKey.generate_key("Ed25519", {"kid": "local"})
    made = SiteSecrets(
        session_secret=secrets.token_urlsafe(48),
        link_private_key=json.dumps(key.as_dict(private=True)),
        webhook_secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(made), indent=2))
    return made
