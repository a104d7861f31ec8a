"""What happened, in public words."""

from datetime import UTC, datetime, timedelta

from applications.admissions.public_history import public_steps
from applications.admissions.store import history_from_document

AT = datetime(2024, 8, 1, 22, 15, tzinfo=UTC)


def line(what, hours=0):
    said = {"at": AT + timedelta(hours=hours), "what": what, "why": "Private.", "who": "Ola"}
    return history_from_document(said | {"_id": what, "application_id": "one", "step": 0})


def test_the_timeline_says_what_happened_and_never_what_the_office_wrote():
    history = [
        line("Submitted, late"),
        line("Referred"),
        line("Looked at by the office"),
        line("Decided: eligible", 1),
        line("Waiting list, position 3", 1),
        line("Amended", 1),
        line("Amended", 2),
    ]
    assert [step.text for step in public_steps(history, "Europe/London")] == [
        "We received your application",
        "The programme office began to look at your application",
        "You joined the waiting list",
        "We received changes to your application",
    ]


def test_days_of_the_timeline_are_local_ones():
    twice = [line("Amended"), line("Amended", 1)]  # 23:15 and 00:15 in London
    assert len(public_steps(twice, "Europe/London")) == 2
    assert len(public_steps(twice, "UTC")) == 1
