"""Whether enough judges are left for each project."""

from awards.panel.coverage import coverage

from ..builders import a_panellist, a_project


def test_coverage_counts_the_judges_left_and_names_missing_organisations():
    judges = [a_panellist("j1"), a_panellist("j2", organisation="KBS"), a_panellist("j3")]
    (found,) = coverage([a_project("p1")], judges, {("p1", "j2")}, 3, ("KHP", "KBS"))
    assert (found.judges, found.missing_organisations) == (("j1", "j3"), ("KBS",))
    assert not found.enough
    (found,) = coverage([a_project("p1")], judges, (), 3, ("KHP", "KBS"))
    assert found.enough
