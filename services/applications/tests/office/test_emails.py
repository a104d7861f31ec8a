"""What is heard of a person's emails, in any order and as often as it comes."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

from applications.office.emails import EmailsOfPerson
from nextstep_contracts import EmailBounced, EmailSent

NOW = datetime(2024, 8, 1, 10, tzinfo=UTC)
ABOUT = {
    "cause_id": uuid4(),
    "cause_type": "applications.place_offered.v1",
    "cause_subject": "an-application",
    "person_id": "somebody",
    "template": "place_offered",
}


def sent(revision, *, email="one", title="A place"):
    at = NOW + timedelta(hours=revision)
    return EmailSent(email_id=email, revision=revision, sent_at=at, title=title, **ABOUT)


def bounced(revision, *, email="one", permanent=True):
    at = NOW + timedelta(hours=revision)
    said = {"permanent": permanent, "diagnostic": "550 no such user"}
    return EmailBounced(email_id=email, revision=revision, bounced_at=at, **said, **ABOUT)


def heard(*events, known=None):
    emails = known or EmailsOfPerson(person_id="somebody")
    for event in events:
        emails = emails.told(event)
    return emails


def test_any_order_and_every_repetition_ends_in_the_same():
    events = (sent(1), bounced(2), sent(3, title="A place, once more"), sent(1, email="two"))
    ends = {heard(*order, *order) for order in permutations(events)}
    (end,) = ends
    assert [email.email_id for email in end.emails] == ["one", "two"]
    assert [email.came_back for email in end.emails] == [False, False]
    first = end.emails[0]
    assert first.sent
    assert (first.sent.title, first.at) == ("A place, once more", NOW + timedelta(hours=3))


def test_what_is_known_already_changes_nothing():
    before = heard(sent(2), bounced(3))
    assert before.told(sent(2)) is before
    assert before.told(sent(1)) is before
    assert before.told(bounced(3)) is before


def test_an_email_came_back_if_that_is_the_last_that_was_heard():
    assert heard(sent(1), bounced(2)).emails[0].came_back
    assert heard(bounced(2)).emails[0].came_back
    assert not heard(bounced(2), sent(3)).emails[0].came_back


def test_only_a_bounce_for_good_is_a_persons_to_mend():
    assert not heard(bounced(1, permanent=False)).bounced
    assert heard(bounced(1, permanent=False), bounced(1, email="two")).bounced


def test_nothing_is_kept_of_an_erased_person_whatever_comes():
    gone = heard(sent(1), bounced(2)).forgotten()
    assert (gone.emails, gone.bounced) == ((), False)
    assert gone.told(sent(3)) is gone


def test_an_application_has_the_emails_that_told_of_it():
    emails = heard(sent(1), sent(1, email="two"))
    assert emails.about("an-application") == emails.emails
    assert emails.about("another") == ()
