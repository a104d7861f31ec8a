"""The list of employers as the office keeps it."""
