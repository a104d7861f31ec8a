"""Whom somebody asks who must leave a thing to a colleague."""

from awards.panel.colleagues import asking, colleagues

from ..builders import a_panellist


def test_those_are_named_who_worked_in_the_office_and_are_not_on_the_panel():
    acted = ["ola@example.org", "J1@panel.example", "kit@example.org", "ola@example.org"]
    names = colleagues(acted, [a_panellist("j1")])
    assert names == ("kit@example.org", "ola@example.org")
    assert asking(names) == (
        "Ask a colleague in the programme office who is not on the panel: "
        "kit@example.org, ola@example.org."
    )


def test_at_most_three_are_named_and_none_where_none_is_known():
    assert asking("abcd").endswith("not on the panel: a, b, c.")
    assert asking(()) == "Ask a colleague in the programme office who is not on the panel."
