"""Dates, moments and names as form products write them, as rules."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from applications.admissions.answers import Answers
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
UK = Customs()


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
        ("2025-08-05T23:00:00.000Z", Customs(), date(2025, 8, 6)),
        ("2025-08-06T00:00:00+01:00", Customs(), date(2025, 8, 6)),
        ("2025-08-06T09:00:00", Customs(), date(2025, 8, 6)),
        ({"year": "2025", "month": "8", "day": "2147483648"}, Customs(), None),
        ("06/08/2025 (provisional, probably 2027)", Customs(), None),
        ("2025-08-06 to 2026-08-06", Customs(), None),
        ("2025-08-06 (or later)", Customs(), None),
        ("before 6 August 2025", Customs(), None),
        ("6th Aug 2025", Customs(), date(2025, 8, 6)),
        ("6th of August 2025", Customs(), date(2025, 8, 6)),
        ("August 6th, 2025", Customs(), date(2025, 8, 6)),
        ("Wednesday 6 August 2025", Customs(), date(2025, 8, 6)),
        ("6-Aug-25", Customs(), date(2025, 8, 6)),
        ("20250806", Customs(), date(2025, 8, 6)),
        (20250806, Customs(), date(2025, 8, 6)),
        ("6.8.25", Customs(), date(2025, 8, 6)),
        ("6.8.99", Customs(), None),
        ("2025/08/06", US, date(2025, 8, 6)),
        ("06/08/2025 00:00:00", Customs(), date(2025, 8, 6)),
        ("6/8-2025", Customs(), None),
        ("\uff12\uff10\uff12\uff15-08-06", Customs(), date(2025, 8, 6)),
        ("Dec 2025", Customs(), date(2025, 12, 31)),
        ("February 2028", Customs(), date(2028, 2, 29)),
        ("02/2026", US, date(2026, 2, 28)),
        ("2025-12", Customs(), date(2025, 12, 31)),
        ("Decision 2025", Customs(), None),
        ("2025", Customs(), None),
        ({"day": "06", "month": "08", "year": "2025"}, US, date(2025, 8, 6)),
        ({"day": "6", "month": "August", "year": 2025}, Customs(), date(2025, 8, 6)),
        ({"day": "", "month": "", "year": ""}, Customs(), None),
        ({"day": "6", "month": "8", "year": "ab"}, Customs(), None),
        ({"day": "6", "month": "8", "year": "2\u00b2"}, Customs(), None),
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


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (1, None),
        (1.0, None),
        ("1", None),
        ("1.0", None),
        (80, 80),
        (80.0, 80),
        ("80 %", 80),
        ("80 per cent", 80),
        (0.8, 80),
        ("0.8 WTE", 80),
        ("0.75", 75),
        ("8 sessions", None),
    ],
)
def test_less_than_full_time_is_a_percentage_or_a_share_but_never_one_per_cent(written, expected):
    assert reader("ltft_percentage")(written, Customs()) == expected


@pytest.mark.parametrize("written", [7012345, 7012345.0, "GMC No. 7012345", "\uff17012345"])
def test_a_number_is_the_same_number_from_every_source(written):
    assert reader("gmc_number")(written, Customs()) == "7012345"


_TEXTS = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"\d{1,4}[/.\- ]\w{1,9}[/.\- ]\d{1,4}", fullmatch=True),
    st.text("0123456789\u00b2\u0663\uff10 -/.:TZ", max_size=12),
)
_PARTS = st.sampled_from(["year", "month", "day", "first", "last", "label", ""])
_GIVEN = st.recursive(
    st.one_of(_TEXTS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_PARTS, inner)),
    max_leaves=5,
)


@given(_GIVEN, st.sampled_from([*Answers.model_fields, "submitted_at"]), st.sampled_from([US, UK]))
@example({"day": "6", "month": "8", "year": "ab"}, "cct_date", UK)
def test_whatever_is_given_is_read_or_not_and_never_fails(answer, field, customs):
    read = read_moment if field == "submitted_at" else reader(field)
    found = read(plain(answer), customs)
    assert found is None or str(found).encode()
