"""A form's own export against what arrived: reading files, and every row in exactly one class."""

import io
import random
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from applications.documents.link_rules import FileHosts
from applications.intake.adapters import ADAPTERS
from applications.intake.reconciliation import tables
from applications.intake.reconciliation.comparison import Arrived, Exported, compare
from applications.intake.reconciliation.exports import (
    ExportedRow,
    body_of_row,
    is_rounded,
    rows_of,
)
from applications.intake.reconciliation.tables import TableError, read_table, read_table_apart
from applications.intake.sources import LiveSource, Source
from nextstep_documents.sandbox import Limits

from ...builders import answers
from ...exporting import MICROSOFT, as_csv, as_excel, microsoft

ZONE = "Europe/London"
FIELDS = frozenset({"name", "email", "gmc_number", "trust"})


def source(adapter="standard-webhooks", export=None, **fields):
    places = {"name": "name", "email": "email", "gmc_number": "gmc_number"} | fields
    definition = Source.model_validate(
        {
            "adapter": adapter,
            "secrets": ["S"],
            "submission_id": "submission_id",
            "submitted_at": "submitted_at",
            "fields": places,
            "export": export or {},
        }
    )
    return LiveSource("form", definition, ADAPTERS["standard-webhooks"], (), FileHosts(()))


def read(data, **about):
    rows, _ = rows_of(source(**about), read_table(data), ZONE)
    return rows


HEADER = ("submission_id", "submitted_at", "name", "email", "gmc_number")
LINE = ("f-1", "2024-08-01T10:30:00+01:00", "Zoë Müller", "zoe@example.org", "7012345")


@pytest.mark.parametrize(
    ("encoding", "start"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-16-le", ""), ("cp1252", "")],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_encoding_and_separator_is_told_by_the_content(encoding, start, separator):
    data = as_csv([LINE], HEADER, encoding=encoding, separator=separator, start=start)
    (row,) = read(data)
    assert row.answers.name == "Zoë Müller"
    assert row.submission_id == "f-1"
    assert row.submitted_at == datetime(2024, 8, 1, 9, 30, tzinfo=UTC)


def test_the_separator_that_excel_notes_for_itself_counts():
    assert read(as_csv([LINE], HEADER, separator=";", start="sep=;\n"))[0].number == 2


def test_quoted_newlines_and_empty_rows_keep_the_numbers_that_a_spreadsheet_shows():
    lines = [("f-1", "", "Two\nlines", "a@example.org", ""), ("", "", "", "", ""), LINE]
    first, second = read(as_csv(lines, HEADER))
    assert (first.number, first.answers.name, second.number) == (2, "Two lines", 4)


def test_headings_may_drift_in_case_spaces_and_punctuation():
    drifted = ("Submission ID:", "SUBMITTED AT", "Name *", " e-mail ", "GMC-Number")
    (row,) = read(as_csv([LINE], drifted))
    assert (row.submission_id, row.answers.gmc_number) == ("f-1", "7012345")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2,3\n", "Row 2 has 3 cells, but there are 2 headings"),
        (b'a,b\n"1,2\n', "Row 2 is not written as CSV should be"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\1" * 30 + b"x" * 400, "not a CSV or Excel file|no text"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 20, "old or password-protected"),
        (b"a," * 301 + b"a\n", "more than 300 columns"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(data, said):
    with pytest.raises(TableError, match=said):
        read_table(data)


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_FILE", 10)
    with pytest.raises(TableError, match="larger than"):
        read_table(b"x" * 11)


def test_more_rows_than_a_form_ever_has_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(TableError, match="more than 3 rows"):
        read_table(b"a\n1\n2\n3\n")


def test_a_zip_bomb_and_declared_entities_are_refused_as_excel(monkeypatch):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 3_000_000)
    monkeypatch.setattr(tables, "LARGEST_UNPACKED", 2_000_000)
    with pytest.raises(TableError, match="unpacks to more"):
        read_table(held.getvalue())
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>')
    with pytest.raises(TableError, match="declares entities"):
        read_table(held.getvalue())


async def test_a_small_file_that_holds_one_text_very_often_costs_little(monkeypatch):
    small = as_excel([["x"]], ["name"])
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small)) as book, zipfile.ZipFile(held, "w", 8) as bomb:
        for part in book.infolist():
            data = book.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                row = b"<row>" + b'<c t="inlineStr"><is><t>%s</t></is></c>' % (b"x" * 90) * 300
                head = re.sub(rb"<dimension[^>]*>", b"", data).split(b"<sheetData>")[0]
                data = head + b"<sheetData>" + (row + b"</row>") * 4_000
                data += b"</sheetData></worksheet>"
            bomb.writestr(part.filename, data)
    assert len(held.getvalue()) < 1_000_000
    monkeypatch.setattr(tables, "COST", Limits(cpu_seconds=2, seconds=60.0))
    with pytest.raises(TableError, match="unpacks to more"):
        await read_table_apart(held.getvalue(), "a")


async def test_a_file_is_read_in_the_sandbox_with_the_same_result():
    data = as_excel([["A", "1"], ["B", None]], ["name", "x"])
    assert await read_table_apart(data, "a") == read_table(data)
    with pytest.raises(TableError, match="The file is empty"):
        await read_table_apart(b"", "a")


def test_a_missing_column_is_named_with_those_that_are_there():
    with pytest.raises(TableError, match=r"no column “email” for email. It has “name”, “x”"):
        read(as_csv([("A", "1")], ("name", "x")))
    with pytest.raises(TableError, match="no column “Trust name” for trust"):
        read(as_csv([LINE], HEADER), export={"columns": {"trust": "Trust name"}})


def test_a_jotform_export_is_read_with_its_own_names_and_a_name_in_two_columns():
    header = ("Submission Date", "First Name", "Last Name", "E-mail", "CV", "Submission ID")
    link = "https://www.jotform.com/uploads/kbs/2411/5981/CV.pdf"
    line = ("Aug 1, 2024 10:30:05", "Amara", "Okafor", "a@example.org", link, "5981234567890123456")
    export = {
        "columns": {"name": ["First Name", "Last Name"], "email": "E-mail"},
        "documents": {"cv": "CV"},
    }
    (row,) = read(as_csv([line], header), adapter="jotform", export=export)
    assert row.answers.name == "Amara Okafor"
    assert row.submission_id == "5981234567890123456"
    assert row.submitted_at == datetime(2024, 8, 1, 9, 30, 5, tzinfo=UTC)
    reader = ExportedRow(source("jotform", export).definition)
    payload = reader.read(body_of_row(row), "")
    assert reader.file(payload["documents"]["cv"]).link == link


def test_a_typeform_export_is_read_by_its_token_and_its_times_are_utc():
    header = ("#", "Your name?", "Email", "Start Date (UTC)", "Submit Date (UTC)", "Network ID")
    line = ("abc123", "Amara", "a@example.org", "2024-08-01 10:29:00", "2024-08-01 10:30:00", "x")
    (row,) = read(
        as_csv([line], header), adapter="typeform", export={"columns": {"name": "Your name?"}}
    )
    assert (row.submission_id, row.submitted_at.hour) == ("abc123", 10)


def test_a_microsoft_forms_workbook_is_read_with_its_numbers_and_dates():
    person = {"email": "a@example.org", "name": "Amara", "gmc": 7012345.0}
    data = microsoft((1, person | {"cct": date(2025, 8, 6)}))
    (row,) = read(data, adapter="power-automate", cct_date="cct_date")
    assert (row.submission_id, row.answers.gmc_number) == ("1", "7012345")
    assert row.answers.cct_date.isoformat() == "2025-08-06"
    assert row.submitted_at == datetime(2024, 8, 1, 9, 30, 12, tzinfo=UTC)


def test_the_month_comes_first_only_where_the_source_says_so():
    line = (1, "", "8/7/24 3:05:09 PM", "a@example.org", "Amara", 7012345, "8/6/2025")
    about = {"adapter": "power-automate", "cct_date": "cct_date"}
    (first,) = read(as_csv([line], MICROSOFT), export={"month_first": True}, **about)
    assert first.submitted_at == datetime(2024, 8, 7, 14, 5, 9, tzinfo=UTC)
    assert first.answers.cct_date.isoformat() == "2025-08-06"
    (second,) = read(as_csv([line], MICROSOFT), **about)
    assert second.submitted_at == datetime(2024, 7, 8, 14, 5, 9, tzinfo=UTC)
    wrong = (*line[:2], "8/27/2024 3:05:09 PM", *line[3:])
    with pytest.raises(TableError, match=r"Row 2, column “Completion time”.*day first"):
        read(as_excel([wrong], MICROSOFT), **about)


@pytest.mark.parametrize("at", ["0001-01-01T00:00+14:00", "9999-12-31 23:59:59-10:00"])
def test_a_time_that_is_none_in_every_zone_is_told_with_its_place(at):
    line = (1, "", at, "a@example.org", "Amara", 7012345, "2025-08-06")
    with pytest.raises(TableError, match=r"Row 2, column “Completion time”.*anybody sent a form"):
        read(as_csv([line], MICROSOFT), adapter="power-automate", cct_date="cct_date")


def test_a_row_without_a_usable_address_is_a_row_and_says_what_is_wrong():
    (row,) = read(as_csv([("f-1", "", "A", "nobody", "")], HEADER))
    assert row.answers is None
    assert "cannot be used" in row.faults[0]


# the classes


MOMENT = datetime(2024, 8, 1, 9, 30, tzinfo=UTC)


def row(number, **about):
    given = {"key": f"k{number}", "submission_id": f"f-{number}", "content": f"c{number}"}
    given |= {"submitted_at": MOMENT, "answers": someone(number)}
    return Exported(number=number, **(given | about))


def someone(number, **changes):
    who = {"email": f"p{number}@example.org", "gmc_number": str(7_000_000 + number)}
    return answers(**(who | changes))


def arrival(number, **about):
    given = {"receipt_id": f"k{number}", "submission_id": f"f-{number}", "status": "applied"}
    given |= {"submitted_at": MOMENT, "answers": someone(number), "arrived": number}
    return Arrived(**(given | about))


def kinds(rows, arrived):
    return {line.rows[0].number: line.kind for line in compare(rows, arrived, FIELDS).submissions}


def test_what_never_arrived_differs_or_is_twice_is_told_apart():
    rows = [row(n) for n in range(1, 8)]
    rows[1] = row(2, answers=someone(2, trust="Elsewhere"))
    rows.append(row(8, key="k3", submission_id="f-3", content="other"))
    arrived = [
        arrival(2),
        arrival(3),
        arrival(4),
        arrival(5, status="quarantined", answers=None),
        arrival(6, status="erased", answers=None, submission_id=None),
        arrival(9),
        arrival(10, status="erased", answers=None),
    ]
    assert kinds(rows, arrived) == {
        1: "missing",
        2: "differs",
        3: "twice",
        4: "same",
        5: "unread",
        6: "erased",
        7: "missing",
    }
    found = compare(rows, arrived, FIELDS)
    assert [a.receipt_id for a in found.only_here] == ["k9"]
    (difference,) = found.submissions[1].differences
    assert (difference.name, difference.exported) == ("trust", "Elsewhere")
    assert [r.number for r in found.missing] == [1, 7]


def test_the_same_row_again_is_taken_in_once_and_rows_that_are_not_alike_never():
    alike = [row(1), row(2, key="k1", submission_id="f-1", content="c1")]
    found = compare(alike, [], FIELDS)
    assert [line.kind for line in found.submissions] == ["twice"]
    assert [r.number for r in found.missing] == [1]
    unlike = [row(1), row(2, key="k1", submission_id="f-1")]
    found = compare(unlike, [], FIELDS)
    assert found.missing == ()
    assert found.incomplete


def test_an_edited_submission_counts_as_arrived_if_any_of_its_versions_is_the_one_exported():
    edited = arrival(1, receipt_id="later", answers=someone(1, trust="New"), arrived=5)
    first = arrival(1, answers=someone(1, trust="Old"))
    assert kinds([row(1, answers=someone(1, trust="New"))], [first, edited]) == {1: "same"}


def test_without_an_id_the_person_and_the_time_decide_and_never_the_name():
    by_person = row(1, submission_id=None, key="digest")
    without = arrival(1, submission_id=None, receipt_id="r")
    assert kinds([by_person], [without]) == {1: "same"}
    namesake = arrival(1, submission_id=None, receipt_id="r", answers=someone(2))
    assert kinds([by_person], [namesake]) == {1: "missing"}
    another_day = arrival(
        1, submission_id=None, receipt_id="r", submitted_at=MOMENT + timedelta(hours=1)
    )
    assert kinds([by_person], [another_day]) == {1: "missing"}
    another_id = arrival(1, receipt_id="r", submission_id="f-99")
    assert kinds([row(1)], [another_id]) == {1: "missing"}


@st.composite
def worlds(draw):
    """Rows and arrivals that share ids, people and times in every way."""
    few = st.integers(1, 4)
    maybe_id = st.one_of(st.none(), few.map("f-{}".format))
    rows = []
    for number in range(draw(st.integers(0, 7))):
        said, content = draw(maybe_id), draw(st.sampled_from("ab"))
        person = draw(few)
        key = f"key-{said}" if said else f"digest-{person}-{content}"
        answered = draw(st.sampled_from([someone(person), someone(person, trust="X"), None]))
        moment = draw(st.sampled_from([None, MOMENT, MOMENT + timedelta(seconds=50)]))
        rows.append(Exported(number + 2, key, said, moment, f"{content}{person}", {}, answered, ()))
    arrived = []
    for number in range(draw(st.integers(0, 7))):
        said = draw(maybe_id)
        status = draw(st.sampled_from(["applied", "quarantined", "erased", "dismissed"]))
        receipt = draw(st.sampled_from([f"key-{said}", f"r{number}"]))
        if receipt in {a.receipt_id for a in arrived}:
            continue
        known = someone(draw(few)) if status == "applied" else None
        arrived.append(Arrived(receipt, said, status, MOMENT, number, known))
    return rows, arrived


@given(world=worlds(), seed=st.integers())
def test_every_row_is_in_exactly_one_class_and_shuffling_changes_nothing(world, seed):
    rows, arrived = world
    found = compare(rows, arrived, FIELDS)
    assert sorted(r.number for line in found.submissions for r in line.rows) == [
        r.number for r in rows
    ]
    matched = [a.receipt_id for line in found.submissions for a in line.matches]
    assert len(matched) == len(set(matched))
    gone = [a.receipt_id for a in arrived if a.status == "erased" and a.receipt_id not in matched]
    here = [a.receipt_id for a in found.only_here]
    assert sorted([*matched, *here, *gone]) == sorted(a.receipt_id for a in arrived)
    assert sum(found.counts().values()) == len(found.submissions)
    random.Random(seed).shuffle(rows)
    random.Random(seed).shuffle(arrived)
    assert compare(rows, arrived, FIELDS) == found


@given(world=worlds())
def test_what_was_taken_in_is_not_missing_the_second_time(world):
    rows, arrived = world
    found = compare(rows, arrived, FIELDS)
    taken = [
        Arrived(r.key, r.submission_id, "applied", r.submitted_at or MOMENT, 99, r.answers)
        for r in found.missing
    ]
    again = compare(rows, [*arrived, *taken], FIELDS)
    assert again.missing == ()
    wanted = {r.number for r in found.missing}
    for line in again.submissions:
        if line.rows[0].number in wanted:
            assert line.kind in {"same", "twice", "unread"}


# what spreadsheets and products do to an export


JOTFORM = ("Submission Date", "Name", "Email", "GMC number", "Submission ID")


def typeform_row(token, kind, submitted):
    return (token, "Amara", f"{token}@example.org", kind, submitted)


def test_an_empty_cell_in_a_named_column_is_an_empty_cell():
    export = {"columns": {"trust": "Trust name"}, "submitted_at": "When"}
    header = ("name", "email", "Trust name", "When", "gmc_number")
    (row,) = read(as_csv([("A", "a@example.org", "", "", "7012345")], header), export=export)
    definition = source("standard-webhooks", export).definition
    payload = ExportedRow(definition).read(body_of_row(row), "")
    assert (payload["name"], payload.get("trust")) == ("A", None)
    nameless = ExportedRow(definition).read(b'{"email": "a@example.org"}', "")
    assert "name" not in nameless


@pytest.mark.parametrize("rounded", ["6.08425E+18", "6,08425E+18", "6084250000000000000", "6E+18"])
def test_an_id_that_a_spreadsheet_rounded_is_no_id(rounded):
    lines = [
        ("2024-08-01 10:30:00", f"Person {n}", f"p{n}@example.org", 7_000_000 + n, rounded)
        for n in (1, 2)
    ]
    data = as_csv(lines, JOTFORM, separator=";")
    one, two = read(data, adapter="jotform", gmc_number="GMC number")
    assert (one.submission_id, one.rounded_id) == (None, rounded)
    assert one.key != two.key  # not the same submission twice
    came = [arrival(n, receipt_id=f"r{n}", submission_id=f"60842{n}") for n in (1, 2)]
    found = compare([one, two], came, frozenset({"email"}))
    assert [line.kind for line in found.submissions] == ["same", "same"]
    assert found.rounded == (one, two)


def test_a_number_of_nineteen_digits_in_excel_is_one_that_was_rounded():
    line = ("2024-08-01 10:30:00", "Amara", "a@example.org", 7012345, 6084250000000000123)
    (row,) = read(as_excel([line], JOTFORM), adapter="jotform")
    assert (row.submission_id, row.rounded_id) == (None, "6.08425E+18")


@pytest.mark.parametrize("said", ["5981234567890123456", "abc123", "42", "240861234567", "100"])
def test_an_id_of_the_products_is_not_taken_for_a_rounded_one(said):
    assert not is_rounded(said)


def test_what_typeform_lists_as_begun_was_not_submitted():
    header = ("#", "Your name?", "Email", "Response Type", "Submit Date (UTC)")
    lines = [
        typeform_row("done", "completed", "2024-08-01 10:30:00"),
        typeform_row("half", "partial", ""),
        typeform_row("begun", "started", ""),
    ]
    rows = read(
        as_csv(lines, header), adapter="typeform", export={"columns": {"name": "Your name?"}}
    )
    assert [row.submitted for row in rows] == [True, False, False]
    found = compare(rows, [], frozenset())
    assert [line.kind for line in found.submissions] == ["missing", "unfinished", "unfinished"]
    assert [row.submission_id for row in found.missing] == ["done"]


def test_a_percent_cell_is_read_as_it_is_shown():
    book = Workbook()
    sheet = book.active
    sheet.append(["name", "email", "ltft_percentage"])
    sheet.append(["A", "a@example.org", 0.8])
    sheet["C2"].number_format = "0%"
    held = io.BytesIO()
    book.save(held)
    (row,) = read(held.getvalue(), ltft_percentage="ltft_percentage")
    assert row.answers.ltft_percentage == 80


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n", "This is a PDF. Export the submissions as CSV"),
        (b"\xef\xbb\xbf <html><body><table>", "Open it in Excel and save it as"),
        (b"<?xml version='1.0'?><Workbook>", "Open it in Excel and save it as"),
    ],
)
def test_what_is_no_table_says_what_to_do(data, said):
    with pytest.raises(TableError, match=said):
        read_table(data)
