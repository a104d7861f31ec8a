"""The people and things that every service's world has."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aio_pika
from pymongo import MongoClient

from nextstep_contracts import ANY_PUBLISHER, Event
from nextstep_local.authorization.world import Person, Thing
from nextstep_local.testing import link_private_key
from nextstep_messaging import Messaging
from nextstep_messaging.bus.dead_letters import DEAD_LETTERS
from nextstep_messaging.bus.declaring import declare
from nextstep_messaging.bus.topology import consumer_queue, of_consumer
from nextstep_web import sessions
from nextstep_web.csrf import HEADER, csrf_token
from nextstep_web.links import LinkClaims, mint_link
from nextstep_web.principal import PERSON_ROLES, STAFF_ROLES
from nextstep_web.request_state import PRE
from nextstep_web.settings import WebSettings
from nextstep_web.staff_sessions import SESSIONS
from nextstep_web.testing import signed_in

UNKNOWN: Final = "nobody-knows-this"
HOURS: Final = timedelta(hours=8)
"""Longer than a test."""


def nobody(settings: WebSettings) -> Person:
    """A browser that has opened the sign-in page: its forms carry a token, and that is all."""
    known = PRE + sessions.new_session_id()
    return Person(
        {sessions.cookie_name(settings, "form"): known},
        {HEADER: csrf_token(settings, known)},
    )


def staff(
    settings: WebSettings, *roles: str, address: str = "", never: Sequence[str] = ()
) -> Person:
    """Somebody who signed in with an address, by default that of their first role."""
    subject = address or f"{roles[0]}@example.org"
    return Person.of(signed_in(settings, *roles, name="Sam Staff", subject=subject), *never)


def behind_a_link(
    settings: WebSettings, role: str, person_id: str, never: Sequence[str] = ()
) -> Person:
    """Somebody who opened an emailed link."""
    session = signed_in(settings, role, name="Robin Recipient", person_id=person_id)
    return Person.of(session, *never)


def usual_people(
    settings: WebSettings, ids: Mapping[str, str], never: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Person]:
    """Everybody whom the shared table names; `ids` are the person ids by role."""
    hidden = never or {}
    return {
        "nobody": nobody(settings),
        **{role: staff(settings, role, never=hidden.get(role, ())) for role in STAFF_ROLES},
        **{
            role: behind_a_link(settings, role, ids.get(role, f"a-{role}"), hidden.get(role, ()))
            for role in PERSON_ROLES
        },
    }


async def usual_things(messaging: Messaging, recipient: str) -> dict[str, dict[str, Thing]]:
    """A dead letter, an emailed link, two staff sessions and somebody who can be sent a link.

    Beside each, one that does not exist.
    """
    service = messaging.service
    known, other = [await _session(messaging, who) for who in ("facilitator", "somebody.else")]
    heard = next(one.event for one in messaging.heard if one.event.publisher != ANY_PUBLISHER)
    await messaging.db.write(DEAD_LETTERS).insert(_dead_letter(messaging.service, heard))
    await _queue(messaging, heard)
    claims = LinkClaims(
        person_id="whoever",
        name="Robin Recipient",
        purpose="matrix",
        roles=frozenset({"fellow"}),
        audience=service,
        next=f"/{service}/me",
        expires=messaging.clock.now() + timedelta(days=1),
    )
    whole = mint_link(link_private_key(), claims)
    return {
        "dead letter": {
            "open": Thing({"letter": f"{service}:m-1"}, ("NS24-9999", "KeyError")),
            "unknown": Thing({"letter": UNKNOWN}),
        },
        "recipient": {
            "known": Thing({"person_id": recipient}),
            "unknown": Thing({"person_id": UNKNOWN}),
        },
        "sign-in": {
            "of a facilitator": known,
            "of somebody else": other,
            "unknown": Thing({"session": UNKNOWN, "address": UNKNOWN}),
        },
        "about page": {
            "cookies": Thing({"page": "cookies"}),
            "unknown": Thing({"page": UNKNOWN}),
        },
        "link": {"whole": Thing({"token": whole}), "unknown": Thing({"token": UNKNOWN})},
    }


async def _session(messaging: Messaging, who: str) -> Thing:
    """A session of somebody who signed in elsewhere."""
    now = datetime.now(UTC)
    name = f"Terry {who.title()}"
    row = {"name": name, "roles": ["read_only"], "began": now, "ends": now + HOURS}
    address = f"{who}@example.org"
    await messaging.db.write(SESSIONS).insert({"_id": f"of-{who}", "address": address, **row})
    return Thing({"session": f"of-{who}", "address": address}, (name,))


async def _queue(messaging: Messaging, event: type[Event]) -> None:
    """The queue to which a dead letter goes back: nothing consumes here, so nothing declares it."""
    url = messaging.settings.amqp_url.get_secret_value()
    async with await aio_pika.connect(url) as connection:
        await declare(connection, of_consumer(messaging.service, [event]))


def _dead_letter(service: str, event: type[Event]) -> dict[str, Any]:
    return {
        "_id": f"{service}:m-1",
        "queue": consumer_queue(service, event),
        "message_id": "m-1",
        "type": event.type_for(),
        "subject": "a1",
        "correlation_id": "c-1",
        "reason": "KeyError: 'trust'",
        "died_at": datetime.now(UTC),  # the database itself forgets old ones
        "deaths": 1,
        "status": "open",
        "body": '{"reference": "NS24-9999"}',
        "headers": {},
    }


def usual_values(messaging: Messaging) -> dict[str, str]:
    """An event that may be tried, and a file that is served as it is."""
    operations, schemas = (messaging.asyncapi()[key] for key in ("operations", "components"))
    heard = next(name for name in operations if name in schemas["schemas"])
    return {"heard": heard, "path": "page.css"}


@contextmanager
def database_of(messaging: Messaging) -> Iterator[Any]:
    """The database behind a service, to compare and to put back."""
    url = messaging.settings.mongo_url.get_secret_value()
    with MongoClient[dict[str, Any]](url, tz_aware=True) as client:
        yield client[messaging.settings.mongo_database]
