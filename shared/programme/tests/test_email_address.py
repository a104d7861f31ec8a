"""One reader of addresses, for all services."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme.email_address import (
    NoAddressError,
    address_key,
    read_address,
    same_address,
    to_server,
)

PASTED = [
    "jane@nhs.net",
    "  jane@nhs.net\n",
    "jane@nhs.net;",
    "jane@nhs.net,",
    "jane@nhs.net.",
    "<jane@nhs.net>",
    "mailto:jane@nhs.net",
    "MAILTO:jane@nhs.net",
    "Jane O'Neill <jane@nhs.net>",
    '"O\'Neill, Jane" <jane@nhs.net>;',
    "\u200bjane@nhs.net\ufeff",
    "\u00a0jane@nhs.net\u00a0",
    "“jane@nhs.net”",
    "(jane@nhs.net)",
]


@pytest.mark.parametrize("written", PASTED)
def test_what_pasting_puts_around_an_address_is_taken_off(written):
    assert read_address(written) == "jane@nhs.net"


REFUSED = [
    ("", "is empty"),
    ("jane", "has no @"),
    ("@nhs.net", "has no @"),
    ("jane@", "has no @"),
    ("jane@nhs", "no domain of the internet"),
    ("jane@nhs..net", "a dot too many after the @"),
    ("jane..doe@nhs.net", "a dot too many before the @"),
    (".jane@nhs.net", None),
    ("jane@nhs.net; jane@gmail.com", "more than one @"),
    ("jane doe@nhs.net", "has a space in it"),
    ("jane@nhs. net", "no domain"),
    ("ja\u200bne@nhs.net", "U+200B"),
    ("james.\u017fmith@nhs.net", "(U+017F)"),
    ("ls2\udfff@example.org", "a broken character"),
    ("jane@example\udfff.org", "a broken character"),
    ("ja\x00ne@nhs.net", "a character before the @"),
    ("jane@-nhs.net", "no domain"),
    ("jane@nhs_uk.net", "no domain"),
    ("jane@192.168.0.1", "no domain of the internet"),
    ("jane@[192.168.0.1]", "no domain"),
    ("jane@xn--a.example", "no domain"),
    ("jane@GRO\u1e9e.example", "no domain"),
    ("x" * 65 + "@nhs.net", "more than 64"),
    ("jane@" + ".".join(["a" * 60] * 5), "longer than 254"),
]


@pytest.mark.parametrize(("written", "why"), REFUSED)
def test_what_no_email_can_go_to_is_refused_with_the_reason(written, why):
    if why is None:
        assert read_address(written) == "jane@nhs.net"  # the dot of the sentence before it
        return
    with pytest.raises(NoAddressError) as refused:
        read_address(written)
    assert why in str(refused.value)


def test_only_the_case_of_ascii_letters_and_the_normal_form_are_no_matter():
    assert same_address("James.Smith@NHS.net", "james.smith@nhs.net")
    assert same_address("a@cafe\u0301.example", "a@café.example")
    assert same_address("a@xn--caf-dma.example", "a@café.example")
    assert not same_address("james.\u017fmith@nhs.net", "james.smith@nhs.net")
    assert same_address("\u212aate@nhs.net", "kate@nhs.net")  # the kelvin sign is K in form C
    assert not same_address("jane@groß.example", "jane@gross.example")
    assert not same_address("jane+1@nhs.net", "jane@nhs.net")
    assert not same_address("", "")
    assert not same_address(None, "jane@nhs.net")


def test_a_domain_is_written_to_servers_by_idna_2008():
    assert to_server("jane@groß.example") == "jane@xn--gro-7ka.example"
    assert to_server("jane@localhost") == "jane@localhost"


@given(st.text(max_size=60) | st.from_regex(r"[a-z.]{1,9}@[a-zß.\-]{1,9}\.[a-z]{2,4}[;.> ]?"))
def test_whatever_is_written_is_read_once_or_refused(written):
    key = address_key(written)
    assert address_key(key) == key
    try:
        found = read_address(written)
    except NoAddressError:
        return
    assert read_address(found) == found
    assert to_server(found).isascii()
    assert found in unicodedata.normalize("NFC", written)


def test_megabytes_of_marks_are_no_address_and_hold_nobody_up():
    piled = "jane" + "\u0301\u0323" * 3_000_000 + "@nhs.net"
    with pytest.raises(NoAddressError, match="longer than 254 characters"):
        read_address(piled)
    assert same_address(piled, piled.upper())
    assert not same_address(piled, "jane@nhs.net")
