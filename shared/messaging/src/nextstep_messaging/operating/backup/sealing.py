"""Keys, and what they seal: AES-256-GCM, of the `cryptography` library. Pure but for randomness.

The master key is a setting. It wraps one key a person, kept in the key store, and one key a backup,
kept in the backup. Nothing is sealed by these themselves: HKDF (RFC 5869) makes of each a key for
one backup, so that a number counted up in the backup is a nonce that never comes twice (NIST SP
800-38D, section 8.2.1).
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nextstep_messaging.operating.backup.splitting import Lock

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class SealError(Exception):
    """What is sealed does not open: another key, or bytes that were changed. Says which."""


class KeyMissingError(SealError):
    """The key that is needed is not there, for example because its person was erased."""


class DamagedError(Exception):
    """A file is not what was written, or not what it is taken for; says what is wrong with it."""


def new_key() -> bytes:
    """A random key."""
    return os.urandom(KEY_BYTES)


def key_for(key: bytes, use: str) -> bytes:
    """The key that another key gives for one use, for example one backup."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"nextstep " + use.encode()).derive(key)


@dataclass(frozen=True)
class Cipher:
    """Seals under one key that is for one use only, by numbers that never come twice."""

    key: bytes

    def seal(self, number: int, data: bytes, about: bytes) -> bytes:
        """Seal data; it opens under the same number and with the same words about it alone."""
        return AESGCM(self.key).encrypt(number.to_bytes(NONCE_BYTES), data, about)

    def open(self, number: int, sealed: bytes, about: bytes) -> bytes:
        """The data again.

        Raises:
            SealError: it was sealed by another key, or changed or moved since.

        """
        try:
            return AESGCM(self.key).decrypt(number.to_bytes(NONCE_BYTES), sealed, about)
        except InvalidTag:
            raise SealError("it was sealed by another key, or was changed since") from None


@dataclass(frozen=True)
class MasterKeys:
    """The master key, and the one before it while what that wrapped is still about."""

    current: bytes
    before: bytes | None = None

    @classmethod
    def read(cls, current: str, before: str | None = None) -> "MasterKeys":
        """From settings: 32 bytes each, in base64 as addresses have it.

        Raises:
            ValueError: one is something else; it does not quote it.

        """
        return cls(_key_of(current), _key_of(before) if before else None)

    def wrap(self, key: bytes, about: str) -> dict[str, str]:
        """A key, wrapped by the current master key."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.current).encrypt(nonce, key, about.encode())
        text = base64.b64encode(nonce + sealed).decode()
        return {"by": fingerprint(self.current), "key": text}

    def unwrap(self, wrapped: Mapping[str, str], about: str) -> bytes:
        """The key again.

        Raises:
            SealError: neither master key is the one that wrapped it, or it was changed.

        """
        for master in filter(None, (self.current, self.before)):
            if fingerprint(master) != wrapped["by"]:
                continue
            data = base64.b64decode(wrapped["key"])
            try:
                return AESGCM(master).decrypt(
                    data[:NONCE_BYTES], data[NONCE_BYTES:], about.encode()
                )
            except InvalidTag:
                raise SealError("it was changed since the master key sealed it") from None
        raise SealError(
            f"it was sealed by the master key {wrapped['by']}; the settings have "
            f"{' and '.join(self.known)}. Give the earlier one as BACKUP_KEY_BEFORE."
        )

    def is_current(self, wrapped: Mapping[str, str]) -> bool:
        """Whether it was the current master key that wrapped it."""
        return wrapped["by"] == fingerprint(self.current)

    @property
    def known(self) -> list[str]:
        """The fingerprints of the keys, which give nothing away."""
        return [fingerprint(one) for one in (self.current, self.before) if one]


def _key_of(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/") + "==")
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            "backup_key must be 32 random bytes in base64, by `openssl rand -base64 32`"
        )
    return key


def fingerprint(key: bytes) -> str:
    """A name for a key that gives nothing away."""
    return hashlib.sha256(b"nextstep backup " + key).hexdigest()[:12]


def sealed_part(
    people: Mapping[str, Cipher], lock: Lock, number: int, data: bytes, about: bytes
) -> bytes | None:
    """Data behind a lock, one layer for each clause; None if it cannot open any more.

    A clause of one person is sealed by their key. One of several is sealed by a key of its own,
    wrapped for each of them, so that any of them opens it. `number` is used once.
    """
    for at, clause in enumerate(lock):
        layer = _layer(number, at)
        known = [one for one in clause if one in people]
        if not known:
            return None
        if len(clause) == 1:
            data = people[known[0]].seal(layer, data, about)
            continue
        key = new_key()
        wraps = [people[one].seal(layer, key, about) if one in people else b"" for one in clause]
        lengths = b"".join(len(one).to_bytes(1) for one in wraps)
        data = lengths + b"".join(wraps) + Cipher(key).seal(layer, data, about)
    return data


def _layer(number: int, clause: int) -> int:
    """The number of one layer: a person may be in several clauses of a lock."""
    return (number << 16) | clause


def opened_part(
    people: Mapping[str, Cipher], lock: Lock, number: int, sealed: bytes, about: bytes
) -> bytes:
    """The data behind a lock.

    Raises:
        KeyMissingError: of one clause nobody's key is there.
        SealError: a key is another, or the bytes were changed.

    """
    for at, clause in reversed([*enumerate(lock)]):
        if not any(one in people for one in clause):
            raise KeyMissingError(f"there is no key of {' or '.join(clause)}")
        layer = _layer(number, at)
        if len(clause) == 1:
            sealed = people[clause[0]].open(layer, sealed, about)
            continue
        sealed = _opened_by_any(people, clause, layer, sealed, about)
    return sealed


def _opened_by_any(
    people: Mapping[str, Cipher], clause: Sequence[str], number: int, sealed: bytes, about: bytes
) -> bytes:
    lengths, at = sealed[: len(clause)], len(clause)
    key: bytes | None = None
    for one, length in zip(clause, lengths, strict=True):
        if length and one in people and key is None:
            key = people[one].open(number, sealed[at : at + length], about)
        at += length
    if key is None:
        raise KeyMissingError(f"there is no key of {' or '.join(clause)}")
    return Cipher(key).open(number, sealed[at:], about)
