"""A cohort file whose places are filled after a review."""

from nextstep_programme import cohort_path

SHEET = """mode: reviewed
  criteria:
    - key: motivation
      title: Motivation
      weight: 2
      anchors:
        1: Says that leadership matters, not why or what for.
        3: Names a problem of their service and what they want to learn.
        5: Names a problem, what they tried, what came of it, and what they need to learn next.
    - key: potential
      title: Potential to lead change
      anchors:
        1: Describes duties.
        5: Changed something with others and reflects on what did not work.
  tie_breaks: [motivation, potential]"""


def reviewed_cohort(folder, places):
    """The packaged cohort with this many places that are filled after a review: its path."""
    text = cohort_path("2024-25").read_text("utf-8")
    for before, after in (
        ("mode: rolling", SHEET),
        ("places: 70", f"places: {places}"),
        ("bursaries: 5", f"bursaries: {places}"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    legal = cohort_path("2024-25").with_suffix("")
    (folder / legal.name).symlink_to(legal)
    path = folder / "reviewed.yaml"
    path.write_text(text, "utf-8")
    return str(path)
