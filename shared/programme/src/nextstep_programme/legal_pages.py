"""The pages that the law asks for: their versions, which one is in force, what each must say.

Each is a Markdown file beside the cohort's. Its first line is its title (`# ...`), its parts have
headings (`## ...`). HTML means nothing in it. Where the office still has to fill something in, the
text says so: `[to be confirmed: the full address]`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token

from nextstep_programme.findings import Inconsistency, Remark
from nextstep_programme.model import Cohort, LegalPage, LegalPageName
from nextstep_programme.writing import listed, weekday

LEGAL_PAGES: tuple[LegalPageName, ...] = get_args(LegalPageName)
CALLED: Mapping[LegalPageName, str] = {
    "privacy-applicants": "the privacy notice for applicants",
    "privacy-fellows": "the privacy notice for Fellows",
    "privacy-panel": "the privacy notice for panellists and reviewers",
    "privacy-coaches": "the privacy notice for coaches and facilitators",
    "accessibility": "the accessibility statement",
    "cookies": "the page about cookies",
    "contact": "the page about how to contact us",
}
PRIVACY_NOTICES: tuple[LegalPageName, ...] = tuple(
    page for page in LEGAL_PAGES if page.startswith("privacy")
)

_NOTICE = (
    "Who is responsible for your data",
    "What we hold and where it comes from",
    "Why we use it, and the lawful basis",
    "Who receives it",
    "Where it is kept",
    "How long we keep it",
    "Decisions about you",
    "Your rights",
    "How to complain",
)
"""UK GDPR, Articles 13 and 14: what somebody must be told."""
_STATEMENT = (
    "Compliance status",
    "Non-accessible content",
    "Feedback and contact information",
    "Enforcement procedure",
    "Preparation of this accessibility statement",
)
"""The Public Sector Bodies Accessibility Regulations 2018, regulation 8, and the model statement
that it refers to."""
REQUIRED_PARTS: Mapping[LegalPageName, tuple[str, ...]] = {
    **dict.fromkeys(PRIVACY_NOTICES, _NOTICE),
    "accessibility": _STATEMENT,
    "cookies": ("The cookies we use",),  # PECR 2003, regulation 6: clear information about each
    "contact": (),
}
"""The headings of each page, in any order, others among them."""

_PATH = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_./-]*\.md")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
_UNFINISHED = re.compile(r"\[to be confirmed(?::\s*([^\]]+))?\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LegalText:
    """One version of a page, in words."""

    page: LegalPageName
    version: str
    in_force_from: date
    title: str
    markdown: str
    """What stands below the title."""


@dataclass(frozen=True, slots=True)
class LegalPages:
    """All versions of all pages of a cohort that there are."""

    texts: tuple[LegalText, ...] = ()

    def in_force(self, page: LegalPageName, on: date) -> LegalText | None:
        """The version of a page in force on a day; None where there is none yet."""
        begun = [t for t in self.texts if t.page == page and t.in_force_from <= on]
        return max(begun, key=lambda text: text.in_force_from, default=None)

    def versions(self, page: LegalPageName) -> tuple[LegalText, ...]:
        """Every version of a page, the newest first."""
        mine = [text for text in self.texts if text.page == page]
        return tuple(sorted(mine, key=lambda text: text.in_force_from, reverse=True))

    def missing(self, on: date) -> tuple[LegalPageName, ...]:
        """The pages of which no version is in force on a day."""
        return tuple(page for page in LEGAL_PAGES if self.in_force(page, on) is None)


@dataclass(frozen=True, slots=True)
class ReadPages:
    """What was found beside a cohort's file."""

    pages: LegalPages = LegalPages()
    faults: list[Inconsistency] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_legal_pages(cohort: Cohort, folder: Path) -> ReadPages:
    """Read and check the pages of a cohort.

    A file that is not there is a page that is missing, which stops nobody but the applicants of a
    year that has not begun. One that is there and does not say what it must is a fault.
    """
    found = ReadPages()
    texts: list[LegalText] = []
    for position, declared in enumerate(cohort.legal_pages):
        path = ("legal_pages", position)
        faults = list(_misdeclared(cohort, position))
        text = None if faults else _text_of(folder / declared.file)
        if text is not None:
            faults = [Inconsistency((*path, "file"), *fault) for fault in _faults(declared, text)]
        found.faults.extend(faults)
        if text is not None and not faults:
            title, body = _title_and_rest(text)
            texts.append(
                LegalText(declared.page, declared.version, declared.in_force_from, title, body)
            )
            if open_points := _unfinished(body):
                said = f"{declared.file} has this to be confirmed: {'; '.join(open_points)}."
                found.remarks.append(Remark("legal-page-unfinished", (*path, "file"), said))
    pages = LegalPages(tuple(texts))
    found.remarks.extend(_missing(cohort, pages))
    return ReadPages(pages, found.faults, found.remarks)


def _misdeclared(cohort: Cohort, position: int) -> Iterator[Inconsistency]:
    path, one = ("legal_pages", position), cohort.legal_pages[position]
    if not _PATH.fullmatch(one.file):
        yield Inconsistency(
            (*path, "file"),
            f"{one.file!r} is no file beside this one.",
            "a relative path that ends with .md, for example 2024-25/cookies.md",
        )
    if not _VERSION.fullmatch(one.version):
        yield Inconsistency(
            (*path, "version"),
            f"{one.version!r} cannot stand in addresses.",
            "letters, digits, dots and hyphens, for example 2024-25.1",
        )
    before = cohort.legal_pages[:position]
    for name in ("version", "in_force_from"):
        if any(o.page == one.page and getattr(o, name) == getattr(one, name) for o in before):
            yield Inconsistency(
                (*path, name), f"another version of {CALLED[one.page]} has the same.", "one each"
            )


def _text_of(path: Path) -> str | None:
    """What a file says; None if it is not there. What is not UTF-8 is found by its marks."""
    try:
        return path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return None


@lru_cache(maxsize=64)  # every process builds the same seven again and again in tests
def _faults(declared: LegalPage, text: str) -> tuple[tuple[str, str], ...]:
    return tuple(_faults_in(declared, text))


def _faults_in(declared: LegalPage, text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a text, each with what would be right."""
    if "\N{REPLACEMENT CHARACTER}" in text:
        yield f"{declared.file} is not UTF-8 text.", "Markdown saved as UTF-8"
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    if any(token.type.startswith("html") for token in _all(tokens)):
        yield f"{declared.file} holds HTML, which would be shown as it is written.", "Markdown"
    headings = list(_headings(tokens))
    if [level for level, _ in headings if level == 1] != [1] or not text.startswith("# "):
        yield f"{declared.file} has no title, or more than one.", "one line `# Title`, the first"
    present = {heading.casefold() for level, heading in headings if level > 1}
    lacking = [part for part in REQUIRED_PARTS[declared.page] if part.casefold() not in present]
    if lacking:
        what = f"{declared.file}: {CALLED[declared.page]} lacks what it must say."
        yield what, f"also the headings {listed([f'“{part}”' for part in lacking])}"


def _all(tokens: list[Token]) -> Iterator[Token]:
    return chain.from_iterable((token, *(token.children or ())) for token in tokens)


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for opening, inside in pairwise(tokens):
        if opening.type == "heading_open":
            yield int(opening.tag[1:]), inside.content


def _title_and_rest(text: str) -> tuple[str, str]:
    title, _, rest = text.partition("\n")
    return title.removeprefix("# ").strip(), rest.strip() + "\n"


def _unfinished(body: str) -> list[str]:
    return [" ".join((one[1] or "something").split()) for one in _UNFINISHED.finditer(body)]


def _missing(cohort: Cohort, pages: LegalPages) -> Iterator[Remark]:
    for page in pages.missing(cohort.applications_open):
        yield Remark(
            "legal-page-missing",
            ("legal_pages",),
            f"{CALLED[page]} is missing on {weekday(cohort.applications_open)}, when applications"
            " would open: they stay closed until it is there.",
        )
