"""The settings that a service of this machine runs with, and the same as environment variables."""

import json
from collections.abc import Mapping
from typing import Any

from nextstep_local.ports import LOOPBACK
from nextstep_local.secrets_file import SiteSecrets
from nextstep_local.stack import Stack

SERVICES = {"applications": 8101, "scheduling": 8102, "notifications": 8103, "awards": 8104}
"""Where each service answers unless it is moved."""


def service_settings(
    service: str, stack: Stack, mongo_url: str, secrets: SiteSecrets, ports: Mapping[str, int]
) -> dict[str, Any]:
    """Everything `service` needs to run on `stack`; `ports` are those of all services."""
    shared = {
        "environment": "local",
        "amqp_url": stack.amqp_url,
        "mongo_url": mongo_url,
        "session_key": secrets.session_keys.of(service),
        "session_public_keys": secrets.session_keys.public,
        "link_public_key": secrets.link_public_key,
        "backup_key": secrets.backup_key,
        "local_sign_in": True,
        "secure_cookies": False,
    }
    addresses = {f"{name}_url": f"http://{LOOPBACK}:{port}" for name, port in ports.items()}
    return shared | addresses | _own(service, stack, secrets)


def _own(service: str, stack: Stack, secrets: SiteSecrets) -> dict[str, Any]:
    if service == "applications":
        return {"webhook_secret": secrets.webhook_secret}
    if service == "notifications":
        return {
            "link_private_key": secrets.link_private_key,
            "smtp_host": LOOPBACK,
            "smtp_port": stack.smtp.port,
        }
    return {}


def as_environment(service: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Settings as the environment variables that `service` reads."""
    return {
        f"{service}_{key}".upper(): value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }
