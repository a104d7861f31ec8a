"""Settings that every service has, whatever else it needs."""

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from nextstep_messaging.bus.topology import RETRY_DELAYS
from nextstep_messaging.operating.backup.sealing import MasterKeys
from nextstep_messaging.timers.clock import Clock, FileClock, SystemClock


class MessagingSettings(BaseSettings):
    """Where the bus and the database are, and how messages are treated.

    A service subclasses this with its own `env_prefix` and a default for `mongo_database`.
    """

    environment: Literal["local", "production"] = "production"
    """`local` permits what production refuses, such as a simulated clock."""
    amqp_url: SecretStr = Field(description="the RabbitMQ to connect to: amqp://user:password@host")
    mongo_url: SecretStr = Field(description="the MongoDB replica set: mongodb://host/?replicaSet=")
    mongo_database: str = Field(description="the database that only this service uses")
    clock: str = "system"
    """`system`, or `file:<path>`: a simulated clock that reads its moment from a file."""
    retry_delays: tuple[float, ...] = RETRY_DELAYS
    """Seconds a failing message waits before each further try; then it is a dead letter."""
    sender_proof: Literal["required", "if_given"] | None = None
    """Whether an event is believed whose publisher the broker did not name. By default it is in
    the local stack, where all services share one user, and is not in production."""
    prefetch: int = Field(default=8, ge=1, le=500)
    """Messages of one queue in hand at once, unless its subscription says otherwise."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    stop_seconds: float = Field(default=15, gt=0)
    """How long work in hand may take to finish when the service is told to stop."""

    backup_key: SecretStr | None = Field(
        default=None,
        description="32 random bytes in base64: the master key that wraps the keys of backups",
    )
    backup_key_before: SecretStr | None = Field(
        default=None, description="the one before it, until its backups have expired"
    )

    @field_validator("backup_key", "backup_key_before", mode="before")
    @classmethod
    def _no_empty_key(cls, value: object) -> object:
        return value or None

    @model_validator(mode="after")
    def _keys_of_backups_are_keys(self) -> Self:
        if self.backup_key_before is not None and self.backup_key is None:
            raise ValueError("backup_key_before needs backup_key, the one in its place")
        _ = self.master_keys
        return self

    @property
    def master_keys(self) -> MasterKeys | None:
        """What wraps the keys of people and of backups; None: none is set."""
        if self.backup_key is None:
            return None
        before = self.backup_key_before
        return MasterKeys.read(
            self.backup_key.get_secret_value(), before.get_secret_value() if before else None
        )

    @model_validator(mode="after")
    def _no_simulated_time_in_production(self) -> Self:
        if self.clock != "system" and not self.clock.startswith("file:"):
            raise ValueError(f"clock must be 'system' or 'file:<path>', not {self.clock!r}")
        if self.clock != "system" and self.environment == "production":
            raise ValueError("a simulated clock is refused when environment is 'production'")
        return self

    @property
    def proof_required(self) -> bool:
        """Whether an event must prove who sent it."""
        return (self.sender_proof or self.environment) in ("required", "production")

    @model_validator(mode="after")
    def _delays_are_positive(self) -> Self:
        if any(delay <= 0 for delay in self.retry_delays):
            raise ValueError("retry_delays are seconds, each greater than 0")
        return self


def clock_from(settings: MessagingSettings) -> Clock:
    """The clock that the settings name.

    Raises:
        FileNotFoundError: the file of a simulated clock is not there.

    """
    if settings.clock == "system":
        return SystemClock()
    clock = FileClock(settings.clock.removeprefix("file:"))
    clock.now()  # a wrong path shows here, not in the middle of a transaction
    return clock
