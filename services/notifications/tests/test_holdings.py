"""What this service holds about people is declared, for erasures and for backups."""

from nextstep_local.testing import settings_for
from nextstep_messaging import SystemClock
from nextstep_messaging.operating.backup.splitting import claims_of, joined, opens, split
from nextstep_messaging.operating.backup.taking import LEFT_OUT
from notifications.app import build
from notifications.holdings import BLANK_EMAIL, HOLDINGS
from notifications.settings import Settings


def test_every_collection_is_declared() -> None:
    given = {"mongo_url": "mongodb://127.0.0.1:1/", "mongo_database": "none"}
    addressed = settings_for(
        "notifications", amqp_url="amqp://127.0.0.1:1/", smtp_host="127.0.0.1", **given
    )
    _, messaging = build(Settings(**addressed), SystemClock())
    assert HOLDINGS.missing({one.name for one in messaging.collections} - LEFT_OUT) == []


def test_of_what_several_were_told_each_loses_their_own_line() -> None:
    subject = {
        "_id": "application a1",
        "version": 2,
        "heard": {"PlaceOffered": 1},
        "told": [{"person_id": "ann", "what": "offered"}, {"person_id": "bo", "what": "asked"}],
    }
    holding = HOLDINGS.of("subjects")
    assert holding is not None
    found = [(one, [frozenset({one})]) for one in holding.whose[0].ids(subject)]
    made = split(subject, holding.stays, claims_of(found))
    values = [held if opens(lock, {"bo"}) else None for lock, held in made.parts.items()]
    after = joined(made.skeleton, values.__getitem__)
    assert after == subject | {"told": [{"person_id": "bo", "what": "asked"}]}


def test_an_email_that_waited_is_not_sent_once_its_person_is_erased() -> None:
    email = {"_id": "e1", "state": "waiting", "person_id": "ann", "name": "Ann", "facts": {"a": 1}}
    holding = HOLDINGS.of("emails")
    assert holding is not None
    left = holding.stays(email, {"ann"})
    assert left == {"_id": "e1", "state": "not_sent", "person_id": "ann"} | BLANK_EMAIL
    assert holding.stays(left, {"ann"}) == left
