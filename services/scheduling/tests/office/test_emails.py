"""What became of emails: the newest is kept, and counted by kind."""

from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import EmailBounced, EmailSent
from scheduling.office.emails import counted, outcome

from ..builders import email

NEWS = [email(1, 1), email(1, 2, bounced=True), email(1, 3)]


def heard(events: list[EmailSent | EmailBounced]):
    known = None
    for event in events:
        known = outcome(known, event) or known
    return known


@given(st.permutations(NEWS), st.lists(st.sampled_from(NEWS)))
def test_the_newest_holds_whatever_order_the_news_come_in(order, again):
    assert heard([*order, *again]) == heard(NEWS[-1:])


def test_an_email_that_came_back_is_bounced_since_then():
    bounced = heard(NEWS[:2])
    assert bounced is not None
    assert (bounced.state, bounced.at) == ("bounced", NEWS[1].bounced_at)


def test_emails_are_counted_by_kind():
    sent = heard(NEWS[:1])
    assert sent is not None
    bounced = sent.model_copy(update={"state": "bounced"})
    other = sent.model_copy(update={"template": "session_cancelled"})
    assert counted([sent, bounced, sent, other]) == [
        ("session_cancelled", 1, 0),
        ("session_scheduled", 2, 1),
    ]


def test_no_email_is_no_count():
    assert counted([]) == []
