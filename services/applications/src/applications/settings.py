"""The settings of the applications service, from variables that begin with APPLICATIONS_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from nextstep_documents.virus_scanner import ADDRESS
from nextstep_messaging import MessagingSettings
from nextstep_web import WebSettings


class Settings(MessagingSettings, WebSettings):
    """Everything that can be set from outside. Secrets of forms are named in the sources file."""

    model_config = SettingsConfigDict(env_prefix="APPLICATIONS_", frozen=True)

    mongo_database: str = "applications"
    cohort: str = Field(
        default="2024-25", description="the id of a packaged cohort file, or a path to one"
    )
    sources: Path | None = Field(
        default=None, description="path of the sources file; the packaged one knows our own form"
    )
    largest_body: int = Field(
        default=40 * 1024 * 1024, gt=0, description="bytes of a submission; more is answered 413"
    )
    submissions_per_second: int = Field(
        default=50,
        ge=10,
        description="of one form, ten times as many at once; more is answered 429",
    )
    clamav: str | None = Field(
        default=None,
        pattern=ADDRESS,
        description="the virus scanner, `tcp://host:3310` or `unix:///path`; without it documents"
        " stay unscanned",
    )
