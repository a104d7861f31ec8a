"""What the settings refuse, and how the clocks tell time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from nextstep_messaging import FileClock, FixedClock, MessagingSettings, SystemClock, clock_from
from nextstep_messaging.operating.command import CommandError, load_settings

from ..builders import START

GIVEN = {
    "amqp_url": "amqp://localhost",
    "mongo_url": "mongodb://localhost",
    "mongo_database": "x",
}


def test_production_is_the_default_and_runs_on_the_system_clock():
    settings = MessagingSettings(**GIVEN)
    assert settings.environment == "production"
    assert isinstance(clock_from(settings), SystemClock)


def test_production_refuses_a_simulated_clock():
    with pytest.raises(ValidationError, match="a simulated clock is refused"):
        MessagingSettings(**GIVEN, clock="file:/tmp/clock")


@pytest.mark.parametrize(
    ("given", "required"),
    [
        ({}, True),
        ({"environment": "local"}, False),
        ({"sender_proof": "if_given"}, False),
        ({"environment": "local", "sender_proof": "required"}, True),
    ],
)
def test_production_believes_no_event_without_proof_unless_told_to(given, required):
    assert MessagingSettings(**GIVEN, **given).proof_required is required


def test_an_unknown_clock_is_refused():
    with pytest.raises(ValidationError, match="clock must be 'system' or 'file:<path>'"):
        MessagingSettings(**GIVEN, environment="local", clock="sundial")


@pytest.mark.parametrize("delays", [(0,), (10, -1)])
def test_a_retry_delay_of_nothing_is_refused(delays):
    with pytest.raises(ValidationError, match="greater than 0"):
        MessagingSettings(**GIVEN, retry_delays=delays)


def test_secrets_do_not_show():
    settings = MessagingSettings(**GIVEN | {"amqp_url": "amqp://user:geheim@localhost"})
    assert "geheim" not in repr(settings)


def test_missing_settings_are_named_with_what_they_mean(monkeypatch):
    class Settings(MessagingSettings):
        model_config = SettingsConfigDict(env_prefix="APPLICATIONS_", frozen=True)

    monkeypatch.setenv("APPLICATIONS_PREFETCH", "many")
    monkeypatch.setenv("APPLICATIONS_MONGO_DATABASE", "applications")
    with pytest.raises(CommandError) as caught:
        load_settings(Settings)
    lines = str(caught.value).splitlines()
    assert lines[0] == "the settings are not complete:"
    assert lines[1].startswith("  APPLICATIONS_AMQP_URL is not set (the RabbitMQ to connect to")
    assert lines[2].startswith("  APPLICATIONS_MONGO_URL is not set (the MongoDB replica set")
    assert lines[3].startswith("  APPLICATIONS_PREFETCH Input should be a valid integer")


def test_a_file_clock_follows_its_file(tmp_path):
    file = tmp_path / "clock"
    file.write_text("2024-09-09T12:00:00+00:00\n")
    clock = FileClock(file)
    assert clock.now() == START
    FileClock(file).set(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)


def test_a_file_clock_is_in_utc_whatever_zone_the_file_names(tmp_path):
    file = tmp_path / "clock"
    file.write_text("2024-09-09T13:00:00+01:00")
    assert FileClock(file).now() == START
    assert FileClock(file).now().tzinfo is UTC
    file.write_text("2024-09-09T12:00:00.5")
    assert FileClock(file).now() == START + timedelta(seconds=0.5)


def test_a_file_clock_without_its_file_is_refused_when_the_service_is_built(tmp_path):
    settings = MessagingSettings(**GIVEN, environment="local", clock=f"file:{tmp_path}/none")
    with pytest.raises(FileNotFoundError):
        clock_from(settings)


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(datetime(2024, 9, 9, 13, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == START
    clock.advance(timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)
    clock.set(START)
    assert clock.now() == START
