"""The form products that the service understands, by the name that a source gives."""

from applications.intake.adapter import Adapter
from applications.intake.adapters.drupal_webform import DrupalWebform
from applications.intake.adapters.formstack import Formstack
from applications.intake.adapters.jotform import Jotform
from applications.intake.adapters.power_automate import PowerAutomate
from applications.intake.adapters.standard_webhooks import StandardWebhooks
from applications.intake.adapters.typeform import Typeform

ADAPTERS: dict[str, Adapter] = {
    "standard-webhooks": StandardWebhooks(),
    "jotform": Jotform(),
    "typeform": Typeform(),
    "formstack": Formstack(),
    "drupal-webform": DrupalWebform(),
    "power-automate": PowerAutomate(),
}
