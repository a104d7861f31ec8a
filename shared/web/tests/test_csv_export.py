import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web import csv_response
from nextstep_web.csv_export import cell

WIDE = "\uff1d\uff0b\uff0d\uff20"
FORMULA = "=+-@\t\r\n" + WIDE


def read_back(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  +44 20", "'  +44 20"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Dr O'Hara", "Dr O'Hara"),
        ("Ada;=1+2", "Ada;'=1+2"),
        ("Ada\t=1+2", "Ada\t'=1+2"),
        ("Ada\n=1+2", "Ada\n'=1+2"),
        ("Ada; -1; @x", "Ada; '-1; '@x"),
        ("\u200b=1+2", "'\u200b=1+2"),
        ("\u00ad=1+2", "'\u00ad=1+2"),
        ("\ufeff\u00a0=1+2", "'\ufeff\u00a0=1+2"),
        ("\x00=1+2", "'=1+2"),
        ("a; b, -c", "a; b, -c"),
        ("0123456", "0123456"),
        (-5, "-5"),
        (-0.5, "-0.5"),
        (None, ""),
        (True, "yes"),
    ],
)
def test_text_that_would_run_as_a_formula_is_written_as_text(value: object, written: str):
    assert cell(value) == written


@given(st.text(alphabet=st.sampled_from(FORMULA + " ab'\"\x00\u200b")) | st.text())
def test_no_text_begins_as_a_formula(text: str):
    assert cell(text).lstrip()[:1] not in [*"=+-@", *WIDE]


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=5)
)
def test_a_file_holds_what_the_cells_hold(rows: list[list[str]]):
    body = csv_response("people.csv", ["Name", "Note"], rows).body
    assert read_back(bytes(body)) == [["Name", "Note"], *[[cell(c) for c in row] for row in rows]]


def test_all_text_is_quoted_and_numbers_are_not():
    body = csv_response("people.csv", ["Name", "Points"], [["Ada", 17], [None, -0.5]]).body
    assert bytes(body).decode("utf-8-sig") == '"Name","Points"\r\n"Ada",17\r\n"",-0.5\r\n'


def test_the_file_is_a_download_that_excel_reads_as_utf_8():
    response = csv_response("projects 2024.csv", ["Ñame"], [["Siân"]])
    assert response.body.startswith(b"\xef\xbb\xbf")
    assert response.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''projects%202024.csv"
    )
