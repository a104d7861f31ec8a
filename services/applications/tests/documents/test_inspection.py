"""What an uploaded file is and whether it can be used; hostile ones cost little."""

import io
import tracemalloc
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.documents.archives import (
    DAMAGED,
    DOCX,
    MACROS,
    ODT,
    OLD_WORD,
    PROTECTED,
    TOO_MUCH,
)
from applications.documents.inspection import NOT_ACCEPTED, PDF, Upload, inspect
from applications.documents.pdfs import NO_PAGES
from applications.documents.plain_text import text_of
from applications.documents.sandbox import (
    COULD_NOT,
    Inspector,
    LostError,
    TookTooLongError,
    inspect_apart,
    text_apart,
)

from .. import papers

RESOURCES = "word/_rels/settings.xml.rels"


def problem(data):
    return inspect(Upload("cv", "CV.pdf", data)).problem


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (papers.pdf(), PDF),
        (papers.docx(), DOCX),
        (papers.odt(), ODT),
        (papers.pdf(owner="may not print"), PDF),
    ],
)
def test_a_document_that_can_be_opened_is_usable(data, content_type):
    found = inspect(Upload("cv", "CV.pdf", data))
    assert (found.content_type, found.problem, found.notes) == (content_type, None, ())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file was empty"),
        (b"<!doctype html><title>Sign in</title>", NOT_ACCEPTED),
        (b"%PDF-1.7\n<html>not one at all</html>", DAMAGED),
        (papers.pdf()[:200], DAMAGED),
        (papers.pdf(pages=0), NO_PAGES),
        (papers.pdf(password="secret"), PROTECTED),
        (papers.OLE + "EncryptedPackage".encode("utf-16-le"), PROTECTED),
        (papers.OLE + "WordDocument".encode("utf-16-le"), OLD_WORD),
        (papers.OLE, NOT_ACCEPTED),
        (papers.docx(kind=papers.MACRO_WORD), MACROS),
        (papers.docx(**{"word/vbaProject.bin": papers.OLE}), MACROS),
        (papers.odt(**{"Basic/Standard/Module1.xml": "<script/>"}), MACROS),
        (papers.odt(**{"Scripts/python/run.py": "print()"}), MACROS),
        (
            papers.odt(**{"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            PROTECTED,
        ),
        (papers.zipped({"readme.txt": "not a document"}), NOT_ACCEPTED),
        (b"PK\x03\x04 cut off", NOT_ACCEPTED),
    ],
)
def test_what_cannot_be_used_says_why(data, said):
    assert problem(data) == said


def test_an_odt_with_an_empty_list_of_macros_is_usable():
    assert problem(papers.odt(**{"Basic/script-lc.xml": "<library:libraries/>"})) is None


def test_an_archive_with_an_encrypted_part_is_protected():
    data = bytearray(papers.docx())
    for at in (i for i in range(len(data)) if data[i : i + 4] == b"PK\x01\x02"):
        data[at + 8] |= 1
    assert problem(bytes(data)) == PROTECTED


def test_a_part_that_holds_more_than_it_says_is_damaged_not_unpacked():
    data = papers.docx(**{"word/media/1.bin": b"\0" * 1_000_000})
    lying = data.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    assert problem(lying) == DAMAGED


def test_an_archive_of_too_many_parts_is_not_listed():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for n in range(3000):
            archive.writestr(f"word/{n}.xml", b"")
    assert problem(papers.docx()) is None
    assert problem(held.getvalue()) == NOT_ACCEPTED


def test_a_zip_bomb_is_refused_without_being_unpacked():
    data = papers.bomb()
    tracemalloc.start()
    assert problem(data) == TOO_MUCH
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000  # it unpacks to 250 million


def test_a_small_file_that_packs_very_well_is_no_bomb():
    assert problem(papers.docx(text="again and again " * 100_000)) is None


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (papers.pdf(script="app.alert(1)"), "It contains JavaScript."),
        (papers.docx(**{"word/embeddings/sheet.xlsx": b"PK"}), "It has other files inside."),
        (
            papers.docx(
                **{
                    RESOURCES: '<Relationship Type="http://schemas/attachedTemplate"'
                    ' Target="http://example.org/t.dotm" TargetMode="External"/>'
                }
            ),
            "It loads a template or another part from elsewhere when it is opened.",
        ),
    ],
)
def test_what_is_odd_but_usable_is_told_to_the_office(data, note):
    found = inspect(Upload("cv", "CV.pdf", data))
    assert (found.problem, found.notes) == (None, (note,))


def test_a_link_that_a_reader_clicks_is_not_odd():
    link = '<Relationship Type="http://x/relationships/hyperlink" TargetMode="External"/>'
    assert inspect(Upload("cv", "a", papers.docx(**{RESOURCES: link}))).notes == ()


@given(st.binary(max_size=300), st.sampled_from([papers.pdf(), papers.docx(), papers.odt()]))
def test_no_bytes_break_the_inspection(noise, real):
    at = len(noise) * 7 % len(real)
    for data in (noise, real[:at] + noise + real[at + len(noise) :], b"PK\x03\x04" + noise):
        found = inspect(Upload("cv", "CV.pdf", data))
        assert isinstance(found.problem, (str, type(None)))
        text_of(data, DOCX)


def test_the_text_of_a_document_is_read_without_opening_it():
    assert text_of(papers.docx("Why &lt;I&gt; apply"), DOCX) == "Why <I> apply"
    assert text_of(papers.odt("What I bring"), ODT) == "What I bring"
    assert text_of(papers.pdf(), DOCX) is None


def test_entities_are_never_expanded():
    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:t>&b;</w:t>'
    data = papers.zipped({"[Content_Types].xml": "", "word/document.xml": laughs})
    assert text_of(data, DOCX) is None


def test_a_file_is_inspected_in_another_process_with_the_same_result():
    upload = Upload("cv", "../my CV.exe", papers.pdf(script="app.alert(1)"))
    assert inspect_apart(upload) == inspect(upload)
    assert text_apart(papers.docx("Hello"), DOCX) == "Hello"


def test_a_file_that_takes_too_long_ends_its_process_and_no_other():
    inspector = Inspector(seconds=0.001)
    with pytest.raises(TookTooLongError):
        inspector.ask({"do": "inspect", "key": "cv", "name": "a"}, papers.bomb())
    inspector.close()
    patient = Inspector()
    found = patient.ask({"do": "inspect", "key": "cv", "name": "a"}, papers.pdf())
    assert found["problem"] is None
    patient.close()


def test_a_file_that_breaks_the_process_is_refused_and_the_next_is_inspected(monkeypatch):
    inspector = Inspector()
    monkeypatch.setattr("applications.documents.sandbox.inspector", lambda: inspector)
    with pytest.raises(LostError):
        inspector.ask({"do": "inspect"}, b"this message lacks what it needs")
    assert inspect_apart(Upload("cv", "a.pdf", papers.pdf())).problem is None
    monkeypatch.setattr(Inspector, "ask", _lost)
    lost = inspect_apart(Upload("cv", "a.pdf", papers.pdf()))
    assert lost.problem == COULD_NOT
    inspector.close()


def test_a_process_that_was_ended_from_outside_costs_no_file():
    inspector = Inspector()
    ask = {"do": "inspect", "key": "cv", "name": "a"}
    inspector.ask(ask, papers.pdf())
    inspector._process.kill()
    assert inspector.ask(ask, papers.pdf())["problem"] is None
    inspector.close()


def _lost(*_):
    raise LostError("gone")


def test_a_fault_of_the_form_is_told_without_a_look():
    upload = replace(Upload("cv", "a.pdf", b""), fault="the file did not arrive")
    assert inspect_apart(upload).problem == "the file did not arrive"
