"""Tokens of personal links are put in when an email is sent."""

from notifications.delivery.personal_links import with_tokens
from notifications.emails.links import APPLICATION


def test_tokens_take_the_place_of_their_stand_ins_only():
    text = "see https://x/applications/link/personal-link-application and personal-link-x"
    assert with_tokens(text, {APPLICATION: "TOKEN"}) == (
        "see https://x/applications/link/TOKEN and personal-link-x"
    )
