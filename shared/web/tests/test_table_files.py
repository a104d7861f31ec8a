"""A table as an Excel file: text cells, words as headings, local times, the same bytes again."""

import io
from datetime import UTC, date, datetime

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from nextstep_web.table_files import EXCEL, heading, table_file, workbook

HEADER = ("reference", "gmc_number", "submitted_at", "late", "points", "person_id")
ROW = ("NS24-0001", "0123456", datetime(2024, 8, 1, 9, 30, tzinfo=UTC), False, 17, "5f3a")


def read_back(content):
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sheet


def asking(query):
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_identifiers_and_formulas_stay_the_text_that_they_are():
    texts = ["0123456", "6084250000000000123", "1E5", "=1+2", "MAR1", "-5", "1/2", "'quoted"]
    lines, sheet = read_back(workbook("people", texts, [texts]))
    assert lines == [texts, texts]
    assert {(cell.data_type, cell.number_format) for cell in sheet[2]} == {("s", "@")}


def test_headings_are_words():
    names = ("gmc_number", "cct_date", "ltft_percentage", "name", "Submitted at", "id")
    assert [heading(name) for name in names] == [
        *("GMC number", "CCT date", "LTFT percentage", "Name", "Submitted at", "ID"),
    ]


async def test_people_get_local_times_and_no_ids_that_only_programs_need():
    answer = await table_file(asking("format=xlsx"), "people", HEADER, [ROW])
    assert answer.headers["content-type"] == EXCEL
    assert answer.headers["content-disposition"].endswith("people.xlsx")
    lines, sheet = read_back(answer.body)
    assert lines == [
        ["Reference", "GMC number", "Submitted at", "Late", "Points"],
        ["NS24-0001", "0123456", "2024-08-01 10:30", "no", 17],
    ]
    assert sheet.freeze_panes == "A2"


async def test_columns_can_be_chosen_in_either_format():
    asked = "column=person_id&column=reference&format="
    excel = await table_file(asking(f"{asked}xlsx"), "people", HEADER, [ROW])
    assert read_back(excel.body)[0] == [["Reference", "Person ID"], ["NS24-0001", "5f3a"]]
    plain = await table_file(asking(f"{asked}csv"), "people", HEADER, [ROW])
    assert plain.body.decode("utf-8-sig") == '"reference","person_id"\r\n"NS24-0001","5f3a"\r\n'


async def test_without_a_format_and_with_an_unknown_column_it_is_the_whole_csv():
    answer = await table_file(asking("column=nothing"), "people", HEADER, [ROW])
    assert answer.body.decode("utf-8-sig").startswith('"reference","gmc_number",')
    assert ',"0123456",' in answer.body.decode()
    assert ",17," in answer.body.decode()


def test_times_in_text_are_local_and_days_stay_days():
    row = ["2024-08-01T09:30:00+00:00", "2024-12-01T09:30:00Z", date(2024, 8, 1), "2024-08-01"]
    lines, _ = read_back(workbook("times", list("abcd"), [row]))
    assert lines[1] == ["2024-08-01 10:30", "2024-12-01 09:30", "2024-08-01", "2024-08-01"]


async def test_times_in_csv_are_local_too_and_say_how_far_from_utc_they_are():
    header = ("at", "until", "on", "who")
    row = ["2024-08-01T09:30:00+00:00", datetime(2024, 12, 1, 9, 30, tzinfo=UTC), "2024-08-01", ""]
    plain = (await table_file(asking("format=csv"), "times", header, [row])).body.decode()
    assert '"2024-08-01T10:30:00+01:00","2024-12-01T09:30:00+00:00","2024-08-01",""' in plain
    sealed = await table_file(asking("format=csv"), "times", header, [row], sealed=True)
    assert '"2024-08-01T09:30:00+00:00"' in sealed.body.decode()


async def test_ids_of_several_are_left_out_for_people_too():
    answer = await table_file(
        asking("format=xlsx"), "result", ("project", "author_ids"), [["A", "x y"]]
    )
    assert read_back(answer.body)[0] == [["Project"], ["A"]]


def test_the_same_table_is_the_same_file():
    assert workbook("people", HEADER, [ROW]) == workbook("people", HEADER, [ROW])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_whatever_is_in_a_cell_it_is_a_file_and_no_formula(cells):
    _, sheet = read_back(workbook("people", [f"c{n}" for n in range(len(cells))], [cells]))
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("query", ["format=xlsx", "format=csv"])
async def test_an_empty_table_is_its_headings(query):
    answer = await table_file(asking(query), "people", HEADER, [])
    assert answer.body


def test_what_somebody_typed_that_only_looks_like_a_moment_stays_as_it_is():
    typed = ["2025-13-45T99:99Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"]
    lines, _ = read_back(workbook("people", ["trust"] * 3, [typed]))
    assert lines[1] == typed
