"""Forms for the office to add, change and cancel a session; how a session is written."""
