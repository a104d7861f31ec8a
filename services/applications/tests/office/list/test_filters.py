"""What the office finds: words, filters and orders, as pure functions over cards."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.application import Application, LeaveEntry
from applications.admissions.assessing import reassessed
from applications.admissions.store import application_to_document
from applications.admissions.waiting import FoundVirus, HeldSubmission
from applications.office.list.card import card_of
from applications.office.list.filters import (
    LEAVE_FLAGS,
    Around,
    ListFilter,
    cleaned,
    found,
    list_filter,
)
from applications.office.pages.list_query import Look, neighbours
from applications.study_leave.missing_leave import missing_of

from ...builders import answers, cohort

NOW = datetime(2024, 8, 20, 9, tzinfo=UTC)
COHORT = cohort()
LATE = HeldSubmission(kind="after_deadline", submission_id="late")
VIRUS = FoundVirus(file_id="file", document="cv", evidence=None)


def application(number: int = 1, *, about: dict[str, Any] | None = None, **said: Any):
    at = datetime(2024, 8, 1, 9, tzinfo=UTC) + timedelta(days=number)
    return Application(
        **(
            {
                "id": f"a{number}",
                "cohort": COHORT.id,
                "person_id": f"p{number}",
                "reference": f"NS24-{number:04d}",
                "answers": answers(**said),
                "first_submitted_at": at,
                "submitted_at": at,
                "arrived": number,
                "updated_at": at,
            }
            | (about or {})
        )
    )


def card_about(one: Application):
    return card_of(application_to_document(reassessed(one, COHORT)) | {"version": 1})


def card(number: int = 1, **changes: Any):
    return card_about(application(number, **changes))


def search(cards, text="", *, bounced=(), **query: str | list[str]):
    asked = {key: [value] if isinstance(value, str) else value for key, value in query.items()}
    if text:
        asked["q"] = [text]
    around = Around(COHORT, NOW, frozenset(bounced))
    return [one.reference for one in found(cards, list_filter(asked), around)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Søren Sørensen", "sorensen"),
        ("Søren Sørensen", "SØREN"),
        ("Siân O'Brien", "brien"),
        ("Siân O'Brien", "obrien"),
        ("Siân O\u2019Brien", "o'brien"),
        ("Siân O'Brien", "sian o"),
        ("Ann-Marie Smith-Jones", "jones"),
        ("Ann-Marie Smith-Jones", "smithjones"),
        ("Ann-Marie Smith-Jones", "smith-jo"),
        ("Ann-Marie Smith-Jones", "annmarie"),
        ("Zoë Müller-Łukasz", "muller lukasz"),
        ("Strauß", "strauss"),
        ("مريم العبدالله", "مريم"),
        ("Amara Okafor", "7012345"),
        ("Amara Okafor", "701 oka"),
        ("Kwame Boateng", "Dr Boat"),
        ("Kwame Boateng", "oateng"),
        ("Amara Okafor", "norwich"),
        ("Amara Okafor", "NS24-0001"),
        ("Amara Okafor", "0001"),
        ("Amara Okafor", "amara.okafor@example.org"),
    ],
)
def test_any_word_of_name_number_or_trust_finds_an_application(name, text):
    assert search([card(name=name)], text) == ["NS24-0001"]


@pytest.mark.parametrize("text", ["af", "okafors", "brien", "amara zhang"])
def test_what_is_in_no_word_finds_nothing(text):
    assert search([card()], text) == []


@given(st.text(max_size=40))
def test_whatever_is_typed_searching_never_fails(text):
    search([card(name=text or "x")], text)


def test_filters_narrow_together():
    cards = [
        card(1, ltft_percentage=60),
        card(2, ltft_percentage=100, cct_date=date(2026, 8, 6), discipline="primary care"),
        card(3, gmc_number="applied for", about={"late": True, "source": "jotform"}),
    ]
    assert search(cards, flag=["part_time"]) == ["NS24-0001"]
    assert search(cards, flag=["no_gmc", "late"]) == ["NS24-0003"]
    assert search(cards, flag=["no_gmc", "part_time"]) == []
    dentist = card(4, gmc_number=None, gdc_number="123456")
    assert search([dentist], flag=["no_gmc"]) == []
    assert search(cards, cct="2026") == ["NS24-0002"]
    assert search(cards, discipline="Primary Care") == ["NS24-0002"]
    assert search(cards, source="jotform") == ["NS24-0003"]
    assert search(cards, **{"from": "2024-08-03", "to": "2024-08-03"}) == ["NS24-0002"]
    assert search(cards, **{"from": "2024-08-04"}) == ["NS24-0003"]


def test_flags_follow_from_rules_mail_offers_and_leave():
    not_possible = entry("module-1", date(2024, 10, 8), "not_possible")
    cards = [
        card(1, cct_date=date(2026, 9, 20)),
        card(2, about={"state": "offered", "offer_expires_at": NOW + timedelta(days=2)}),
        card(3, about={"state": "offered", "offer_expires_at": NOW + timedelta(days=4)}),
        card(4, about={"state": "accepted", "study_leave": (not_possible,)}),
        card(5, about={"awaits_office": (LATE,)}),
    ]
    assert search(cards, flag=["borderline"]) == ["NS24-0001"]
    assert search(cards, flag=["offer_ending"]) == ["NS24-0002"]
    assert search(cards, flag=["leave_missing"]) == ["NS24-0004"]
    assert search(cards, flag=["leave_unsaid"]) == ["NS24-0004"]
    assert search(cards, flag=["after_decision"]) == ["NS24-0005"]
    assert search(cards, flag=["waits_submission"]) == ["NS24-0005"]
    assert search(cards, flag=["waits_late"]) == ["NS24-0005"]
    assert search(cards, flag=["waits_decided"]) == []
    assert search(cards, flag=["waits_virus"]) == []
    assert search(cards, flag=["bounced"], bounced=["p3"]) == ["NS24-0003"]


def entry(key: str, on: date, status: str = "granted"):
    return LeaveEntry(session_key=key, on=on, status=status)


def fellow(**declared: LeaveEntry):
    """A Fellow with leave for every dated session, but for the changes."""
    whole = {s.key: entry(s.key, s.on) for s in COHORT.sessions if s.on}
    entries = tuple((whole | {one.session_key: one for one in declared.values()}).values())
    return application(1, about={"state": "accepted", "study_leave": entries})


SEPTEMBER = datetime(2024, 9, 12, 9, tzinfo=UTC)
MODULE_1, MODULE_2 = date(2024, 10, 8), date(2024, 12, 11)


@pytest.mark.parametrize(
    ("changed", "now", "flags"),
    [
        (entry("module-1", MODULE_1), SEPTEMBER, set()),
        (entry("module-1", MODULE_1 - timedelta(days=7)), SEPTEMBER, {"leave_unsaid"}),
        (
            entry("module-1", MODULE_1 - timedelta(days=7), "not_possible"),
            SEPTEMBER,
            {"leave_unsaid"},
        ),
        (entry("module-1", MODULE_1, "not_possible"), SEPTEMBER, {"leave_missing"}),
        (entry("module-1", MODULE_1, "not_possible"), SEPTEMBER + timedelta(days=30), set()),
        (entry("module-1", MODULE_1, "applied_for"), SEPTEMBER, {"leave_unanswered"}),
        (entry("module-2", MODULE_2, "applied_for"), SEPTEMBER, set()),
    ],
    ids=[
        "declared",
        "the session moved",
        "the session moved and leave was not possible on the old day",
        "not possible",
        "not possible on a date that is past",
        "no answer and near",
        "no answer and far",
    ],
)
def test_the_list_flags_about_leave_what_the_reminder_says(changed, now, flags):
    one = fellow(changed=changed)
    around = Around(COHORT, now, frozenset())
    assert around.leave(card_about(one)) == flags
    reminded = {need.need for need in missing_of(one, COHORT, now)}
    assert {LEAVE_FLAGS[need] for need in reminded} == flags
    assert around.flags(card_about(one)) & set(LEAVE_FLAGS.values()) == flags


@pytest.mark.parametrize("about", [{"state": "offered"}, {"state": "accepted", "erased": True}])
def test_only_fellows_owe_a_declaration_in_the_list(about):
    assert Around(COHORT, NOW, frozenset()).leave(card(1, about=about)) == frozenset()


def test_undecided_applications_under_older_rules_are_marked():
    old = card(1)
    newer = cohort(eligibility={"version": "newer"})
    around = Around(newer, NOW, frozenset())
    assert found([old], ListFilter(flags=("old_rules",)), around) == [old]


def test_orders_are_stable_and_go_both_ways():
    cards = [card(1, name="Zoë"), card(2, name="amara"), card(3, name="Émile")]
    assert search(cards, sort="name") == ["NS24-0002", "NS24-0003", "NS24-0001"]
    assert search(cards, sort="-reference") == ["NS24-0003", "NS24-0002", "NS24-0001"]
    assert search(cards, sort="discipline") == ["NS24-0001", "NS24-0002", "NS24-0003"]
    assert search(cards) == ["NS24-0003", "NS24-0002", "NS24-0001"]


def test_a_filter_that_means_nothing_is_left_out_and_a_day_that_is_none_is_said():
    query = {"q": [" "], "flag": ["x"], "state": ["nowhere"], "sort": ["colour"], "page": ["3"]}
    assert cleaned(query) == {"state": ["nowhere"]}
    assert list_filter(query) == ListFilter()
    assert list_filter({"from": ["2024-13-01"]}).faults == (
        "“2024-13-01” is not a day: write it as 2024-09-01.",
    )


@given(st.dictionaries(st.text(max_size=6), st.lists(st.text(max_size=9), max_size=3)))
def test_any_query_string_is_a_filter(query):
    search([card()], "")
    list_filter(query | {"cct": query.get("q", []), "from": query.get("q", [])})


def test_a_card_says_why_the_office_is_asked():
    referred = reassessed(
        application(about={"late": True, "state": "referred"}, discipline="astrology"), COHORT
    )
    told = card_of(application_to_document(referred) | {"version": 1}).why(COHORT.zone)
    assert told == tuple(concern.office for concern in referred.assessment.concerns)
    assert told != ()
    held = application(about={"state": "accepted", "awaits_office": (LATE, VIRUS)})
    assert card_about(held).why(COHORT.zone) == (
        "A submission came after the deadline.",
        "CV: the virus scanner found something. The file was removed.",
    )
    assert card().why(COHORT.zone) == ()


def test_whoever_a_decision_took_out_of_the_list_leads_on_to_the_next():
    cards = [card(n, about={"state": "referred"}) for n in range(1, 5)]
    seen = Look(cards, Around(COHORT, NOW, frozenset()))
    query = {"state": ["referred"], "sort": ["submitted"]}

    def around(number: int) -> tuple[int | None, int, str | None, str | None]:
        found = neighbours(seen, list_filter(query), f"a{number}", query)
        paths = (found.previous, found.following)
        told = (path and path.partition("?")[0].rpartition("/")[2] for path in paths)
        return (found.position, found.total, *told)

    assert around(2) == (2, 4, "a1", "a3")
    cards[1] = card(2, about={"state": "offered"})
    assert around(2) == (None, 3, "a1", "a3")
    cards[3] = card(4, about={"state": "rejected"})
    assert around(4) == (None, 2, "a3", None)
    assert neighbours(seen, list_filter(query), "nobody", query) is None
