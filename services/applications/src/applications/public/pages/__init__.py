"""The public page and its JSON."""
