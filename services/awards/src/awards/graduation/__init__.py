"""Graduation: who completes, what every graduate receives, and when it runs out."""
