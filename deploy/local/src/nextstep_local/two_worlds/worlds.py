"""Two worlds, who looks at them, and what is asked there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx


@dataclass(frozen=True)
class World:
    """A running service and what it calls by chance."""

    app: Any
    ids: Mapping[str, str] = field(default_factory=dict)
    """An id that this world alone gave, and the name that stands for it in both worlds. Ids that
    are equal by construction (a copied database) need none."""

    def neutral(self, text: str) -> str:
        """`text` with this world's own ids under the names that both worlds use."""
        for own, name in self.ids.items():
            text = text.replace(own, name)
        return text

    def own(self, address: str) -> str:
        """The opposite: an address as this world writes it."""
        for own, name in self.ids.items():
            address = address.replace(name, own)
        return address

    def client(self, viewer: "Viewer") -> httpx.AsyncClient:
        """A browser of `viewer`; an exception in the service is answered 500, as in production."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://world.test",
            cookies=dict(viewer.cookies),
            headers={"accept": "text/html,*/*"} | dict(viewer.headers),
        )


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks; the same session in both worlds, so that form tokens are equal."""

    name: str
    cookies: Mapping[str, str]
    headers: Mapping[str, str]

    @classmethod
    def of(cls, name: str, session: Any) -> Self:
        """Whoever `nextstep_web.testing.signed_in` signed in."""
        return cls(name, session.cookies, session.headers)


NOBODY: Final = Viewer("nobody signed in", {}, {})


@dataclass(frozen=True)
class Post:
    """An attempt whose answer could tell: a refusal, or a form shown again with its messages."""

    path: str
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class FurtherValues:
    """What is asked beside what the pages themselves link to and offer in their search forms."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """For a path parameter, the ids that both worlds know, under their neutral names. A key such
    as "/awards/project/{key} key" speaks of one route only. An unknown id is always asked too."""
    queries: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """For a route's path, query strings without "?": what no page links to."""
    words: Sequence[str] = ()
    """What is typed into each search field."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Routes that are not asked, each with the reason."""
    posts: Sequence[Post] = ()
    """Sent last, in this order, with the page that each leads to."""
    passing: Sequence[str] = ()
    """Patterns of what differs for a good reason; the reason stands beside the call."""
    most: int = 1500
    """Addresses; more fail the tour rather than be left out silently."""
