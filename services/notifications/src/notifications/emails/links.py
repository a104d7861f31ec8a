"""Personal links in emails: the pages they lead to, and how they are stored.

An email is stored with a stand-in for each token. The real token exists only in the email that is
sent: whoever may read what was sent must not be able to act as the person it was sent to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nextstep_web.links import link_path
from nextstep_web.purposes import FRESH, OWN_PAGES

STAND_IN = "personal-link-"
"""How a stand-in begins. No text from outside may hold it: see `wording.clean`."""


@dataclass(frozen=True)
class Link:
    """A page that an email leads to."""

    name: str
    """What templates call it."""
    service: str
    next: str
    role: str
    """Empty for a page of staff, who sign in: the link then holds no token."""
    days: int
    """How long a token lives. Later emails carry fresh ones."""
    asked_for: bool = False
    """Whether its owner, or the office for them, asked for it: it then opens all that is theirs."""

    @property
    def purpose(self) -> str:
        """What its token says that it is for, which bounds what it opens."""
        return OWN_PAGES if self.asked_for else self.name

    @property
    def personal(self) -> bool:
        """Whether it lets its owner in by a token."""
        return bool(self.role)

    @property
    def stored_path(self) -> str:
        """Its path at the service with the stand-in: plain letters, so no escaping alters it."""
        if not self.personal:
            return self.next
        return link_path(self.service, f"{STAND_IN}{self.name}")


APPLICATION = Link("application", "applications", "/applications/me", "applicant", days=90)
STUDY_LEAVE = Link("study_leave", "applications", "/applications/me/study-leave", "fellow", days=90)
# a Fellow's links outlive the eleven months of the programme
PROGRAMME = Link("programme", "scheduling", "/scheduling/me", "fellow", days=400)
PROJECT = Link("project", "awards", "/awards/me", "fellow", days=400)
# reviewers are staff, and sign in
REVIEWS = Link("reviews", "applications", "/applications/reviews", "", days=0)
PANEL = Link("panel", "awards", "/awards/panel", "panellist", days=90)


def own_page(service: str, role: str) -> Link:
    """The link to somebody's own page of a service, for who asked for one."""
    page = "panel" if role == "panellist" else "me"
    days = FRESH.days
    return Link(f"own_{service}_{role}", service, f"/{service}/{page}", role, days, asked_for=True)


OWN_PAGES_OF = {
    (link.service, link.role): link
    for link in (
        own_page("applications", "applicant"),
        own_page("applications", "fellow"),
        own_page("scheduling", "fellow"),
        own_page("awards", "fellow"),
        own_page("awards", "panellist"),
    )
}
"""By service and role."""


def stored_links(links: Iterable[Link], urls: Mapping[str, str]) -> dict[str, str]:
    """The addresses to write into an email, with stand-ins for tokens, by link name.

    `urls` are the public addresses by service.
    """
    return {link.name: urls[link.service].rstrip("/") + link.stored_path for link in links}
