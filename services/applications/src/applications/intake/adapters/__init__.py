"""The form products that the service understands, by the name that a source gives."""

from applications.intake.adapters.standard_webhooks import StandardWebhooks
from applications.intake.delivery import Adapter

ADAPTERS: dict[str, Adapter] = {"standard-webhooks": StandardWebhooks()}
