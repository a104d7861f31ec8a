"""Every route of notifications, asked as everybody: see `authorization.yaml`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from nextstep_contracts import ConflictChanged
from nextstep_local.authorization.suite import AuthorizationSuite
from nextstep_local.authorization.table import table_of
from nextstep_local.authorization.usual import (
    UNKNOWN,
    database_of,
    staff,
    usual_people,
    usual_things,
    usual_values,
)
from nextstep_local.authorization.world import Thing, World
from nextstep_local.testing import settings_for
from nextstep_messaging import FixedClock
from nextstep_messaging.testing import hear
from notifications.app import build
from notifications.calendar.keeping import settle_marks
from notifications.settings import Settings

from . import builders as b

pytestmark = pytest.mark.stack
CLOSED = ("applicant3@example.org", "Dr Applicant 3")
CONFLICT = ConflictChanged(
    viewer="con@example.org",
    person_id="person-3",
    revision=1,
    closed=True,
    since=b.NOW,
    reason="personal",
)
OTHERS = ("applicant2@example.org", "Dr Applicant 2", "Masterclass 9")
"""What is somebody else's: an address, a name, and a session to which they alone are invited."""


@pytest_asyncio.fixture(scope="module")
async def world(shared_by_module: dict[str, str]) -> AsyncIterator[World]:
    """Two people who were sent emails, one of which failed; nothing is on its way."""
    given = settings_for("notifications", **shared_by_module, smtp_host="127.0.0.1", smtp_port=9)
    settings = Settings(**given)
    app, messaging = build(settings, FixedClock(b.NOW))
    async with messaging.opened(broker=True):
        alone = b.scheduled(9, audience=("person-2",))
        events = (*(b.accepted(n) for n in (1, 2, 3)), b.scheduled(), alone, CONFLICT)
        await hear(messaging, *events, envelope_of=b.envelope_of)
        while await settle_marks(app.state.here):
            pass
        with database_of(messaging) as database:
            emails = database["emails"]
            failed = emails.find_one({"person_id": "person-1", "invitation": None})
            emails.update_one({"_id": failed["_id"]}, {"$set": {"state": "failed"}})
            invited = emails.find_one({"person_id": "person-1", "invitation": {"$ne": None}})
            theirs = emails.find_one({"person_id": "person-3", "invitation": None})
            emails.update_one({"_id": theirs["_id"]}, {"$set": {"state": "failed"}})
            ids = dict.fromkeys(("applicant", "fellow", "panellist", "coach"), "person-1")
            yield World(
                app,
                database,
                usual_people(settings, ids, dict.fromkeys(ids, OTHERS))
                | {
                    "office_conflicted": staff(
                        settings, "office", address="con@example.org", never=CLOSED
                    )
                },
                await usual_things(messaging, "person-1")
                | _things(failed["_id"], invited["_id"], theirs["_id"]),
                usual_values(messaging) | {"intruded": "person-2"},
            )


def _things(failed: str, invited: str, theirs: str) -> dict[str, dict[str, Thing]]:
    mine = ("applicant1@example.org", "Dr Applicant 1")
    return {
        "email": {
            "failed": Thing({"email_id": failed}, mine),
            "invitation": Thing({"email_id": invited}, mine),
            "closed": Thing({"email_id": theirs}, CLOSED),
            "unknown": Thing({"email_id": UNKNOWN}),
        },
        "person": {
            "known": Thing({"person_id": "person-1"}, mine),
            "closed": Thing({"person_id": "person-3"}, CLOSED),
            "unknown": Thing({"person_id": UNKNOWN}),
        },
        "entry": {
            "dated": Thing({"entry_id": "session-1"}, (*mine, "Masterclass 1")),
            "unknown": Thing({"entry_id": UNKNOWN}),
        },
        "template": {
            "known": Thing({"name": "place_offered"}),
            "unknown": Thing({"name": UNKNOWN}),
        },
    }


class TestAuthorization(AuthorizationSuite):
    """The rows of `authorization.yaml`."""

    table = table_of("notifications")
