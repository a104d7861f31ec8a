"""Registers: who was at a session, by evidence that is only ever appended."""
