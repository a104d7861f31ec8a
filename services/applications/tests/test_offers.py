"""When offers end and when places stop being offered by themselves."""

from datetime import UTC, datetime

from applications.offers import automatic, expiry

from .builders import cohort

COHORT = cohort()


def test_an_offer_ends_at_the_end_of_a_local_day():
    offered = datetime(2024, 8, 1, 22, 30, tzinfo=UTC)  # 23:30 in London
    assert expiry(COHORT, offered) == datetime(2024, 8, 8, 22, 59, 59, tzinfo=UTC)


def test_offers_near_the_start_are_shorter():
    offered = datetime(2024, 9, 2, 9, tzinfo=UTC)
    assert expiry(COHORT, offered) == datetime(2024, 9, 5, 22, 59, 59, tzinfo=UTC)


def test_places_are_offered_automatically_until_the_local_end_of_the_last_day():
    assert automatic(COHORT, datetime(2024, 10, 4, 22, 59, tzinfo=UTC))
    assert not automatic(COHORT, datetime(2024, 10, 4, 23, 0, tzinfo=UTC))


def test_a_reviewed_cohort_promotes_its_waiting_list_until_the_same_day():
    reviewed = cohort(mode="reviewed")
    assert automatic(reviewed, datetime(2024, 10, 4, 22, 59, tzinfo=UTC))
    assert not automatic(reviewed, datetime(2024, 10, 4, 23, 0, tzinfo=UTC))
