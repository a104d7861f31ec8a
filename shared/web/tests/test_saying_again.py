"""A service that was restored hears again what it had heard since its backup."""

import json
from datetime import UTC, datetime, timedelta

from nextstep_contracts import AccessEnded, ConflictChanged
from nextstep_messaging import EventRouter, FixedClock, Messaging, MessagingSettings, UnitOfWork
from nextstep_web import access_ended
from nextstep_web.conflicts import Closed, say
from nextstep_web.saying_again import say_again
from nextstep_web.session_check import ACCESS_COLLECTIONS

AT = datetime(2024, 9, 2, 12, 0, 0, 654_321, tzinfo=UTC)


async def owner_of(_uow: UnitOfWork, who: str) -> str | None:
    return {"ada": "applications", "judge": "awards"}.get(who)


async def test_a_service_says_again_what_it_said_itself_as_it_was(
    mongo_url: str, mongo_database: str
):
    settings = MessagingSettings(
        amqp_url="amqp://nowhere.invalid", mongo_url=mongo_url, mongo_database=mongo_database
    )
    clock = FixedClock(AT + timedelta(days=1))
    router = EventRouter("applications")
    messaging = Messaging(router, settings, clock=clock, collections=ACCESS_COLLECTIONS)
    async with messaging.opened():
        ben = Closed("ben@x.org", "p-1", "personal")

        async def happened(uow: UnitOfWork) -> None:
            await say(uow, ConflictChanged, [ben])
            for who, reason in (
                ("ada", "address_changed"),
                ("judge", "left"),  # awards say so
                ("nobody", "withdrawn"),
                ("erased", "erased"),  # told by PersonErased
                ("staff@x.org", "ended"),
            ):
                await access_ended.hear(uow, AccessEnded(who=who, before=AT, reason=reason))
            over = AccessEnded(who="ada", before=AT, reason="ended", session_id="s-1")
            await access_ended.hear(uow, over)

        await messaging.transact(happened)
        said = await outbox(messaging)
        told = await messaging.transact(lambda uow: say_again(uow, ConflictChanged, owner_of))
        assert told == (1, 1)
        *first, again, ended = await outbox(messaging)
        assert first == said
        assert [again] == said
        assert AccessEnded.model_validate(ended) == AccessEnded(
            who="ada", before=AT, reason="address_changed"
        )


async def outbox(messaging: Messaging) -> list[dict[str, object]]:
    """What waits to be published, conflicts first."""
    rows = await messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return sorted((json.loads(row["body"]) for row in rows), key=lambda one: "who" in one)
