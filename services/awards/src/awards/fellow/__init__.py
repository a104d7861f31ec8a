"""A Fellow's own side: their project, and what graduation brought them."""
