"""The settings of this service, each an environment variable with the prefix SCHEDULING_."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nextstep_messaging import MessagingSettings
from nextstep_web import WebSettings
from scheduling.fellows.act import LateJoiners


class Settings(MessagingSettings, WebSettings):
    """Everything that can be set from outside; see the table in README.md."""

    model_config = SettingsConfigDict(env_prefix="SCHEDULING_", frozen=True)

    mongo_database: str = "scheduling"
    cohort: str = Field(default="2024-25", description="the id of a cohort file, or its path")
    late_joiners: LateJoiners = Field(
        default="count",
        description="modules before a Fellow joined: 'count' as missed or 'excuse_modules'",
    )
