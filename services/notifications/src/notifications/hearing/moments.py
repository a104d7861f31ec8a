"""Moments as they are stored: as text, since the database would cut their microseconds."""

from datetime import UTC, datetime


def as_utc(text: str) -> datetime:
    """The moment that `isoformat` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
