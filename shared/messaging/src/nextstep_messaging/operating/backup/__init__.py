"""Backups in which what belongs to a person is sealed by a key of that person, held apart."""
