"""Receipts, quarantine, field maps and reconciliation for the office."""
