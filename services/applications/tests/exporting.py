"""Exports as the form products write them, of the submissions in `forms`."""

import csv
import io
from datetime import datetime

from openpyxl import Workbook

COLUMNS = ("submission_id", "submitted_at", "name", "email", "gmc_number", "trust", "cct_date")


def as_csv(rows, header, *, separator=",", encoding="utf-8", start=""):
    held = io.StringIO()
    writer = csv.writer(held, delimiter=separator)
    writer.writerow(header)
    writer.writerows(rows)
    return (start + held.getvalue()).encode(encoding)


def native(*submissions, columns=COLUMNS):
    """An export of our own form, whose headings are the places in its field map."""
    return as_csv([[given.get(c, "") for c in columns] for given in submissions], columns)


def as_excel(rows, header):
    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


MICROSOFT = ("ID", "Start time", "Completion time", "Email", "Name", "GMC number", "CCT date")


def microsoft(*people):
    """What Microsoft Forms writes: numbers, real dates, the questions as headings."""
    began = datetime.fromisoformat("2024-08-01T10:25:00")  # without a zone, as Excel has it
    ended = datetime.fromisoformat("2024-08-01T10:30:12")
    rows = [(n, began, ended, p["email"], p["name"], p["gmc"], p["cct"]) for n, p in people]
    return as_excel(rows, MICROSOFT)
