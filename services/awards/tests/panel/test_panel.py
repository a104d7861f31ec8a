"""What the panel has before it, and who may know of which project."""

from ..builders import a_conflict, a_panel, a_panellist, a_project, details


def test_a_recused_project_is_not_among_what_a_panellist_may_know_of():
    suggested = a_project("p3", details=details(trust="Elsewhere"))
    judge = a_panellist("j1", trust="elsewhere")
    panel = a_panel(
        projects=(a_project("p1"), a_project("p2"), suggested),
        panellists=(judge, a_panellist("j2")),
        conflicts=(a_conflict("p1", "j1"),),
    )
    assert [one.id for one in panel.visible_to("j1")] == ["p2"]
    assert [one.id for one in panel.visible_to("j2")] == ["p3", "p1", "p2"]
