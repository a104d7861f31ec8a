"""What can go wrong with the database, in our own words rather than the driver's."""


class StaleDocument(Exception):  # noqa: N818 - an everyday event with a name of its own; no fault
    """Somebody else changed the document since it was loaded; load it again and decide anew."""


class DuplicateKey(Exception):  # noqa: N818 - as above
    """A unique index already holds this key."""


class DatabaseUnavailableError(OSError):
    """The database cannot be reached, or went away in the middle of the work."""


class PassingError(Exception):
    """A transaction was lost to a rival or an election; the same work may succeed at once."""

    def __init__(self, message: str, *, unreachable: bool) -> None:
        super().__init__(message)
        self.unreachable = unreachable
        """The server went away, rather than a rival being quicker."""


class NoMomentError(Exception):
    """The database cannot be read as it was at one moment, or not any more."""

    def __init__(self, message: str, *, forgotten: bool) -> None:
        super().__init__(message)
        self.forgotten = forgotten
        """It could be, but the server keeps moments no longer than this took."""
