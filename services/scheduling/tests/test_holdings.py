"""What this service holds about people is declared, for erasures and for backups."""

from datetime import UTC, datetime

from nextstep_local.testing import settings_for
from nextstep_messaging import SystemClock
from nextstep_messaging.operating.backup.splitting import claims_of, joined, split
from nextstep_messaging.operating.backup.taking import LEFT_OUT
from scheduling.app import build
from scheduling.fellows.fellow import Acceptance, Application, Contact, Fellow
from scheduling.fellows.records import from_document, to_document
from scheduling.fellows.who_is_a_fellow import erase
from scheduling.holdings import HOLDINGS
from scheduling.learning_sets.allocation import Allocation, Move, without_reasons
from scheduling.settings import Settings

AT = datetime(2024, 9, 9, tzinfo=UTC)
SWAP = (("ann", 2), ("bo", 1))


def test_every_collection_is_declared() -> None:
    given = {"mongo_url": "mongodb://127.0.0.1:1/", "mongo_database": "none"}
    addressed = settings_for("scheduling", amqp_url="amqp://127.0.0.1:1/", **given)
    _, messaging = build(Settings(**addressed), SystemClock())
    assert HOLDINGS.missing({one.name for one in messaging.collections} - LEFT_OUT) == []


def test_why_two_changed_places_goes_with_either() -> None:
    moves = tuple(
        Move(person_id=who, to=to, at=AT, by="office", reason="Ann asked") for who, to in SWAP
    )
    dealt = (("ann",), ("bo",))
    allocation = Allocation(cohort="2024-25", dealt=dealt, dealt_at=AT, size=6, moves=moves)
    document = to_document("2024-25", allocation)
    holding = HOLDINGS.of("allocations")
    assert holding is not None
    found = [(one, [frozenset({one})]) for one in holding.whose[0].ids(document)]
    made = split(document, holding.stays, claims_of(found))
    assert set(made.parts) == {(("ann",), ("bo",))}
    assert joined(made.skeleton, [*made.parts.values()].__getitem__) == document
    left = joined(made.skeleton, lambda _: None)
    assert from_document(Allocation, left or {}) == without_reasons(allocation, "ann", "(erased)")


def test_of_a_fellow_the_dates_stay_and_are_erased_as_of_the_restore() -> None:
    accepted = Acceptance(revision=1, at=AT, trust="CUH")
    contact = Contact(revision=1, name="Ann", email="ann@example.org")
    application = Application(application_id="a1", contact=contact, accepted=accepted)
    known = Fellow(cohort="2024-25", person_id="ann", applications=(application,))
    holding = HOLDINGS.of("fellows")
    assert holding is not None
    left = holding.stays(to_document("2024-25:ann", known), {"ann"})
    stub = from_document(Fellow, left or {})
    assert erase(stub, AT) == erase(known, AT)
    assert holding.stays(left or {}, {"ann"}) == left
