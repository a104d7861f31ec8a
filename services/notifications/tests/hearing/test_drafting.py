"""Each email to each person is one, however often its event comes."""

from notifications.hearing.drafting import email_id


def test_the_number_of_an_email_is_the_same_for_the_same_email_only():
    one = email_id("event", "person", "template")
    assert one == email_id("event", "person", "template")
    assert len({one, email_id("event", "person", "x"), email_id("event", "x", "template")}) == 2 + 1
