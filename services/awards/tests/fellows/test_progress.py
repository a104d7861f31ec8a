"""How a Fellow stands, by the latest word, in whatever order the words come."""

from awards.fellows.progress import hear_requirements, hear_standing

from ..builders import requirements, standing


def test_standing_and_requirements_keep_their_own_highest_revision():
    first = hear_standing(hear_requirements(None, requirements(revision=4)), standing(revision=2))
    late = hear_standing(first, standing(revision=1, standing="impossible"))
    assert late == first
    assert late.met
    corrected = hear_requirements(late, requirements(revision=5, met=False))
    assert not corrected.met
    assert corrected.standing == first.standing
