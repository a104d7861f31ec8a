"""Addresses and numbers, as far as they point at one person."""

import pytest

from nextstep_programme.resemblance import address_trace, number_trace


@pytest.mark.parametrize(
    ("email", "trace"),
    [
        (" Jane.Smith@NHS.net ", "jane.smith@nhs.net"),
        ("jane.smith+fellows@nhs.net", "jane.smith@nhs.net"),
        ("jane@googlemail.com", "jane@gmail.com"),
        ("jane", ""),
        ("@nhs.net", ""),
        ("", ""),
    ],
)
def test_an_address_is_the_mailbox_that_it_leads_to(email, trace):
    assert address_trace(email) == trace


@pytest.mark.parametrize(
    ("number", "trace"),
    [
        ("7012345", "7012345"),
        ("GMC 701-2345", "7012345"),
        ("gdc: 123456", "123456"),
        ("applied for", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_registration_number_is_its_digits(number, trace):
    assert number_trace(number) == trace
