"""When offers end and when places stop being offered by themselves."""

from datetime import UTC, date, datetime

import pytest

from applications.admissions.offers import automatic, expiry

from ..builders import cohort

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


@pytest.mark.parametrize(
    ("offered", "last"),
    [  # the local midnight between 1 and 2 September: from the second on, offers are short
        (
            datetime(2024, 9, 1, 22, 59, 59, tzinfo=UTC),
            datetime(2024, 9, 8, 22, 59, 59, tzinfo=UTC),
        ),
        (datetime(2024, 9, 1, 23, 0, tzinfo=UTC), datetime(2024, 9, 5, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_offers_become_short_at_a_local_midnight(offered, last):
    assert expiry(COHORT, offered) == last


@pytest.mark.parametrize(
    ("offered", "last"),
    [  # over a change of the clocks an offer holds an hour more or less, but never a day
        (datetime(2024, 10, 25, 9, tzinfo=UTC), datetime(2024, 11, 1, 23, 59, 59, tzinfo=UTC)),
        (datetime(2024, 10, 20, 9, tzinfo=UTC), datetime(2024, 10, 27, 23, 59, 59, tzinfo=UTC)),
        (datetime(2025, 3, 28, 9, tzinfo=UTC), datetime(2025, 4, 4, 22, 59, 59, tzinfo=UTC)),
        (datetime(2025, 3, 23, 9, tzinfo=UTC), datetime(2025, 3, 30, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_offer_ends_at_the_end_of_a_local_day_over_a_change_of_the_clocks(offered, last):
    all_year = cohort(short_offers_from=date(2025, 9, 1))
    assert expiry(all_year, offered) == last
