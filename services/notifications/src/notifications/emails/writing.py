"""Writes emails: facts and a template become a subject line, a text and an HTML part.

HTML templates are autoescaped, and every fact is cleaned of control and direction characters
first, so that a name can neither add markup nor a header line, and nothing that somebody typed can
be followed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from nextstep_programme import LegalPageName, LegalPages
from nextstep_web.footer import about_path, footer_links
from notifications.emails.email import Email
from notifications.emails.links import stored_links
from notifications.emails.wording import PROGRAMME_ZONE, clean_all, fit, greeting

FOLDER = Path(__file__).parent
WHERE = (FOLDER, FOLDER / "frame")
"""Where templates are looked for: `place_offered/email.txt.j2`, `frame.txt.j2`."""
LONGEST_SUBJECT = 160
"""Characters. A long title must not fill an inbox's line, nor exceed what servers accept."""
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Notice:
    """A privacy notice that somebody was shown."""

    page: LegalPageName
    version: str


@dataclass(frozen=True)
class Written:
    """An email in words, with stand-ins for link tokens."""

    subject: str
    preview: str
    text: str
    html: str
    notice: Notice | None = None
    """Which privacy notice it leads to, as it is in force on the day."""


@dataclass(frozen=True)
class Frame:
    """What the frame around every email says."""

    programme: str
    """The programme's name with its year."""
    contact: str
    """The address people write to."""
    urls: Mapping[str, str]
    """Public addresses by service."""
    legal: LegalPages = field(default_factory=LegalPages)
    """What every email leads to at its foot."""


class Writer:
    """Holds the templates, compiled once."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        loader = FileSystemLoader(WHERE)
        # the text environment does not escape: `&amp;` has no place in a plain text
        self._text = Environment(  # noqa: S701
            loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._html = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)

    def write(self, email: Email, name: str, facts: Mapping[str, Any], at: datetime) -> Written:
        """Write an email to a person called `name`, at a moment of the programme's clock.

        Raises:
            jinja2.UndefinedError: a fact that the template needs is missing.

        """
        about = self._about(email, at.astimezone(ZoneInfo(PROGRAMME_ZONE)).date())
        words: dict[str, Any] = {
            "about": about,
            "presents_notice": email.presents_notice,
            "programme": self._frame.programme,
            "contact": self._frame.contact,
            "links": stored_links(email.links, self._frame.urls),
            **{
                key: clean_all(fact) if key in email.exact else fit(fact)
                for key, fact in facts.items()
            },
            "greeting": greeting(name),
        }
        text = self._text.get_template(f"{email.name}/email.txt.j2")
        words["subject"] = _block(text, "subject", words)[:LONGEST_SUBJECT]
        words["preview"] = _block(text, "preview", words)
        html = self._html.get_template(f"{email.name}/email.html.j2").render(words)
        body = _GAPS.sub("\n\n", text.render(words)).strip() + "\n"
        return Written(words["subject"], words["preview"], body, html, about["notice"])

    def _about(self, email: Email, today: date) -> dict[str, Any]:
        """Where the pages are that the law asks for, as far as they are there."""
        links = footer_links(self._frame.legal, email.notice, today)
        home = self._frame.urls["applications"].rstrip("/")
        foot = [(label, home + about_path("applications", page)) for page, label in links]
        text = self._frame.legal.in_force(email.notice, today) if email.notice else None
        notice = Notice(text.page, text.version) if text else None
        return {
            "foot": foot,
            "privacy": foot[0][1] if notice else None,
            "notice": notice,
            "version": notice.version if notice else None,
        }


def _block(template: Template, name: str, words: dict[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(words))).strip()
