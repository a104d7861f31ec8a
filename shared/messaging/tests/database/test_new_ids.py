"""Ids of events are unique, whatever is done to the randomness that all of Python shares."""

import os
import random

from nextstep_messaging.database.outbox import new_id


def test_seeding_the_shared_randomness_repeats_no_id():
    before = random.getstate()
    try:
        random.seed(1)
        first = new_id()
        random.seed(1)
        assert new_id() != first
    finally:
        random.setstate(before)
    assert first.version == 4


def test_a_forked_process_gives_ids_of_its_own():
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writable, new_id().bytes)
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(readable, 16) != new_id().bytes
    os.close(readable)
    os.close(writable)
