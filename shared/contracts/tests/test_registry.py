import pytest
from pydantic import ValidationError

from nextstep_contracts import (
    EVENTS,
    PersonErased,
    PlaceOffered,
    UnknownEventError,
    decode,
    event_class,
)
from nextstep_contracts.awards import AwardsEvent


class Prize(AwardsEvent):
    name: str


class PrizeV2(AwardsEvent):
    version = 2
    given_name: str
    family_name: str


class PrizeV3(AwardsEvent):
    version = 3
    full_name: str


def split(data):
    given, family = data["name"].split(" ", 1)
    return data | {"given_name": given, "family_name": family}


def join(data):
    return data | {"full_name": f"{data['given_name']} {data['family_name']}"}


PRIZES = (Prize, PrizeV2, PrizeV3)
UPCASTERS = {Prize: split, PrizeV2: join}


def test_types_name_publisher_event_and_version():
    assert PlaceOffered.type_for() == "applications.PlaceOffered.v1"
    assert PrizeV2.type_for() == "awards.Prize.v2"
    assert len({event.type_for() for event in EVENTS}) == len(EVENTS)


def test_an_event_of_any_publisher_is_found_under_each():
    assert event_class("scheduling.PersonErased.v1") is PersonErased
    assert PersonErased.type_for("awards") == "awards.PersonErased.v1"


@pytest.mark.parametrize("unknown", ["", "nobody.Nothing.v1", "applications.PlaceOffered.v9"])
def test_an_unknown_type_is_named_in_the_error(unknown):
    with pytest.raises(UnknownEventError, match=repr(unknown)):
        decode(unknown, {})


def test_data_that_does_not_fit_is_refused():
    with pytest.raises(ValidationError, match="expires_at"):
        decode("applications.PlaceOffered.v1", {"cohort": "2024-25"})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("awards.Prize.v1", {"name": "Amina O'Neill"}),
        ("awards.Prize.v2", {"given_name": "Amina", "family_name": "O'Neill"}),
        ("awards.Prize.v3", {"full_name": "Amina O'Neill"}),
    ],
)
def test_data_of_any_old_version_arrives_as_the_newest(kind, data):
    data |= {"cohort": "2024-25", "revision": 1}
    newest = PrizeV3(cohort="2024-25", revision=1, full_name="Amina O'Neill")
    assert decode(kind, data, events=PRIZES, upcasters=UPCASTERS) == newest


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone"):
        PersonErased(person_id="p", erased_at="2024-09-05T14:30:00")
