"""The page on conflicts of interest."""
