import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web.charts import FULL, bar_chart


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
