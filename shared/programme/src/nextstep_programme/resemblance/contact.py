"""Addresses and registration numbers, as far as they point at one person."""

from typing import Final

from nextstep_programme.letters import plain_letters
from nextstep_programme.registration_number import registration_number

_FEWEST_DIGITS: Final = 4
"""GMC references have seven digits, GDC numbers four to seven."""
_ANOTHER_NAME: Final = {"googlemail.com": "gmail.com"}
"""Domains under which the same mailbox is reached by another."""


def address_trace(email: str) -> str:
    """An email address as the mailbox that it leads to; empty if it is none.

    Without regard to case and to what follows a plus sign, which providers drop.
    """
    local, at, domain = plain_letters(email.strip()).rpartition("@")
    mailbox = local.partition("+")[0]
    return f"{mailbox}@{_ANOTHER_NAME.get(domain, domain)}" if at and mailbox and domain else ""


def number_trace(number: str) -> str:
    """A registration number by its digits; empty if it has too few to be one."""
    digits = registration_number(number) or ""
    return digits if digits.isascii() and digits.isdigit() and len(digits) >= _FEWEST_DIGITS else ""
