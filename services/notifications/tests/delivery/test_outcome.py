"""What a mail server's answers mean."""

import pytest

from notifications.delivery.outcome import (
    EmailPutOff,
    EmailRefused,
    EmailUncertain,
    EmailUntouched,
    Outcome,
    from_loss,
    from_reply,
)


@pytest.mark.parametrize(
    ("phase", "code", "meaning"),
    [
        ("recipient", 550, EmailRefused),
        ("recipient", 450, EmailPutOff),
        ("text", 554, EmailRefused),
        ("text", 451, EmailPutOff),
        ("sender", 421, EmailPutOff),
        ("sender", 550, EmailPutOff),
        ("connect", 535, EmailUntouched),
        ("connect", 421, EmailUntouched),
    ],
)
def test_a_reply_means_what_its_code_and_its_phase_say(
    phase: str, code: int, meaning: type[Outcome]
):
    outcome = from_reply(phase, code, "because")  # type: ignore[arg-type] - from the table above
    assert type(outcome) is meaning


@pytest.mark.parametrize(
    ("phase", "meaning"),
    [
        ("connect", EmailUntouched),
        ("sender", EmailPutOff),
        ("recipient", EmailPutOff),
        ("text", EmailUncertain),
    ],
)
def test_a_lost_connection_is_uncertain_only_after_the_text(phase: str, meaning: type[Outcome]):
    assert type(from_loss(phase, "reset")) is meaning  # type: ignore[arg-type] - as above


def test_an_answer_of_several_lines_is_kept_on_one():
    assert from_reply("recipient", 550, "5.1.1 no such\nuser here") == EmailRefused(
        "550 5.1.1 no such user here"
    )


def test_a_lost_connection_is_told_in_words():
    said = (
        "Error connecting to 127.0.0.1 on port 25: "
        "[Errno 111] Connect call failed ('127.0.0.1', 25)"
    )
    told = from_loss("connect", said)
    assert told.answer == "Error connecting to 127.0.0.1 on port 25: Connect call failed"
