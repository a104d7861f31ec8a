"""Which saved views go when a person is erased."""

import pytest

from applications.office.list.saved_views import SavedView, identifying_words

WORDS = identifying_words(
    ["Dr Amara Okafor-Lee", "Amara Eze", "amara.okafor@nhs.net", "mara@example.org", "7012345"]
)


def view(name="A view", **query: str) -> SavedView:
    asked = {key: [value] for key, value in query.items()}
    return SavedView(
        id="v", cohort="2024-25", name=name, query=asked, owner="ola@example.org", shared=True
    )


@pytest.mark.parametrize(
    "named",
    [
        view(q="okafor"),
        view(q="Dr OKAFOR norwich"),
        view(q="oka"),
        view(q="ama oka"),
        view(q="7012345"),
        view(q="70123"),
        view(q="amara.okafor@nhs.net"),
        view(q="mara"),
        view(q="eze", state="referred"),
        view("Amara's statements", flag="late"),
        view("Okafor-Lee"),
    ],
)
def test_a_view_that_was_saved_to_find_the_person_goes(named):
    assert named.looks_for(WORDS)


@pytest.mark.parametrize(
    "other",
    [
        view(),
        view("To decide", state="referred"),
        view(q="norwich"),
        view(q="dr"),
        view(q="nhs.net"),
        view(q="anaesthetics"),
        view(q="am"),
        view(q="okonkwo"),
        view(q="oka norwich"),
        view("Doctors in Norwich", q="norwich"),
    ],
)
def test_a_view_about_others_stays(other):
    assert not other.looks_for(WORDS)
