"""Completing the programme: its rules, where each Fellow stands, and modules the office excuses."""
