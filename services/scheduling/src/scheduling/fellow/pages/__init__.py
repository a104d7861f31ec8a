"""The page behind the link in a Fellow's emails."""
