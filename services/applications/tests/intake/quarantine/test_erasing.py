"""Whose a body is that no map reads, as a rule."""

import pytest

from applications.intake.quarantine.erasing import only_theirs
from applications.intake.quarantine.searching import searchable

THEIRS = ("ada@example.org", "ada.okafor@nhs.example")


@pytest.mark.parametrize(
    ("body", "theirs"),
    [
        (b'{"mail": "ADA@example.org"}', True),
        (b"mail=ada%40example.org&again=ada.okafor@nhs.example", True),
        (b'{"mail": "ada@example.org", "referee": "eve@example.org"}', False),
        (b"nada@example.org", False),
        (b"", False),
    ],
)
def test_a_body_is_theirs_that_names_their_address_and_no_other(body, theirs):
    assert only_theirs(body, THEIRS) is theirs


def test_a_file_of_zeros_in_base64_is_read_through_once():
    zeros = b"A" * 5_000_000
    assert only_theirs(b'{"mail": "ada@example.org", "cv": "' + zeros + b'"}', THEIRS)
    assert not only_theirs(zeros + b"@", THEIRS)


def test_marks_piled_upon_a_letter_hold_no_search_up():
    assert searchable("Zoe\u0301" + "\u0301\u0323" * 1_000_000 + " M\u00fcller") == "zoe muller"
