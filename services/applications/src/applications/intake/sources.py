"""Which forms may post here, as configuration: adapter, proof, secrets, field map, documents.

Secrets are named by the environment variables that hold them, so that the file can be shared.
Several may be live at once, which is how a secret is rotated.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from applications.admissions.answers import BESIDE, Answers
from applications.documents.link_rules import FileHosts, token_path
from applications.intake.adapter import Adapter
from applications.intake.adapters import ADAPTERS

SPLIT_NAME = ("first_name", "last_name")
"""Mapped instead of `name` where the form asks for it in two questions."""
MAPPABLE = frozenset(Answers.model_fields) - BESIDE | set(SPLIT_NAME)
KEPT_HEADERS = (
    "content-type",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "svix-id",
    "svix-timestamp",
)
"""Headers that are stored with a receipt. None of them can hold a secret."""


BY_HAND = "by-hand"
"""The source of what the office enters itself."""


class SourcesError(ValueError):
    """The sources file cannot be used; the message names the source and the field."""


def _path(value: object) -> object:
    """`a.b` walks into nested answers; a list of keys does too, for keys with dots in them."""
    if isinstance(value, list):
        return tuple(str(key) if type(key) is int else key for key in value)
    if type(value) is int:  # some products number their questions
        return (str(value),)
    if not isinstance(value, str):
        return value
    steps = tuple(value.split("."))
    if any(step != step.strip() or not step for step in steps):
        raise ValueError(
            f"{value!r} has a dot with nothing, or a space, beside it. A dot leads into an answer;"
            f" a label that has one itself is written as a list: [{value!r}]"
        )
    return steps


def _variable(name: str) -> str:
    """The name of an environment variable. What is refused may be a secret: it is not repeated."""
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        raise ValueError(
            "write the name of an environment variable, for example APPLICATIONS_FORM_SECRET,"
            " and put the secret itself into the environment under that name"
        )
    return name


def _columns(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Variable = Annotated[str, AfterValidator(_variable)]
Columns = Annotated[tuple[str, ...], BeforeValidator(_columns), Field(min_length=1)]
Path_ = Annotated[tuple[str, ...], BeforeValidator(_path), Field(min_length=1)]


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", name) or name.lower() in KEPT_HEADERS:
        raise ValueError("name a header of its own, for example X-NextStep-Secret")
    return name


def _host(name: str) -> str:
    if not re.fullmatch(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", name):
        raise ValueError(f"{name!r} is not the plain name of a host, for example files.example.org")
    return name


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not a time zone, for example Europe/London or UTC")
    return name


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
    authentication: Literal["signature", "header", "token"] = "signature"
    """How a request proves that it comes from this form: by the product's own signature, by a
    header that always holds a secret, or by a secret in the address that is posted to."""
    header: Annotated[str, AfterValidator(_header_name)] | None = None
    """The header with the secret. In `Authorization` it follows the word Bearer."""
    secrets: tuple[Variable, ...] = Field(min_length=1)
    """Names of environment variables; at least one of them must be set."""
    submission_id: Path_ | None = None
    """Where the submission's own id is; without it the body's hash stands in."""
    submitted_at: Path_ | None = None
    fields: dict[str, Path_]
    """Where each answer is, by the form's stable ids."""
    documents: dict[str, Path_] = Field(default_factory=dict)
    """Where each document is, by the document's key in the cohort file."""
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    """By field: what an answer means that this form words differently, by how it words it."""
    dates: Literal["day-first", "month-first"] = "day-first"
    """Which of the two 8/6/2025 begins with."""
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    """Where `submitted_at` is local if it says no offset; without it, the programme's own zone."""
    link_hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """The only hosts that documents may be fetched from; `*.name` is all names below one."""
    link_token: Variable | None = None
    """Name of the environment variable with the bearer token that those hosts ask for."""
    link_token_paths: tuple[Annotated[str, AfterValidator(token_path)], ...] = ()
    """The only places that the token is sent to: `host/path`, where `*` is one part of a path."""
    export: Export = Field(default_factory=Export)
    """How the form's own export of its submissions is read, to reconcile it with what arrived."""


@dataclass(frozen=True)
class LiveSource:
    """A source with its adapter and the secrets that are set."""

    name: str
    definition: Source
    adapter: Adapter
    secrets: tuple[SecretStr, ...]
    file_hosts: FileHosts
    """From where files are fetched that this form gives as links."""


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
    if BY_HAND in document:
        raise SourcesError(f"source {BY_HAND!r}: the office enters applications under this name")
    return {str(name): _live(str(name), raw, environ) for name, raw in document.items()}


def by_hand(documents: Collection[str]) -> LiveSource:
    """What reads what the office enters; nothing posts to it, as it has no secret.

    `documents` are the keys of those that the cohort asks for.
    """
    definition = Source(
        adapter="standard-webhooks",
        secrets=("NOTHING_POSTS_TO_IT",),
        submission_id=("submission_id",),
        submitted_at=("submitted_at",),
        fields={name: (name,) for name in sorted(MAPPABLE.difference(SPLIT_NAME))},
        documents={key: ("documents", key) for key in documents},
    )
    return LiveSource(BY_HAND, definition, ADAPTERS[definition.adapter], (), FileHosts(()))


def check_documents(sources: Mapping[str, LiveSource], known: Collection[str]) -> None:
    """Look whether the sources map only documents that the cohort asks for.

    Raises:
        SourcesError: one maps another, which nobody would ever see.

    """
    for name, source in sources.items():
        definition = source.definition
        for key in (*definition.documents, *definition.export.documents):
            if key not in known:
                raise SourcesError(
                    f"source {name!r}, documents: the cohort asks for no document {key!r}, only"
                    f" for {', '.join(known)}"
                )


LEAST_LETTERS = 16
LEAST_DIFFERENT = 8
"""Characters of a secret, and different ones among them: what nobody guesses by trying."""


def refuse_weak_secrets(sources: Mapping[str, LiveSource]) -> None:
    """Refuse to start with a secret that was typed to have one.

    Raises:
        SourcesError: one is too short, or one letter again and again.
    """
    for source in sources.values():
        for secret in source.secrets:
            plain = secret.get_secret_value().removeprefix("whsec_").strip("=")
            if len(plain) < LEAST_LETTERS or len(set(plain)) < LEAST_DIFFERENT:
                names = ", ".join(source.definition.secrets)
                raise SourcesError(
                    f"source {source.name!r}, secrets: one of {names} can be guessed; make one with"
                    " `openssl rand -base64 32`"
                )


def _live(name: str, raw: Any, environ: Mapping[str, str]) -> LiveSource:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise SourcesError(
            f"source {name!r}: a source's name is part of the address that its form posts to, so it"
            " is made of letters, digits, dots, hyphens and underscores alone"
        )
    try:
        source = Source.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        # not the input: it may be a secret
        raise SourcesError(f"source {name!r}, {field}: {first['msg']}") from None
    if source.adapter not in ADAPTERS:
        raise SourcesError(
            f"source {name!r}, adapter: {source.adapter!r} is not one of {', '.join(ADAPTERS)}"
        )
    _check_proof(name, source)
    _check_fields(name, source)
    _check_token(name, source)
    secrets = tuple(SecretStr(environ[s]) for s in source.secrets if environ.get(s, "").strip())
    token = environ.get(source.link_token) if source.link_token else None
    hosts = FileHosts(
        source.link_hosts, SecretStr(token) if token else None, source.link_token_paths
    )
    return LiveSource(name, source, ADAPTERS[source.adapter], secrets, hosts)


def _check_proof(name: str, source: Source) -> None:
    how = source.authentication
    if how == "signature" and not ADAPTERS[source.adapter].signs:
        raise SourcesError(
            f"source {name!r}, authentication: {source.adapter} cannot sign what it posts. Write"
            " `authentication: token` and end the address that it posts to with the secret, or"
            " `authentication: header` and name the header that holds it"
        )
    if (how == "header") != (source.header is not None):
        raise SourcesError(
            f"source {name!r}, header: name the header that holds the secret if, and only if,"
            " authentication is header"
        )


def _check_token(name: str, source: Source) -> None:
    if (source.link_token is None) != (not source.link_token_paths):
        raise SourcesError(
            f"source {name!r}, link_token_paths: name the paths of the files if, and only if, there"
            " is a link_token: it is sent nowhere else. For Typeform, with the form's own id:"
            " api.typeform.com/forms/a1b2c3/responses/*/fields/*/files/*"
        )


def _check_fields(name: str, source: Source) -> None:
    mapped = set(source.fields)
    named = "name" in mapped or set(SPLIT_NAME) <= mapped
    if mapped - MAPPABLE or not named or "email" not in mapped:
        raise SourcesError(
            f"source {name!r}, fields: name (or first_name and last_name) and email are needed, the"
            f" rest may be any of {', '.join(sorted(MAPPABLE))}; found {', '.join(sorted(mapped))}"
        )
    strangers = set(source.values) - mapped
    if strangers:
        raise SourcesError(
            f"source {name!r}, values: {', '.join(sorted(strangers))} is not among the fields"
        )
    beyond = set(source.export.columns) - MAPPABLE
    if beyond:
        raise SourcesError(f"source {name!r}, export: there is no answer {min(beyond)!r}")
