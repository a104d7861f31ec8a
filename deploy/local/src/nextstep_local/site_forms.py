"""The forms of a local site: our own, and three products', each with a secret of the site's."""

import base64
import hashlib
import hmac
from importlib.resources import files
from pathlib import Path

from nextstep_local.secrets_file import SiteSecrets

PRODUCTS = ("typeform", "jotform", "drupal")
"""Sources beside our own form. Their secrets are `APPLICATIONS_<PRODUCT>_SECRET`."""


def form_secret(secrets: SiteSecrets, product: str) -> str:
    """The secret of a product's form: the same as long as the site keeps its keys."""
    key, about = secrets.webhook_secret.encode(), product.encode()
    digest = hmac.new(key, about, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def write_forms(folder: Path, secrets: SiteSecrets) -> dict[str, str]:
    """Write the site's sources file.

    Returns:
        the settings of the applications service that make it known.

    """
    native = files("applications").joinpath("sources.yaml").read_text("utf-8")
    ours = files("nextstep_local").joinpath("site_forms.yaml").read_text("utf-8")
    file = folder / "sources.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{native}\n{ours}", "utf-8")
    known = {f"{product}_secret": form_secret(secrets, product) for product in PRODUCTS}
    return {"sources": str(file), **known}
