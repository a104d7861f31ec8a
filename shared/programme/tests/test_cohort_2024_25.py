"""The packaged file says what the programme's published page says."""

from datetime import UTC, date, datetime, time

from nextstep_programme import load

COHORT = load("2024-25").cohort


def test_the_dated_sessions_are_those_of_the_published_table():
    masterclass = (time(17), time(19), "Online")
    newmarket = (None, None, "The Jockey Club, Newmarket")
    assert {
        s.key: (s.on, s.starts, s.ends, s.venue) for s in COHORT.sessions if s.on is not None
    } == {
        "masterclass-1": (date(2024, 9, 11), *masterclass),
        "module-1": (date(2024, 10, 8), *newmarket),
        "masterclass-2": (date(2024, 11, 7), *masterclass),
        "module-2": (date(2024, 12, 11), *newmarket),
        "masterclass-3": (date(2025, 1, 14), *masterclass),
        "module-3": (date(2025, 2, 20), None, None, "Bush House, Strand, London"),
        "masterclass-4": (date(2025, 3, 19), *masterclass),
        "masterclass-5": (date(2025, 4, 17), *masterclass),
        "masterclass-6": (date(2025, 5, 21), *masterclass),
        "module-4": (date(2025, 7, 22), *newmarket),
    }


def test_what_was_announced_without_a_date_is_an_undated_session():
    assert [s.key for s in COHORT.sessions if s.on is None] == [
        "networking-1",
        "networking-2",
        "surgeries",
        "coaching-debrief",
        "alumni-session",
    ]


def test_the_modules_and_only_they_are_mandatory():
    mandatory = [s.key for s in COHORT.sessions if s.mandatory]
    assert mandatory == [s.key for s in COHORT.of_kind("module")]
    assert len(mandatory) == 4


def test_each_topic_has_ten_slots_on_its_published_days():
    days = {
        topic.key: sorted({on for on, _, _ in COHORT.learning_sets.slots(topic)})
        for topic in COHORT.learning_sets.topics
    }
    assert days == {
        "topic-1": [date(2024, 11, 1), date(2024, 11, 2)],
        "topic-2": [date(2024, 12, 6), date(2024, 12, 7)],
        "topic-3": [date(2025, 1, 11), date(2025, 1, 18)],
        "topic-4": [date(2025, 2, 28), date(2025, 3, 1)],
    }
    for topic in COHORT.learning_sets.topics:
        assert len(COHORT.learning_sets.slots(topic)) == 10


def test_the_deadline_is_the_ninth_of_september_in_british_summer_time():
    assert COHORT.deadline == datetime(2024, 9, 9, 22, 59, tzinfo=UTC)


def test_a_session_keeps_its_local_time_across_the_change_of_the_clocks():
    first, second = list(COHORT.of_kind("masterclass"))[:2]
    assert [COHORT.moment(s.on, s.starts) for s in (first, second)] == [
        datetime(2024, 9, 11, 16, tzinfo=UTC),
        datetime(2024, 11, 7, 17, tzinfo=UTC),
    ]


def test_places_completion_and_awards_are_as_published():
    assert (COHORT.places, COHORT.completion.masterclasses_required) == (70, 4)
    assert (COHORT.awards.bursaries, COHORT.awards.panel_organisations) == (
        5,
        ("KHP", "FMLM", "KBS"),
    )
    assert (COHORT.benefits.discount_fee_pounds, COHORT.benefits.discount_years) == (200, 2)


def test_every_tie_can_be_broken_and_every_criterion_is_anchored_at_both_ends():
    criteria = COHORT.awards.criteria
    assert sorted(COHORT.awards.tie_breaks) == sorted(c.key for c in criteria)
    for criterion in criteria:
        assert {1, COHORT.awards.scale} <= set(criterion.anchors)
