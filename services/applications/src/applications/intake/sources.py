"""Which forms may post here, as configuration: adapter, secrets, field map, documents.

Secrets are named by the environment variables that hold them, so that the file can be shared.
Several may be live at once, which is how a secret is rotated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from applications.answers import Answers
from applications.intake.adapters import ADAPTERS
from applications.intake.delivery import Adapter

MAPPABLE = frozenset(Answers.model_fields) - {"unread"}


class SourcesError(ValueError):
    """The sources file cannot be used; the message names the source and the field."""


def _path(value: object) -> object:
    """`a.b` walks into nested answers; a list of keys does too, for keys with dots in them."""
    return tuple(value.split(".")) if isinstance(value, str) else value


def _columns(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_columns), Field(min_length=1)]
Path_ = Annotated[tuple[str, ...], BeforeValidator(_path), Field(min_length=1)]


class Export(BaseModel):
    """A form's own export: which of its columns is what. What is not said follows the product."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    submission_id: str | None = None
    submitted_at: str | None = None
    columns: dict[str, Columns] = Field(default_factory=dict)
    """For an answer the heading of its column, or of several that are joined by a space."""
    documents: dict[str, str] = Field(default_factory=dict)
    """Columns that hold a link to a document."""
    month_first: bool = False
    """Whether 08/07/2024 is the seventh of August: never guessed."""


class Source(BaseModel):
    """One form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: str
    secrets: tuple[str, ...] = Field(min_length=1)
    """Names of environment variables; at least one of them must be set."""
    submission_id: Path_ | None = None
    """Where the submission's own id is; without it the body's hash stands in."""
    submitted_at: Path_ | None = None
    fields: dict[str, Path_]
    """Where each answer is, by the form's stable ids."""
    documents: dict[str, Path_] = Field(default_factory=dict)
    """Where each document is, by the document's key in the cohort file."""
    export: Export = Field(default_factory=Export)
    """How the form's own export of its submissions is read, to reconcile it with what arrived."""


@dataclass(frozen=True)
class LiveSource:
    """A source with its adapter and the secrets that are set."""

    name: str
    definition: Source
    adapter: Adapter
    secrets: tuple[SecretStr, ...]


PACKAGED = Path(__file__).parent.parent / "sources.yaml"
"""The native form, for which the service needs no file of its own."""


def load_sources(path: Path | None, environ: Mapping[str, str]) -> dict[str, LiveSource]:
    """Read the sources file, or the packaged one, and look up the secrets it names.

    A source none of whose secrets is set is kept and refuses everything.

    Raises:
        SourcesError: the file cannot be read or is inconsistent.

    """
    path = path or PACKAGED
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise SourcesError(f"{path}: {error}") from error
    if not isinstance(document, dict) or not document:
        raise SourcesError(f"{path}: names no sources")
    return {str(name): _live(str(name), raw, environ) for name, raw in document.items()}


def _live(name: str, raw: Any, environ: Mapping[str, str]) -> LiveSource:
    try:
        source = Source.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise SourcesError(f"source {name!r}, {field}: {first['msg']}") from error
    if source.adapter not in ADAPTERS:
        raise SourcesError(
            f"source {name!r}, adapter: {source.adapter!r} is not one of {', '.join(ADAPTERS)}"
        )
    unknown = set(source.fields) - MAPPABLE
    if unknown or not {"name", "email"} <= set(source.fields):
        raise SourcesError(
            f"source {name!r}, fields: name and email are needed, the rest may be any of"
            f" {', '.join(sorted(MAPPABLE))}; found {', '.join(sorted(source.fields))}"
        )
    beyond = set(source.export.columns) - MAPPABLE
    if beyond:
        raise SourcesError(f"source {name!r}, export: there is no answer {min(beyond)!r}")
    secrets = tuple(SecretStr(environ[s]) for s in source.secrets if environ.get(s))
    return LiveSource(name, source, ADAPTERS[source.adapter], secrets)
