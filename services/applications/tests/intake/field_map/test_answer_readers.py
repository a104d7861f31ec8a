"""Dates, moments and names as form products write them, as rules."""

from datetime import date

import pytest

from applications.intake.field_map.answer_readers import Customs, plain, read_moment, reader

from ...payloads import Given
from ...vendors import VENDORS, mapped


@pytest.mark.parametrize(
    ("written", "customs", "expected"),
    [
        ("8/27/2024 12:34:21 PM", Customs(month_first=True, zone="UTC"), "2024-08-27T12:34:21"),
        ("8/7/2024 12:05 AM", Customs(month_first=True, zone="UTC"), "2024-08-07T00:05:00"),
        ("7/8/2024 13:05", Customs(zone="UTC"), "2024-08-07T13:05:00"),
        ("1722504600", Customs(), "2024-08-01T09:30:00"),
        ("1722504600123", Customs(), "2024-08-01T09:30:00"),
        ("2024-08-01T10:30:00", Customs(), "2024-08-01T09:30:00"),
        ("2024-08-01T09:30:00Z", Customs(), "2024-08-01T09:30:00"),
        ("27/8/2024 25:00", Customs(), None),
        ("soon", Customs(), None),
    ],
)
def test_moments_are_read_as_the_source_writes_them(written, customs, expected):
    found = read_moment(written, customs)
    assert (found and found.isoformat()) == (expected and f"{expected}+00:00")


US = Customs(month_first=True)


@pytest.mark.parametrize(
    ("written", "customs", "expected"),
    [
        ("2025-08-06", US, date(2025, 8, 6)),
        ("2025-08-06T00:00:00Z", Customs(), date(2025, 8, 6)),
        ("6/8/2025", Customs(), date(2025, 8, 6)),
        ("8/6/2025", US, date(2025, 8, 6)),
        ("06.08.2025 00:00", Customs(), date(2025, 8, 6)),
        ("8/27/2025", Customs(), None),
        ("6/8/20255", Customs(), None),
        ("6 August 2025", Customs(), date(2025, 8, 6)),
        ("Aug 06, 2025", Customs(), date(2025, 8, 6)),
        ("Augustus 6, 2025", Customs(), date(2025, 8, 6)),
        ("Foo 6, 2025", Customs(), None),
        ({"day": "06", "month": "08", "year": "2025"}, US, date(2025, 8, 6)),
        ({"day": "6", "month": "August", "year": 2025}, Customs(), date(2025, 8, 6)),
        ({"day": "", "month": "", "year": ""}, Customs(), None),
        ({"day": "31", "month": "02", "year": "2025"}, Customs(), None),
        (["2025-08-06"], Customs(), date(2025, 8, 6)),
    ],
)
def test_dates_are_read_as_the_source_writes_them(written, customs, expected):
    assert reader("cct_date")(plain(written), customs) == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"first": "Amara", "last": "Okafor"}, "Amara Okafor"),
        ({"prefix": "Dr", "first": "Amara", "middle": "", "last": "Okafor"}, "Dr Amara Okafor"),
        ({"first": "Amara", "last": ""}, "Amara"),
        ({"first": "", "last": ""}, None),
        ({"given": "Amara"}, None),
        (["Amara Okafor"], "Amara Okafor"),
        ([{"label": "Amara Okafor"}], "Amara Okafor"),
        (["Amara", "Okafor"], None),
    ],
)
def test_names_are_read_whole_or_split(given_, expected):
    assert reader("name")(plain(given_), Customs()) == expected


def test_labels_are_translated_by_the_sources_values():
    jotform = next(v for v in VENDORS if v.source == "jotform-example")
    assert mapped(jotform, Given(region=" eoe ")).answers.region == "East of England"
    assert mapped(jotform, Given(region="Wessex")).answers.region == "Wessex"
