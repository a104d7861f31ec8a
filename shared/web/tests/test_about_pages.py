"""The pages that the law asks for, and the way to them from every page."""

from datetime import date

import pytest

from nextstep_programme import LegalPages, LegalText, load
from nextstep_web.footer import footer_links, notice_for
from nextstep_web.markdown import html_of
from nextstep_web.principal import Principal

from .conftest import browser_of

TODAY = date(2024, 9, 3)
PACKAGED = load("2024-25").legal_pages


def somebody(*roles):
    return Principal("p1", "Ada", frozenset(roles), "p1", "s1")


def version(number, since, words="Words."):
    return LegalText("cookies", number, date.fromisoformat(since), "Cookies", words)


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        (("applicant",), "privacy-applicants"),
        (("fellow",), "privacy-fellows"),
        (("applicant", "fellow"), "privacy-fellows"),
        (("panellist",), "privacy-panel"),
        (("coach",), "privacy-coaches"),
        (("office",), "privacy"),
        ((), "privacy"),
    ],
)
def test_the_footer_leads_to_the_notice_of_whoever_reads_the_page(roles, page):
    links = footer_links(PACKAGED, notice_for(somebody(*roles)), TODAY)
    assert [one for one, _ in links] == [page, "accessibility", "cookies", "contact"]


def test_the_footer_leads_to_no_page_that_is_not_there():
    assert footer_links(LegalPages(), None, TODAY) == []
    one = LegalPages((version("1", "2024-09-04"),))
    assert footer_links(one, None, TODAY) == []
    assert footer_links(one, None, date(2024, 9, 4)) == [("cookies", "Cookies")]


def test_html_in_a_text_is_shown_as_it_is_written():
    assert html_of("<script>alert(1)</script> <b>x</b>") == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;x&lt;/b&gt;</p>\n"
    )


@pytest.mark.parametrize("to", ["javascript:alert(1)", "vbscript:x", "data:text/html;base64,PHM+"])
def test_a_link_leads_to_no_script(to):
    assert "<a" not in html_of(f"[x]({to})")


def test_what_is_to_be_confirmed_is_marked_and_escaped():
    html = html_of("A [to be confirmed: the <full> address] B")
    assert (
        'A <mark class="ns-legal__open">[to be confirmed: the &lt;full&gt; address]</mark> B'
        in html
    )


@pytest.mark.parametrize("text", PACKAGED.texts, ids=lambda text: text.page)
def test_every_gap_of_a_packaged_text_is_marked(text):
    html = str(html_of(text.markdown))
    assert html.count("[to be confirmed") == html.count('class="ns-legal__open"') > 0


async def test_each_page_is_there_for_everybody_without_a_cookie(make_app):
    browser = browser_of(make_app(legal=PACKAGED))
    for text in PACKAGED.texts:
        answer = await browser.get(f"/awards/about/{text.page}")
        assert answer.status_code == 200
        assert f'<h1 class="nhsuk-heading-l">{text.title}</h1>' in answer.text
        assert "Version 2024-25.1, in force from 1 May 2024." in answer.text
        assert "set-cookie" not in answer.headers
    notices = await browser.get("/awards/about/privacy")
    assert "set-cookie" not in notices.headers
    assert [
        f"/awards/about/{p}" in notices.text for p in ("privacy-applicants", "privacy-coaches")
    ] == [
        True,
        True,
    ]


async def test_the_links_between_the_texts_lead_somewhere(make_app):
    browser = browser_of(make_app(legal=PACKAGED))
    for text in PACKAGED.texts:
        page = await browser.get(f"/awards/about/{text.page}")
        for link in set(page.text.split('href="')):
            to = link.partition('"')[0]
            if not to.startswith(("#", "/", "http", "mailto:", "<")):
                assert (await browser.get(f"/awards/about/{to}")).status_code == 200, to


async def test_an_earlier_version_stays_for_whoever_was_shown_it_and_a_later_one_is_not_shown(
    make_app,
):
    pages = LegalPages(
        (
            version("1", "2024-06-03", "The first."),
            version("2", "2024-09-01", "The second."),
            version("3", "2024-12-01", "The third."),
        )
    )
    browser = browser_of(make_app(legal=pages))
    newest = await browser.get("/awards/about/cookies")
    assert "The second." in newest.text
    assert "/awards/about/cookies?version=1" in newest.text
    first = await browser.get("/awards/about/cookies?version=1")
    assert ("The first." in first.text, "earlier version" in first.text) == (True, True)
    assert (await browser.get("/awards/about/cookies?version=3")).status_code == 404


async def test_a_page_that_is_not_there_is_a_404_and_no_footer_leads_to_it(make_app):
    browser = browser_of(make_app())
    for page in ("cookies", "privacy", "no-such-page"):
        answer = await browser.get(f"/awards/about/{page}")
        assert answer.status_code == 404
        assert "/awards/about/" not in answer.text
