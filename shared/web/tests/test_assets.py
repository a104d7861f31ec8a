import json
import shutil
from pathlib import Path

import pytest

from nextstep_web import assets


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder that the build reads and writes."""
    ignore = shutil.ignore_patterns("node_modules", "tests", "__pycache__", "*.py")
    return Path(shutil.copytree(assets.FOLDER, tmp_path / "web", ignore=ignore))


def test_the_built_files_are_those_of_their_sources():
    assert list(assets.problems(assets.FOLDER)) == []
    assert assets.main(["check"]) == 0


def test_a_changed_source_is_noticed(copy: Path):
    (copy / "assets/page.js").write_text("// nothing\n")
    assert list(assets.problems(copy)) == [
        "The sources of the style sheet or scripts have changed since: run make assets"
    ]


def test_a_built_file_changed_by_hand_is_noticed(copy: Path):
    (copy / "src/nextstep_web/static/page.css").write_text("")
    (copy / "src/nextstep_web/static/extra.js").write_text("")
    assert list(assets.problems(copy)) == [
        "static/extra.js is not what was built: run make assets",
        "static/page.css is not what was built: run make assets",
    ]


def test_styles_of_another_version_than_the_templates_are_noticed(copy: Path):
    built = copy / "src/nextstep_web/static/built.json"
    record = json.loads(built.read_text())
    record["packages"]["nhsuk-frontend"] = "10.0.0"
    built.write_text(json.dumps(record))
    (problem,) = assets.problems(copy)
    assert problem.endswith("but the style sheet is built from 10.0.0")


def test_the_lock_names_no_registry_but_the_public_one():
    lock = json.loads((assets.FOLDER / "package-lock.json").read_text())
    places = {entry.get("resolved", "") for entry in lock["packages"].values()}
    assert all(
        place in ("", None) or place.startswith("https://registry.npmjs.org/") for place in places
    )


def test_no_built_style_or_script_of_ours_names_another_host_or_a_licensed_font():
    static = assets.PACKAGE / "static"
    for name in ("page.css", "page.js", "docs.js"):
        text = (static / name).read_text().replace("http://www.w3.org/", "")
        assert "http:" not in text
        assert "https:" not in text
        assert "frutiger" not in text.lower()
