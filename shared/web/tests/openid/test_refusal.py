"""Each reason has words for a person, and an explanation for whoever runs the site."""

import re
from pathlib import Path

import pytest

from nextstep_web.openid.refusal import REASONS

GUIDE = Path(__file__).parents[4] / "docs" / "sign-in.md"


def test_the_guide_explains_every_reason():
    table = GUIDE.read_text("utf-8").partition("| reason |")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_refusal_says_what_happened_and_what_to_do(reason: str):
    words = REASONS[reason]
    text = words.text.format(provider="Example University", account="a@example.org")
    assert "{" not in text
    assert text.endswith(".")
    assert re.search(r"[Ss]tart again|[Aa]sk|[Tt]ell|another account", text)
    assert words.status in (400, 403, 503)
