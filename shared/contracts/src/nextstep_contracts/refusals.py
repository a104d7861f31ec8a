"""How a rule says no: a sentence for the person who asked, raised by rules and shown by pages."""

from collections.abc import Collection, Mapping
from typing import Self


class Refused(Exception):  # noqa: N818 - a rule's "no" is an answer, not an error
    """A rule says no. The message is fit for the person who asked."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        """What is wrong with which field of a form that can be shown again."""

    @classmethod
    def field(cls, name: str, message: str) -> Self:
        """A refusal about one field of a form."""
        return cls(message, {name: message})

    def prefixed(self, prefix: str, names: Collection[str]) -> "Refused":
        """The same refusal for a form that puts `prefix` before the names of these fields."""
        named = {prefix + k if k in names else k: text for k, text in self.fields.items()}
        return Refused(self.message, named)


class AlreadySo(Refused):
    """What was asked for is so already, for example by a first press of the same button.

    The message says what is so: whoever asked has what they wanted, so it is no error to them.
    """


class NoSuch(Refused):
    """No such thing, or none that this person may know of; both read the same on purpose."""

    def __init__(self, message: str = "There is nothing at this address.") -> None:
        super().__init__(message)
