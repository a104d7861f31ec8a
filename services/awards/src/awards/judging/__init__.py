"""Judging: the registered method, score sheets, and what the panel still owes."""
