"""What became of our emails, by the latest word."""

from datetime import timedelta

from awards.fellows.emails import hear_email, latest

from ..builders import NOW, email_bounced, email_sent


def test_an_invitation_that_arrived_outweighs_an_earlier_bounce():
    later = email_sent("m2").model_copy(update={"sent_at": NOW + timedelta(days=1)})
    emails = [hear_email(None, email_bounced()), hear_email(None, later)]
    assert latest(emails)["j1"].outcome == "sent"
    assert latest(emails[:1])["j1"].outcome == "failed"


def test_a_bounce_is_kept_without_the_address_it_quotes():
    email = hear_email(hear_email(None, email_bounced()), email_sent())
    assert (email.outcome, email.revision) == ("failed", 2)
    assert "550" not in email.model_dump_json()
