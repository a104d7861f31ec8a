"""Components that are rendered once for all pages are what the ported macros make."""

import pytest
from jinja2 import Template
from markupsafe import Markup

from nextstep_web import pages
from nextstep_web.display import LONDON

RADIOS = {"name": "state", "items": [{"value": "a", "text": "A"}, {"value": "b", "text": "B"}]}
PARAMS = [
    RADIOS,
    RADIOS | {"value": "a"},
    RADIOS | {"value": "b"},
    RADIOS | {"name": "other"},
    RADIOS | {"hint": {"text": "<b>"}},
    RADIOS | {"hint": {"text": Markup("<b>")}},
    RADIOS | {"errorMessage": {"text": "Choose one."}},
]


@pytest.fixture
def page() -> Template:
    return pages._environment([], LONDON).from_string(
        '{% from "nhsuk/components/radios/macro.jinja" import radios %}'
        "{{ kept(radios, params) if keep else radios(params) }}"
    )


def test_a_kept_component_is_what_its_macro_makes(page: Template) -> None:
    made = [page.render(params=params, keep=False) for params in PARAMS]
    for _ in range(2):
        assert [page.render(params=params, keep=True) for params in PARAMS] == made
    assert len(set(made)) == len(PARAMS)


def test_what_is_kept_is_bounded(page: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_KEPT", 3)
    kept = page.environment.globals["kept"]
    assert isinstance(kept, pages._Kept)
    for number in range(10):
        page.render(params=RADIOS | {"name": f"n{number}"}, keep=True)
        assert len(kept._html) <= 3
    before = len(kept._html)
    page.render(params=RADIOS | {"value": "x" * pages.LONGEST_KEPT}, keep=True)
    assert len(kept._html) == before
