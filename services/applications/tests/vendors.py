"""The form products as senders: what each builds and how it proves itself."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import applications
from applications.intake.adapter import Delivery
from applications.intake.authentication import proof_of
from applications.intake.field_map.mapping import Mapped, map_submission
from applications.intake.sources import LiveSource, load_sources

from .forms import SECRET, signed
from .payloads import (
    Given,
    drupal,
    drupal_json,
    encoded,
    flow,
    formstack,
    formstack_json,
    formstack_lines,
    formstack_typed,
    jotform,
    jotform_urlencoded,
    standard,
    typeform,
)

EXAMPLE = Path(applications.__file__).parent / "sources.example.yaml"
SECRETS = {
    "APPLICATIONS_SCRIPT_SECRET": SECRET,
    "APPLICATIONS_JOTFORM_SECRET": "jotform secret, for tests",
    "APPLICATIONS_TYPEFORM_SECRET": "typeform secret, for tests",
    "APPLICATIONS_FORMSTACK_SECRET": "formstack secret, for tests",
    "APPLICATIONS_DRUPAL_SECRET": "drupal/secret?for=tests&é",
    "APPLICATIONS_FLOW_SECRET": "flow secret, for tests",
}


@dataclass(frozen=True)
class Sent:
    """A request as a product makes it."""

    path: str
    body: bytes
    headers: dict[str, str]

    def with_body(self, body: bytes) -> "Sent":
        return replace(self, body=body)


@dataclass(frozen=True)
class Vendor:
    """A product: how it builds a body and how it proves itself."""

    source: str
    build: Callable[[Given], tuple[bytes, str]]
    secret: str
    """The variable that holds its secret."""
    has_bytes: bool = True
    """Whether documents travel in the body, rather than as links."""

    def __str__(self) -> str:
        return self.build.__name__

    def post(self, given: Given, secret: str | None = None) -> Sent:
        """The whole request."""
        body, content_type = self.build(given)
        return self.seal(body, content_type, secret)

    def seal(self, body: bytes, content_type: str, secret: str | None = None) -> Sent:
        """A body with what proves that it comes from this product."""
        secret = SECRETS[self.secret] if secret is None else secret
        path, headers = PROOFS[self.source](body, secret)
        return Sent(path, body, {"content-type": content_type} | headers)


def _script(body: bytes, secret: str) -> tuple[str, dict[str, str]]:
    from .conftest import START

    headers = signed(body, START, secret=secret, message_id="msg_1")
    del headers["content-type"]
    return "/webhooks/standard-webhooks-example", headers


def _jotform(_: bytes, secret: str) -> tuple[str, dict[str, str]]:
    return "/webhooks/jotform-example?" + urlencode({"token": secret}), {}


def _typeform(body: bytes, secret: str) -> tuple[str, dict[str, str]]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return "/webhooks/typeform-example", {"typeform-signature": f"sha256={encoded(digest)}"}


def _formstack(body: bytes, secret: str) -> tuple[str, dict[str, str]]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return "/webhooks/formstack-example", {"x-fs-signature": f"sha256={digest}"}


def _drupal(_: bytes, secret: str) -> tuple[str, dict[str, str]]:
    return "/webhooks/drupal-example?" + urlencode({"token": secret}), {}


def _flow(_: bytes, secret: str) -> tuple[str, dict[str, str]]:
    return "/webhooks/microsoft-forms-example", {"x-nextstep-secret": secret}


PROOFS = {
    "standard-webhooks-example": _script,
    "jotform-example": _jotform,
    "typeform-example": _typeform,
    "formstack-example": _formstack,
    "drupal-example": _drupal,
    "microsoft-forms-example": _flow,
}
VENDORS = (
    Vendor("standard-webhooks-example", standard, "APPLICATIONS_SCRIPT_SECRET"),
    Vendor("jotform-example", jotform, "APPLICATIONS_JOTFORM_SECRET", has_bytes=False),
    Vendor("typeform-example", typeform, "APPLICATIONS_TYPEFORM_SECRET", has_bytes=False),
    Vendor("formstack-example", formstack, "APPLICATIONS_FORMSTACK_SECRET"),
    Vendor("drupal-example", drupal, "APPLICATIONS_DRUPAL_SECRET"),
    Vendor("microsoft-forms-example", flow, "APPLICATIONS_FLOW_SECRET"),
)
VARIANTS = (
    Vendor("jotform-example", jotform_urlencoded, "APPLICATIONS_JOTFORM_SECRET", has_bytes=False),
    Vendor("formstack-example", formstack_json, "APPLICATIONS_FORMSTACK_SECRET"),
    Vendor("formstack-example", formstack_lines, "APPLICATIONS_FORMSTACK_SECRET"),
    Vendor("formstack-example", formstack_typed, "APPLICATIONS_FORMSTACK_SECRET"),
    Vendor("drupal-example", drupal_json, "APPLICATIONS_DRUPAL_SECRET"),
)
SOURCES = load_sources(EXAMPLE, SECRETS)
BY_NAME = {str(vendor): vendor for vendor in (*VENDORS, *VARIANTS)}


def mapped(vendor: Vendor, given: Given = Given()) -> Mapped:  # noqa: B008 - a frozen value
    body, content_type = vendor.build(given)
    return mapped_from(vendor, body, content_type)


def mapped_from(vendor: Vendor, body: bytes, content_type: str) -> Mapped:
    source = SOURCES[vendor.source]
    payload = source.adapter.read(body, content_type)
    return map_submission(payload, source.definition, source.adapter, "Europe/London")


def vouched(source: LiveSource, delivery: Delivery, now: datetime) -> bool:
    """Whether the source takes this request for one of its own."""
    proof = proof_of(source, delivery, now)
    return proof is not None and proof.holds([delivery.body])
