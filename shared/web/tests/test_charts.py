from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web.charts import FULL, bar_chart, line_chart


@given(st.lists(st.tuples(st.text(), st.floats(0, 1e9)), max_size=12))
def test_bars_are_as_long_as_their_values_from_a_common_zero(data: list[tuple[str, float]]):
    chart = bar_chart("Places", data)
    longest = max((value for _, value in data), default=0)
    for bar, (label, value) in zip(chart.bars, data, strict=True):
        assert bar.label == label
        assert bar.length == pytest.approx(FULL * value / longest if longest else 0, abs=0.06)


def test_figures_are_written_as_people_write_them():
    assert [b.written for b in bar_chart("x", [("a", 1234), ("b", 2.5)]).bars] == ["1,234", "2.5"]


def test_a_value_below_zero_has_no_bar():
    with pytest.raises(ValueError, match="start at zero"):
        bar_chart("x", [("a", -1)])


def days(count: int) -> list[date]:
    return [date(2024, 6, 3) + timedelta(days=n) for n in range(count)]  # a Monday


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=90), st.integers(0, 10**6))
def test_lines_stay_inside_the_drawing_whatever_they_count(values: list[int], level: int):
    chart = line_chart("x", days(len(values)), [("a", values)], level=("places", level))
    (line,) = chart.lines
    places = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert len(places) == len(values)
    assert all(0 <= x <= FULL and 0 <= y <= FULL for x, y in places)
    assert chart.level is not None
    assert 0 < chart.level.at <= FULL
    assert len(chart.values) <= 6


def test_a_line_ends_where_its_values_end_and_the_marked_day_stays_ahead():
    chart = line_chart("x", days(11), [("a", [1, 2, 4])], mark=("Deadline", date(2024, 6, 13)))
    assert chart.lines[0].points.split()[-1].startswith("20.0,")
    assert chart.lines[0].last == "4"
    assert chart.mark is not None
    assert chart.mark.at == FULL
    assert chart.mark.beyond_half


def test_the_table_has_the_last_day_of_each_week_and_the_last_known_day():
    chart = line_chart("x", days(20), [("a", list(range(10))), ("b", [0, 1])])
    assert chart.rows == ((date(2024, 6, 9), ("6", "")), (date(2024, 6, 12), ("9", "")))


def test_values_on_the_axis_keep_clear_of_the_level():
    chart = line_chart("x", days(2), [("a", [0, 72])], level=("70 places", 60))
    assert "60" not in [tick.label for tick in chart.values]


def test_a_chart_of_no_days_is_refused():
    with pytest.raises(ValueError, match="needs days"):
        line_chart("x", [], [])
