"""The threat model names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/-]+\.py(?:::\w+)?)`", PAGE)))


@pytest.mark.parametrize("named", NAMED)
def test_what_the_threat_model_names_is_there(named):
    path, _, name = named.partition("::")
    text = (ROOT / path).read_text()
    assert f"def {name}(" in text if name else re.search("def test_|Suite", text)


def test_no_row_stands_without_a_test():
    rows = [row for row in PAGE.splitlines() if row.startswith("| ") and "---" not in row]
    claims = [row for row in rows if not row.startswith(("| who |", "| what |"))]
    assert len(claims) > 15
    for row in claims:
        assert re.search(r"`[\w/-]+\.py", row), row
