"""When an email is tried again, and when a mail server that is down."""

from datetime import timedelta

from notifications.delivery.trying_again import next_try, pause_after

from ..builders import NOW


def test_tries_are_further_and_further_apart_and_then_end():
    moments = [next_try(attempts, (30, 120), NOW) for attempts in (1, 2, 3)]
    assert moments == [NOW + timedelta(seconds=30), NOW + timedelta(seconds=120), None]


def test_a_server_that_is_down_is_left_alone_ever_longer_but_never_for_good():
    assert [pause_after(failures) for failures in (1, 2, 6, 7, 100)] == [0.5, 1, 30, 30, 30]
