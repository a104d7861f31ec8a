"""A Fellow's own page."""
