"""What a mail server's answers mean."""

from datetime import timedelta

import pytest

from notifications.delivery.outcome import (
    Outcome,
    PutOff,
    Refused,
    Unknown,
    Untouched,
    from_loss,
    from_reply,
    next_try,
)

from .builders import NOW


@pytest.mark.parametrize(
    ("phase", "code", "meaning"),
    [
        ("recipient", 550, Refused),
        ("recipient", 450, PutOff),
        ("text", 554, Refused),
        ("text", 451, PutOff),
        ("sender", 421, PutOff),
        ("sender", 550, PutOff),
        ("connect", 535, Untouched),
        ("connect", 421, Untouched),
    ],
)
def test_a_reply_means_what_its_code_and_its_phase_say(
    phase: str, code: int, meaning: type[Outcome]
):
    outcome = from_reply(phase, code, "because")  # type: ignore[arg-type] - from the table above
    assert type(outcome) is meaning


@pytest.mark.parametrize(
    ("phase", "meaning"),
    [("connect", Untouched), ("sender", PutOff), ("recipient", PutOff), ("text", Unknown)],
)
def test_a_lost_connection_is_uncertain_only_after_the_text(phase: str, meaning: type[Outcome]):
    assert type(from_loss(phase, "reset")) is meaning  # type: ignore[arg-type] - as above


def test_an_answer_of_several_lines_is_kept_on_one():
    assert from_reply("recipient", 550, "5.1.1 no such\nuser here") == Refused(
        "550 5.1.1 no such user here"
    )


def test_tries_are_further_and_further_apart_and_then_end():
    moments = [next_try(attempts, (30, 120), NOW) for attempts in (1, 2, 3)]
    assert moments == [NOW + timedelta(seconds=30), NOW + timedelta(seconds=120), None]
