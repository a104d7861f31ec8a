"""The tokens behind the personal links of an email, made when it is sent.

An email that is sent again gets fresh tokens with a fresh expiry.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from nextstep_web.links import LinkClaims, link_path, mint_link
from notifications.emails.links import Link
from notifications.hearing.address_book import Contact


def tokens(
    links: Iterable[Link], contact: Contact, *, private_key: str, now: datetime
) -> dict[Link, str]:
    """Fresh tokens for a person's links, resting on the newest news of them that came in."""
    rests_on = contact.stamp.time if contact.stamp else now
    return {
        link: mint_link(
            private_key,
            LinkClaims(
                person_id=contact.person_id,
                name=contact.name,
                purpose=link.purpose,
                roles=frozenset({link.role}),
                audience=link.service,
                next=link.next,
                expires=now + timedelta(days=link.days),
                made=now,
                rests_on=rests_on,
            ),
        )
        for link in links
        if link.personal
    }


def with_tokens(text: str, minted: Mapping[Link, str]) -> str:
    """A stored text as it is sent."""
    for link, token in minted.items():
        text = text.replace(link.stored_path, link_path(link.service, token))
    return text
