"""What an event causes: who is told what of it, which calendars to look at, and who people are."""
