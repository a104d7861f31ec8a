"""Checkpoints as signed notes, against the example that the specification gives."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nextstep_messaging.operating.audit.checkpoint import Checkpoint, key_id, opened, signed

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
POINT = Checkpoint("nextstep/awards", 1234, bytes(range(32)))


def test_the_key_id_of_the_example_of_the_go_checksum_database():
    # golang.org/x/mod/sumdb/note: a key is written <name>+<id in hex>+<Base64 of kind and key>
    name, written, encoded = (
        "PeterNeumann",
        "c74f20a3",
        "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    )
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
    assert key_id(name, key).hex() == written


def test_what_was_signed_is_read_again():
    note = signed(POINT, KEY)
    assert note.splitlines()[:4] == [
        "nextstep/awards",
        "1234",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "",
    ]
    assert note.splitlines()[4].startswith("— nextstep/awards ")
    assert opened(note, [OTHER.public_key(), KEY.public_key()]) == POINT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1234", "1235"),
        ("1234", "01234"),
        ("1234", "²"),
        ("1234", "9" * 5000),
        ("AAEC", "AAED"),
        ("AAEC", "$$$$"),
        ("Hh8=\n", "\n"),
        ("nextstep/awards\n", "nextstep/applications\n"),
        ("— nextstep/awards", "— nextstep/applications"),
        ("— nextstep/awards ", "— nextstep/awards AA"),
        ("\n\n", "\n"),
        ("nextstep", ""),
    ],
)
def test_a_note_that_was_changed_is_refused(old, new):
    with pytest.raises(ValueError, match=r".+"):
        opened(signed(POINT, KEY).replace(old, new, 1), [KEY.public_key()])


def test_a_key_that_is_not_trusted_counts_for_nothing():
    with pytest.raises(ValueError, match="no key that is trusted signed"):
        opened(signed(POINT, KEY), [OTHER.public_key()])
