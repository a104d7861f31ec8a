"""Personal links in emails: the pages they lead to, and how they are stored.

An email is stored with a stand-in for each token. The real token exists only in the email that is
sent: whoever may read what was sent must not be able to act as the person it was sent to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nextstep_web.links import link_path


@dataclass(frozen=True)
class Link:
    """A page that an email leads to."""

    name: str
    """What templates call it, and the purpose that its token states."""
    service: str
    next: str
    role: str
    days: int
    """How long a token lives. Later emails carry fresh ones."""

    @property
    def stored_path(self) -> str:
        """Its path at the service with the stand-in: plain letters, so no escaping alters it."""
        return link_path(self.service, f"personal-link-{self.name}")


APPLICATION = Link("application", "applications", "/applications/me", "applicant", days=90)
STUDY_LEAVE = Link("study_leave", "applications", "/applications/me/study-leave", "fellow", days=90)
# a Fellow's links outlive the eleven months of the programme
PROGRAMME = Link("programme", "scheduling", "/scheduling/me", "fellow", days=400)
PROJECT = Link("project", "awards", "/awards/me", "fellow", days=400)
PANEL = Link("panel", "awards", "/awards/panel", "panellist", days=90)


def stored_links(links: Iterable[Link], urls: Mapping[str, str]) -> dict[str, str]:
    """The addresses to write into an email, with stand-ins for tokens, by link name.

    `urls` are the public addresses by service.
    """
    return {link.name: urls[link.service].rstrip("/") + link.stored_path for link in links}
