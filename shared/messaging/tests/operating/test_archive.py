"""The archive of what is held about a person."""

import io
import json
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_messaging.operating.archive import for_owner_alone, main, merged, part_of, readable


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


HELD = {
    "fellow": {"name": "Kim <b>O'Neill</b>", "erased": False, "trust": None},
    "scores_received": [{"comment": "Good.\nVery"}, {"comment": ""}],
    "tags": ["one", "two"],
}


def test_an_archive_is_read_by_its_owner_alone(tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(b"older")
    path.chmod(0o644)
    with for_owner_alone(path) as to:
        to.write(b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


def test_a_part_is_readable_complete_and_holds_the_files():
    found = unpacked(part_of("awards", "p1", HELD, [("poster.pdf", b"%PDF"), ("poster.pdf", b"2")]))
    assert sorted(found) == [
        "awards/data.json",
        "awards/files/01-poster.pdf",
        "awards/files/02-poster.pdf",
        "awards/index.html",
    ]
    assert json.loads(found["awards/data.json"]) == HELD
    page = found["awards/index.html"].decode()
    assert "Kim &lt;b&gt;O&#x27;Neill&lt;/b&gt;" in page
    assert "<dt>Scores received</dt>" in page
    assert "Good.<br>Very" in page
    assert 'href="files/02-poster.pdf"' in page


def test_parts_are_put_into_one_archive_with_a_page_that_leads_to_each(tmp_path):
    for name in ("awards", "scheduling"):
        (tmp_path / f"{name}.zip").write_bytes(part_of(name, "p1", HELD, []))
    main(
        [str(tmp_path / "all.zip"), str(tmp_path / "awards.zip"), str(tmp_path / "scheduling.zip")]
    )
    found = unpacked((tmp_path / "all.zip").read_bytes())
    assert {"index.html", "awards/data.json", "scheduling/data.json"} <= found.keys()
    assert b'href="scheduling/index.html"' in found["index.html"]


def test_what_is_no_archive_is_refused_in_words(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"no")
    with pytest.raises(SystemExit, match="cannot be made"):
        main([str(tmp_path / "all.zip"), str(tmp_path / "no.zip")])


@given(st.lists(st.tuples(st.text(max_size=200), st.binary(max_size=5)), max_size=4))
def test_no_file_name_unpacks_outside_its_folder(files: list[tuple[str, bytes]]):
    names = [n for n in unpacked(merged([part_of("a", "p", {}, files)])) if "/files/" in n]
    assert len(names) == len(files)
    for name in names:
        assert PurePosixPath(name).parent == PurePosixPath("a/files")
        assert "\\" not in name
        assert len(PurePosixPath(name).name) < 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_any_shape_can_be_shown_and_adds_no_markup(held):
    page = readable("t", held)
    assert page.count("<script") == 0
    assert page.endswith("</html>")
