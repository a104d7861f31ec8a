"""The page on the result, and its files for an independent recount."""
