"""Components that are rendered once for all pages are what the ported macros make."""

import pytest
from jinja2 import Template
from markupsafe import Markup

from nextstep_programme import load
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


@pytest.fixture
def asking() -> Template:
    """How a page of an applicant says where to ask."""
    return pages._environment([], LONDON).from_string(
        '{% import "nextstep/macros.html" as ns %}{{ ns.ask_the_office(cohort) }}'
    )


@pytest.mark.parametrize(
    ("contact", "email", "said"),
    [
        (
            "the kbsparticipants mailbox",
            "kbs@example.org",
            "write to the kbsparticipants mailbox, ",
        ),
        ("office@example.org", None, "write to <a"),
    ],
)
def test_whoever_is_told_to_write_is_told_the_address(
    asking: Template, contact: str, email: str | None, said: str
) -> None:
    cohort = load("2024-25").cohort.model_copy(update={"contact": contact, "contact_email": email})
    address = email or contact
    told = asking.render(cohort=cohort)
    assert told == f'{said.removesuffix("<a")}<a href="mailto:{address}">{address}</a>'


def test_nobody_is_sent_to_a_mailbox_without_an_address(asking: Template) -> None:
    told = asking.render(cohort=load("2024-25").cohort)
    assert told == "reply to any email that you have from us"


def test_a_label_that_a_heading_says_already_is_for_screen_readers_alone() -> None:
    made = pages._environment([], LONDON).from_string(
        '{% import "nextstep/macros.html" as ns %}'
        '{{ ns.radio_field("a", "Leave", [{"value": "x", "text": "X"}], unseen=unseen) }}'
    )
    hidden = "nhsuk-u-visually-hidden"
    assert hidden in made.render(unseen=True)
    assert hidden not in made.render(unseen=False)
