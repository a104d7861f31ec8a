"""Which answer of a form is which of ours."""
