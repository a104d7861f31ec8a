"""The pages that the law asks for: which is in force, what each must say, what is missing."""

from datetime import date

import pytest

from nextstep_programme import CohortError, cohort_path, load, load_cohort
from nextstep_programme.legal_pages import LEGAL_PAGES, LegalPages, LegalText

OPENS = date(2024, 6, 3)
COOKIES = "# Cookies\n\n## The cookies we use\n\nOne.\n"


def text(version, on, page="cookies"):
    return LegalText(page, version, date.fromisoformat(on), "Cookies", "One.")


@pytest.fixture
def with_cookies(edited):
    """The packaged cohort with no other page than cookies, whose file says this."""

    def load_with(said, *changes, file="cookies.md"):
        packaged = cohort_path("2024-25").read_text("utf-8")
        begins = packaged.index("legal_pages:")
        listed = packaged[begins : packaged.index("\n\n", begins) + 1]
        page = (
            'legal_pages:\n  - page: cookies\n    version: "1"\n'
            f"    in_force_from: 2024-06-03\n    file: {file}\n"
        )
        path = edited((listed, page), *changes)
        if said is not None:
            (path.parent / "cookies.md").write_bytes(
                said if isinstance(said, bytes) else said.encode()
            )
        return load_cohort(path)

    return load_with


def test_the_packaged_cohort_has_every_page_on_the_day_it_opens():
    assert load("2024-25").legal_pages.missing(OPENS) == ()


def test_before_its_day_no_page_is_in_force():
    assert load("2024-25").legal_pages.missing(date(2024, 4, 30)) == LEGAL_PAGES


def test_the_newest_version_that_has_begun_is_in_force():
    pages = LegalPages((text("2", "2024-09-01"), text("1", "2024-06-03")))
    assert pages.in_force("cookies", date(2024, 8, 31)).version == "1"
    assert pages.in_force("cookies", date(2024, 9, 1)).version == "2"
    assert [one.version for one in pages.versions("cookies")] == ["2", "1"]


def test_what_the_office_has_to_fill_in_is_listed_for_each_page():
    unfinished = [p for p in load("2024-25").warnings if p.code == "legal-page-unfinished"]
    assert len(unfinished) == len(LEGAL_PAGES)
    contact = next(point for point in unfinished if "contact.md" in point.message)
    assert "the full email address; the period;" in contact.message


def test_a_missing_page_is_named_and_stops_nobody_but_applicants(with_cookies):
    loaded = with_cookies(COOKIES)
    missing = [p.message for p in loaded.warnings if p.code == "legal-page-missing"]
    assert len(missing) == len(LEGAL_PAGES) - 1
    assert missing[0] == (
        "the privacy notice for applicants is missing on Monday 3 June 2024, when applications"
        " would open: they stay closed until it is there."
    )


def test_a_file_that_is_not_there_is_a_missing_page(with_cookies):
    assert "cookies" in with_cookies(None).legal_pages.missing(OPENS)


def test_a_page_that_begins_after_applications_open_is_missing_until_then(with_cookies):
    later = ("in_force_from: 2024-06-03", "in_force_from: 2024-06-04")
    missing = with_cookies(COOKIES, later).legal_pages.missing
    assert ("cookies" in missing(OPENS), "cookies" in missing(date(2024, 6, 4))) == (True, False)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("## The cookies we use\n", "has no title"),
        ("One.\n\n# Cookies\n\n## The cookies we use\n", "has no title"),
        ("# Cookies\n\n# Again\n\n## The cookies we use\n", "more than one"),
        (COOKIES + "<script>alert(1)</script>\n", "holds HTML"),
        (COOKIES + "Some <b>bold</b> words.\n", "holds HTML"),
        ("# Cookies\n\nNone.\n", "lacks what it must say"),
        (COOKIES.encode() + b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_page_that_does_not_say_what_it_must_makes_the_file_unusable(with_cookies, said, message):
    with pytest.raises(CohortError) as refused:
        with_cookies(said)
    (problem,) = refused.value.problems
    assert problem.field == "legal_pages[0].file"
    assert message in problem.message


@pytest.mark.parametrize(
    "file", ["/etc/passwd.md", "../cookies.md", "cookies.txt", "'a/../../b.md'"]
)
def test_a_file_elsewhere_is_never_read(with_cookies, file):
    with pytest.raises(CohortError) as refused:
        with_cookies(COOKIES, file=file)
    assert "no file beside this one" in refused.value.problems[0].message


def test_two_versions_of_a_page_have_their_own_names_and_days(problems_of):
    again = "  - page: accessibility\n"
    twice = (
        again + '    version: "2024-25.1"\n    in_force_from: 2024-05-01\n    file: x.md\n' + again
    )
    fields = [problem.field for problem in problems_of((again, twice))]
    assert fields == ["legal_pages[5].version", "legal_pages[5].in_force_from"]


def test_the_accessibility_statement_lacks_none_of_the_parts_that_the_regulations_ask_for(
    edited,
):
    path = edited()
    (path.parent / "2024-25").mkdir()
    statement = (
        cohort_path("2024-25").parent.joinpath("2024-25/accessibility.md").read_text("utf-8")
    )
    for part in ("Compliance status", "Enforcement procedure"):
        changed = statement.replace(f"## {part}", "## Something")
        (path.parent / "2024-25/accessibility.md").write_text(changed, "utf-8")
        with pytest.raises(CohortError, match=f"also the headings “{part}”"):
            load_cohort(path)
