"""What everybody may know of a cohort: whether one can apply, until when, for what."""
