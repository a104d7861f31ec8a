"""The settings of the awards service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nextstep_documents.virus_scanner import ADDRESS
from nextstep_messaging import MessagingSettings
from nextstep_web import WebSettings


class Settings(MessagingSettings, WebSettings):
    """Read from environment variables that begin with `AWARDS_`."""

    model_config = SettingsConfigDict(env_prefix="AWARDS_", frozen=True)

    mongo_database: str = "awards"
    cohort: str = Field(default="2024-25", description="a packaged cohort file's id, or a path")
    minimum_judges: int = Field(
        default=3,
        ge=1,
        description="unconflicted judges every project needs before scoring opens; part of the "
        "registered method",
    )
    poster_megabytes: int = Field(
        default=10, ge=1, le=35, description="the largest poster; NHSmail's limit is 35"
    )
    clamav: str | None = Field(
        default=None,
        pattern=ADDRESS,
        description="the virus scanner, `tcp://host:3310` or `unix:///path`; without it posters"
        " stay unscanned",
    )
