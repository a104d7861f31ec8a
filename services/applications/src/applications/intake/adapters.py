"""The form products that the service understands, by the name that a source gives."""

from applications.intake.delivery import Adapter
from applications.intake.standard_webhooks import StandardWebhooks

ADAPTERS: dict[str, Adapter] = {"standard-webhooks": StandardWebhooks()}
