"""Words in emails are plain, local and safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkify_it import LinkifyIt

from notifications.emails.links import OWN_PAGES_OF, PANEL, PROGRAMME, PROJECT, Link
from notifications.emails.wording import clean, greeting, inert

LINKS = [*OWN_PAGES_OF.values(), PROGRAMME, PROJECT, PANEL]


@given(st.text())
def test_cleaned_text_is_one_line_without_control_characters(text: str):
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert "\n" not in cleaned
    assert "\r" not in cleaned
    assert "\x00" not in cleaned


def test_direction_marks_that_reverse_text_are_removed():
    assert clean("Ada\u202e gro.live\u2066 \u200fOkafor") == "Ada gro.live Okafor"


def test_a_newline_cannot_start_a_header():
    assert clean("Ada\r\nBcc: everybody@example.org") == "Ada Bcc: everybody@example.org"


def test_names_in_any_script_stay_as_they_are():
    assert clean("  Siân  O'Brien-Nguyễn ") == "Siân O'Brien-Nguyễn"
    assert clean("محمد علی") == "محمد علی"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "Win at https://evil.example",
        "visit www.evil.org now",
        "evil.com",
        "a@b",
        "x" * 81,
    ],
)
def test_a_name_that_reads_like_an_advert_is_not_greeted(name: str):
    assert greeting(name) == "Hello"


@pytest.mark.parametrize("name", ["Dr Ada Okafor", "J. R. St. John-Smith", "Ng"])
def test_a_person_is_greeted_by_name(name: str):
    assert greeting(name) == f"Dear {name}"
    assert greeting("J.R. St.John-Smith") == "Dear J. R. St. John-Smith"


LINKIFIER = LinkifyIt(options={"fuzzy_link": True, "fuzzy_email": True, "fuzzy_ip": True})
LINKIFIER.tlds(["example", "app", "zip", "online", "рф", "xn--p1ai"], keep_old=True)
"""What finds links in a text, here instead of the many email programs that do."""


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Visit http://evil.example now", "Visit http: / /evil. example now"),
        ("www.evil.example/a?b=c", "www. evil. example/a?b=c"),
        ("Write to me@evil.example.", "Write to me@evil. example."),
        ("mailto:me@evil or tel:0123", "mailto: me@evil or tel: 0123"),
        ("http://10.0.0.1:80/", "http: / /10. 0. 0. 1:80/"),
        (r"file:\\server\share", "file: \\ \\server\\share"),
        ("evil\u3002example evil.\ufe0fcom", "evil\u3002 example evil. \ufe0fcom"),
        ("Dr A.B. Okafor, B.Sc", "Dr A. B. Okafor, B. Sc"),
    ],
)
def test_nothing_typed_is_a_link_and_everything_is_still_read(typed: str, told: str):
    assert LINKIFIER.test(typed) or "\u3002" in typed or "\\" in typed or "B.Sc" in typed
    assert (inert(typed), LINKIFIER.test(told)) == (told, False)


@pytest.mark.parametrize(
    "typed",
    [
        "Fewer falls on Ward 9: what we did, and why...",
        "A 2.5-fold rise at 10:30 (v1.2), e. g. on Monday. Then £1,200.50",
        "What?! \"Better.\" 'Yes.' Dr. José Núñez (St. Thomas').",
        "محمد علی و همکاران: بررسی",
    ],
)
def test_what_is_no_link_stays_as_it_was_typed(typed: str):
    assert inert(typed) == typed


FRAGMENTS = st.sampled_from(
    [
        *("http://", "HTTPS:", "ftp://", "mailto:", "//", "www.", "@", ".", "\u3002", "\uff0e"),
        *("evil", "com", "example", "co.uk", "рф", "xn--p1ai", "10.0.0.1", "[::1]", ":80", "/"),
        *("\u200c", "\u200d", "\ufe0f", " ", "-", "_", "%2e", "\\", "&", "<", "(", "«"),
    ]
)


@given(st.lists(FRAGMENTS | st.text(max_size=3), max_size=12).map("".join))
def test_no_text_whatever_becomes_a_link(typed: str):
    told = inert(clean(typed))
    assert LINKIFIER.match(told) is None
    assert told.replace(" ", "") == clean(typed).replace(" ", "")
    assert inert(told) == told


@given(st.text(), st.sampled_from(LINKS), st.text())
def test_nothing_that_somebody_typed_holds_a_stand_in(before: str, link: Link, after: str):
    said = clean(f"{before}https://evil.example{link.stored_path}{after}")
    assert link.stored_path not in said
