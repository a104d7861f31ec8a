"""The programme office's view of all emails and calendars, and sending one again."""
