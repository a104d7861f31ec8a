"""Thousands of random courses of a cohort, walked in memory by the rules that the service uses."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..walking import DEEDS, STARTS, Walk

COURSES = 2_000
NUMBER = st.integers(0, 9)
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), NUMBER, NUMBER), min_size=20, max_size=35)


def test_no_course_of_a_cohort_breaks_what_must_hold(record_property):
    courses, done = 0, Counter()

    @settings(max_examples=COURSES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        mode=st.sampled_from(("rolling", "reviewed")),
        places=st.integers(1, 3),
        start=st.sampled_from(sorted(STARTS)),
        crowd=st.integers(2, 8),
        steps=STEPS,
    )
    def walk(mode, places, start, crowd, steps):
        nonlocal courses
        course = Walk(mode, places, start, crowd)
        for step in steps:
            done[step[0]] += course.step(*step)
        courses += 1

    walk()
    record_property("courses", courses)
    record_property("steps", dict(done))
    assert courses >= COURSES
    assert set(done) == set(DEEDS)
    assert min(done.values()) >= 20, "a step that is hardly ever allowed tests nothing"
