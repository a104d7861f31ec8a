"""The page on graduation."""
