"""Pages that show what several features know."""
