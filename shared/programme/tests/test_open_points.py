"""What a cohort leaves open is found, with its line, and stops nobody."""

from nextstep_programme import load


def codes(loaded_cohort):
    return {point.code for point in loaded_cohort.warnings}


def only(loaded_cohort, code):
    (point,) = [point for point in loaded_cohort.warnings if point.code == code]
    return point


def test_the_open_points_of_2024_25():
    points = [(point.code, point.field) for point in load("2024-25").warnings]
    topics = [f"learning_sets.topics[{n}]" for n in range(4)]
    assert sorted(points) == sorted(
        [
            ("deadline-weekday", "deadline_stated"),
            ("contact-not-an-address", "contact"),
            ("form-without-address", "form_url"),
            ("training-day-before-deadline", "eligibility.training_on"),
            ("no-lower-cct-bound", "eligibility.cct_window_years"),
            ("commencement-readings", "eligibility.commencement"),
            ("first-come-or-merit", "selection.mode"),
            ("starts-before-offers-lapse", "selection.short_offer_days"),
            ("promotion-after-start", "selection.promote_until"),
            *(("time-to-be-confirmed", f"sessions[{n}]") for n in (1, 3, 5, 9)),
            ("bank-holiday-eve", "sessions[7].on"),
            *(("undated-session", f"sessions[{n}]") for n in range(10, 15)),
            ("learning-set-no-slack", "learning_sets.size"),
            ("learning-set-seats-short", "learning_sets.stated_size"),
            ("clock-change", "learning_sets.topics[0].windows[0].on"),
            ("clock-change", "zone"),
            *(("weekend", topics[n]) for n in (0, 1, 3)),
            ("weekends-only", topics[2]),
            *(("facilitator-without-break", f"{topic}.windows") for topic in topics),
            ("expected-not-required", "completion"),
            ("membership-ends-before-discount", "benefits.membership_months"),
            *(("legal-page-unfinished", f"legal_pages[{n}].file") for n in range(7)),
            *(("note", f"notes[{n}]") for n in range(8)),
        ]
    )


def test_open_points_come_in_file_order_with_the_line_of_their_field(line_of):
    loaded = load("2024-25")
    lines = [point.line for point in loaded.warnings]
    assert lines == sorted(lines)
    assert only(loaded, "deadline-weekday").line == line_of("deadline_stated:")
    assert only(loaded, "bank-holiday-eve").line == line_of("on: 2025-04-17")
    assert only(loaded, "weekends-only").line == line_of("key: topic-3")


def test_the_weekday_of_the_published_deadline_is_compared_with_the_calendar(loaded):
    point = only(loaded(), "deadline-weekday")
    assert "Tuesday" in point.message
    assert "is a Monday" in point.message
    mended = loaded(("Tuesday 9 September 2024", "Monday 9 September 2024"))
    assert not codes(mended) & {"deadline-weekday", "deadline-differs"}


def test_a_published_deadline_on_another_day_is_reported(loaded):
    moved = loaded(("deadline_on: 2024-09-09", "deadline_on: 2024-09-10"))
    assert "deadline-differs" in codes(moved)
    assert "deadline-weekday" not in codes(moved)  # the tenth was a Tuesday


def test_maundy_thursday_is_reported_and_an_ordinary_thursday_is_not(loaded):
    assert "Good Friday" in only(loaded(), "bank-holiday-eve").message
    assert "bank-holiday-eve" not in codes(loaded(("on: 2025-04-17", "on: 2025-04-10")))


def test_the_friday_before_a_bank_holiday_monday_counts_as_its_eve(loaded):
    moved = loaded(("on: 2025-04-17", "on: 2025-05-02"))
    assert "May Day" in only(moved, "bank-holiday-eve").message


def test_a_session_on_a_bank_holiday_is_reported(loaded):
    moved = loaded(("on: 2025-04-17", "on: 2025-04-21"))
    assert "Easter Monday" in only(moved, "bank-holiday").message


def test_a_session_at_a_weekend_is_reported(loaded):
    moved = loaded(("on: 2025-04-17", "on: 2025-04-12"))
    assert [p.field for p in moved.warnings if p.code == "weekend" and "sessions" in p.field] == [
        "sessions[7].on"
    ]


def test_both_changes_of_the_clocks_are_reported_with_what_is_near_them(loaded):
    near = [p.message for p in loaded().warnings if p.code == "clock-change"]
    assert ["27 October 2024" in near[1], "topic 1 on Friday 1 November 2024" in near[1]] == [
        True,
        True,
    ]
    assert "Sunday 30 March 2025" in near[0]


def test_a_session_during_another_clashes_unless_their_times_are_apart(loaded, line_of):
    on_same_day = ("on: 2025-05-21", "on: 2025-04-17")
    point = only(loaded(on_same_day), "clash")
    assert (point.field, point.line) == ("sessions[8].on", line_of("on: 2025-05-21"))
    apart = loaded(
        ('on: 2025-04-17\n    starts: "17:00"\n    ends: "19:00"',
         'on: 2025-05-21\n    starts: "15:00"\n    ends: "17:00"'),
    )  # fmt: skip
    assert "clash" not in codes(apart)


def test_a_session_without_times_clashes_with_anything_on_its_day(loaded):
    assert "clash" in codes(loaded(("on: 2024-10-08\n    venue", "on: 2024-11-07\n    venue")))


def test_a_session_during_a_learning_set_window_clashes(loaded):
    moved = loaded(("on: 2024-11-07", "on: 2024-11-01"))
    assert only(moved, "clash").field == "learning_sets.topics[0].windows[0].on"


def test_learning_set_seats_are_compared_with_places(loaded):
    roomy = codes(loaded(("  size: 7", "  size: 8")))
    assert not roomy & {"learning-set-no-slack", "learning-set-places-short"}
    assert "learning-set-places-short" in codes(loaded(("  size: 7", "  size: 6")))


def test_topics_with_different_numbers_of_slots_are_reported(loaded):
    shorter = loaded(('closes: "19:30"', 'closes: "18:00"'))
    assert "10, 10, 10" in only(shorter, "learning-set-slots-differ").message


def test_a_criterion_that_breaks_no_tie_is_named(loaded):
    point = only(
        loaded(("    - spread\n    - problem\n", "    - spread\n")), "tie-break-incomplete"
    )
    assert "Problem and need" in point.message


def test_a_deadline_in_the_hour_that_comes_twice_is_named(loaded):
    clocks_go_back = (
        ("deadline_on: 2024-09-09", "deadline_on: 2024-10-27"),
        ('deadline_at: "23:59"', 'deadline_at: "01:30"'),
    )
    point = only(loaded(*clocks_go_back), "deadline-twice")
    assert "Sunday 27 October 2024, so 1:30am comes twice" in point.message
    assert "01:30 BST" in point.message
    assert point.field == "deadline_at"
    for at in ("00:59", "02:00"):
        once = loaded(clocks_go_back[0], ('deadline_at: "23:59"', f'deadline_at: "{at}"'))
        assert "deadline-twice" not in codes(once)


def test_where_to_write_and_where_the_form_is_can_be_said(loaded):
    said = loaded(
        (
            "contact:",
            "contact_email: office@example.org\nform_url: https://forms.example.org/a\ncontact:",
        )
    )
    assert not codes(said) & {"contact-not-an-address", "form-without-address"}
    assert said.cohort.contact_address == "office@example.org"
    within = loaded(("the kbsparticipants mailbox", "the office (a.b@c.org)"))
    assert within.cohort.contact_address == "a.b@c.org"
    assert loaded().cohort.contact_address is None


def test_a_decided_point_is_no_longer_open(loaded):
    decided = loaded(
        ("on: 2024-10-08\n", 'on: 2024-10-08\n    starts: "09:30"\n    ends: "16:30"\n'),
        ("contact: the kbsparticipants mailbox", "contact: office@example.org,"),
        ("  commencement_alternatives:\n    - 2024-09-11 # Masterclass 1\n", ""),
        ("on: 2024-09-11", "on: 2024-10-15"),
    )
    assert not codes(decided) & {
        "contact-not-an-address",
        "commencement-readings",
        "promotion-after-start",
        "starts-before-offers-lapse",
    }
    assert len([p for p in decided.warnings if p.code == "time-to-be-confirmed"]) == 3
