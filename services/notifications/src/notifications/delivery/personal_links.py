"""The tokens behind the personal links of an email, made when it is sent.

An email that is sent again gets fresh tokens with a fresh expiry.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from nextstep_web.links import LinkClaims, link_path, mint_link
from notifications.emails.links import Link


def tokens(
    links: Iterable[Link], person_id: str, name: str, *, private_key: str, now: datetime
) -> dict[Link, str]:
    """Fresh tokens for one person."""
    return {
        link: mint_link(
            private_key,
            LinkClaims(
                person_id=person_id,
                name=name,
                purpose=link.name,
                roles=frozenset({link.role}),
                audience=link.service,
                next=link.next,
                expires=now + timedelta(days=link.days),
            ),
        )
        for link in links
    }


def with_tokens(text: str, minted: Mapping[Link, str]) -> str:
    """A stored text as it is sent."""
    for link, token in minted.items():
        text = text.replace(link.stored_path, link_path(link.service, token))
    return text
