"""What an uploaded file is and whether it can be used; hostile ones cost little."""

import asyncio
import io
import time
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.intake.adapters.given_files import given_file
from nextstep_documents import inspecting
from nextstep_documents.archives import (
    DAMAGED,
    DOCX,
    MACROS,
    ODT,
    OLD_WORD,
    PROTECTED,
    TOO_MUCH,
)
from nextstep_documents.inspecting import COULD_NOT, inspect_apart, text_apart
from nextstep_documents.inspection import NOT_ACCEPTED, PDF, Upload, inspect
from nextstep_documents.pdfs import NO_PAGES
from nextstep_documents.plain_text import text_of
from nextstep_documents.sandbox import Limits, LostError, Sandbox, TooMuchError, Turns

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
        (b"PK\x03\x04 cut off", DAMAGED),
        (papers.docx()[:-10], DAMAGED),
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
    assert problem(held.getvalue()) == "it is made of more than 2,000 parts; save it as a PDF"


def renamed_docx(main="word/document2.xml", language="wordprocessingml"):
    """A Word document as some programs write it: its relationships name the main part."""
    with zipfile.ZipFile(io.BytesIO(papers.docx())) as usual:
        types = usual.read("[Content_Types].xml").decode().replace("word/document.xml", main)
        types = types.replace("wordprocessingml", language)
        document = usual.read("word/document.xml")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    rels = f'<Relationships><Relationship Id="r1" Type="{kind}" Target="/{main}"/></Relationships>'
    return papers.zipped({"[Content_Types].xml": types, "_rels/.rels": rels, main: document})


@pytest.mark.parametrize("main", ["word/document2.xml", "document.xml", "word/Dokument (1).xml"])
def test_a_word_document_is_known_by_its_relationships_whatever_its_main_part_is_called(main):
    found = inspect(Upload("cv", "cv.docx", renamed_docx(main)))
    assert (found.content_type, found.problem) == (DOCX, None)
    assert text_of(renamed_docx(main), DOCX) == "Why I apply"


def test_a_spreadsheet_is_no_word_document():
    sheet = renamed_docx("xl/workbook.xml", "spreadsheetml")
    assert inspect(Upload("cv", "cv.docx", sheet)).problem == NOT_ACCEPTED


@pytest.mark.parametrize(
    "before", [b"\r\n", b"\xef\xbb\xbf", b"Content-Type: application/pdf\r\n\r\n"]
)
def test_a_pdf_may_have_bytes_before_it(before):
    found = inspect(Upload("cv", "cv.pdf", before + papers.pdf()))
    assert (found.content_type, found.problem) == (PDF, None)


def test_a_web_page_that_speaks_of_pdfs_and_a_mark_too_far_in_are_no_pdf():
    for data in (b"<html>%PDF-1.4" + papers.pdf(), b" " * 1100 + papers.pdf()):
        assert inspect(Upload("cv", "cv.pdf", data)).content_type != PDF


def test_further_files_of_one_answer_are_named():
    files = [{"name": n, "content": "JVBERi0="} for n in ("CV.pdf", "Second.pdf", "Third.pdf")]
    found = given_file(files)
    assert (found.name, found.others) == ("CV.pdf", ("Second.pdf", "Third.pdf"))
    links = given_file(["https://a.example/1/CV.pdf", "https://a.example/2/B.pdf"])
    assert (links.link, links.others) == ("https://a.example/1/CV.pdf", ("B.pdf",))


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


LOOK = f"{inspecting.__name__}:inspected"
ABOUT = {"key": "cv", "name": "a.pdf", "largest": 10_000_000}


@pytest.fixture
def sandbox():
    made = Sandbox()
    yield made
    made.close()


async def test_a_file_is_inspected_in_another_process_with_the_same_result():
    upload = Upload("cv", "../my CV.exe", papers.pdf(script="app.alert(1)"))
    assert await inspect_apart(upload, "a") == inspect(upload)
    assert await text_apart(papers.docx("Hello"), DOCX, "a") == "Hello"


async def test_a_file_that_takes_too_much_time_or_memory_ends_its_process_and_no_other(
    sandbox, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    for call in ("costly:spin", "costly:grow"):
        with pytest.raises(TooMuchError):
            await sandbox.ask(call, {}, b"x", owner="a", limits=Limits(1, 20.0))
    found = await sandbox.ask(LOOK, ABOUT, papers.pdf(), owner="a")
    assert found["problem"] is None
    with pytest.raises(TooMuchError):
        await sandbox.ask("costly:sleep", {}, b"x", owner="a", limits=Limits(5, 0.2))


async def test_who_sends_many_that_take_long_holds_up_nobody_else(sandbox, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    bombs = [
        asyncio.create_task(
            sandbox.ask("costly:spin", {}, b"x", owner="hostile", limits=Limits(1, 20.0))
        )
        for _ in range(6)
    ]
    await asyncio.sleep(0)
    for person in ("a", "b", "c", "d"):
        found = await sandbox.ask(LOOK, ABOUT, papers.pdf(), owner=person)
        assert found["problem"] is None
    assert sum(one.done() for one in bombs) < len(bombs)
    for one in bombs:
        one.cancel()
    await asyncio.gather(*bombs, return_exceptions=True)
    assert (await sandbox.ask(LOOK, ABOUT, papers.pdf(), owner="hostile"))["problem"] is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30))
def test_everybody_gets_their_turn_and_nobody_has_two_places(asked):
    async def all_of_them():
        turns, inside, served = Turns(2), [], 0

        async def one(owner, steps):
            nonlocal served
            await turns.begin(owner)
            inside.append(owner)
            assert len(inside) <= 2
            assert inside.count(owner) == 1
            for _ in range(steps):
                await asyncio.sleep(0)
            inside.remove(owner)
            turns.end(owner)
            served += 1

        async with asyncio.timeout(5):
            await asyncio.gather(*(one(*each) for each in asked))
        assert served == len(asked)

    asyncio.run(all_of_them())


async def test_who_comes_last_is_not_served_last_if_others_have_many():
    turns, order = Turns(1), []

    async def one(owner):
        await turns.begin(owner)
        order.append(owner)
        turns.end(owner)

    await turns.begin("first")
    waiting = [asyncio.create_task(one(owner)) for owner in ("a", "a", "a", "b")]
    for _ in range(3):
        await asyncio.sleep(0)
    turns.end("first")
    await asyncio.gather(*waiting)
    assert order == ["a", "b", "a", "a"]


async def test_a_file_that_breaks_the_process_is_refused_and_the_next_is_inspected(
    sandbox, monkeypatch
):
    with pytest.raises(LostError):
        await sandbox.ask(LOOK, {}, b"this message lacks what it needs", owner="a")
    assert (await sandbox.ask(LOOK, ABOUT, papers.pdf(), owner="a"))["problem"] is None

    async def lost(*_, **__):
        raise LostError("gone")

    monkeypatch.setattr(Sandbox, "ask", lost)
    assert (await inspect_apart(Upload("cv", "a.pdf", papers.pdf()), "a")).problem == COULD_NOT


async def test_a_process_that_was_ended_from_outside_costs_no_file(sandbox):
    await sandbox.ask(LOOK, ABOUT, papers.pdf(), owner="a")
    for one in sandbox._all:
        if one._process:
            one._process.kill()
    assert (await sandbox.ask(LOOK, ABOUT, papers.pdf(), owner="a"))["problem"] is None


def test_a_list_of_parts_that_are_never_closed_is_read_once():
    rels = b"<Relationship " * 70_000
    started = time.process_time()
    assert problem(papers.docx(**{f"word/_rels/{n}.rels": rels for n in range(5)})) is None
    assert time.process_time() - started < 3


async def test_a_fault_of_the_form_is_told_without_a_look():
    upload = replace(Upload("cv", "a.pdf", b""), fault="the file did not arrive")
    assert (await inspect_apart(upload, "a")).problem == "the file did not arrive"
