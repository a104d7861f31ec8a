"""`python -m nextstep_programme check FILE` speaks to whoever writes next year's file."""

from nextstep_programme.__main__ import main


def test_open_points_are_printed_and_do_not_fail(capsys):
    assert main(["check", "2024-25"]) == 0
    printed = capsys.readouterr().out
    assert "usable, 48 open points" in printed
    assert "line 13  deadline_stated [deadline-weekday]" in printed


def test_errors_are_printed_with_what_is_allowed_and_fail(edited, capsys):
    path = edited(("places: 70", "places: many"), ("bursaries: 5", "bursaries: 0"))
    assert main(["check", str(path)]) == 1
    printed = capsys.readouterr().out
    assert "not usable, 2 errors" in printed
    assert "Allowed: a whole number without quotes, for example 70." in printed
