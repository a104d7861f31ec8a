"""The office's pages on scoring, on sheets and on each panellist's progress."""
