"""What a document is told to be by its content, and what it may be called, as rules."""

import pytest

from applications.documents.given_file import as_upload, from_base64
from nextstep_documents.inspection import (
    DOCX,
    ODT,
    PDF,
    Upload,
    inspect,
    safe_name,
)

from .. import forms


@pytest.mark.parametrize(
    ("data", "content_type", "problem"),
    [
        (forms.PDF, PDF, None),
        (forms.docx(), DOCX, None),
        (forms.odt(), ODT, None),
        (b"", None, "the file was empty"),
        (b"hello", None, "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"),
        (b"MZ" + b"\0" * 99, None, "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file"),
        (forms.docx()[:-30], None, "the file is damaged and cannot be opened"),
        (forms.PDF + b"x" * 10_485_760, PDF, "the file was larger than 10 MB"),
    ],
)
def test_a_document_is_what_its_content_says(data, content_type, problem):
    found = inspect(Upload("cv", "holiday.jpg", data))
    assert found.problem == problem
    assert found.content_type == (content_type or "application/octet-stream")


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("CV.pdf", "CV.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\my cv.docx", "my cv.pdf"),
        ("\u202egpj.exe", "gpj.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c_d.pdf"),
        ("", "cv.pdf"),
        (" .. ", "cv.pdf"),
        ("n" * 300 + ".pdf", "n" * 96 + ".pdf"),
    ],
)
def test_a_file_name_is_made_safe(given_name, safe):
    assert safe_name(given_name, "cv", PDF) == safe


@pytest.mark.parametrize("content", ["%%%", "YQ=", None, 5, "data:application/pdf;base64,%"])
def test_damaged_base64_is_a_document_that_is_still_needed(content):
    assert inspect(as_upload("cv", from_base64("cv.pdf", content))).problem
