"""How often may be posted to the addresses of forms, as rules."""

from applications.intake.doors import BURST_SECONDS, REFUSALS, Doors

A, B = "192.0.2.1", "192.0.2.2"


def test_an_address_that_sends_no_submissions_is_soon_not_read_and_others_are():
    doors = Doors(10)
    for _ in range(REFUSALS.burst):
        assert doors.wait(A) == 0
        doors.refused(A)
    assert doors.wait(A) > 0
    assert doors.wait(B) == 0


def test_a_form_behind_the_address_of_an_attacker_is_read_once_it_has_proved_itself():
    doors = Doors(10)
    assert doors.proved(A, "native") == 0
    for _ in range(10 * REFUSALS.burst):
        doors.refused(A)
    assert doors.wait(A) == 0


def test_a_source_is_refused_only_beyond_its_burst():
    doors = Doors(10)
    found = [doors.proved(A, "native") for _ in range(BURST_SECONDS * 10 + 1)]
    assert found[:-1] == [0] * (BURST_SECONDS * 10)
    assert found[-1] > 0
    assert doors.proved(A, "jotform") == 0
