"""Hands emails to the mail server, and makes sure that what became of each is known."""
