"""Payloads of form products with something wrong in them, as browsers, plugins and people send."""

import json
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e308, 10**40, "", " ", "\x00", "\ud800", "\u202e", "N/A", "=1+1"),
    *("jane@nhs..net", "jane@nhs.net;", "james.\u017fmith@nhs.net", "jane@groß.example", "a@b"),
    *("1899-12-30T00:00:00", "0001-01-01", "9999-12-31T23:59:59Z", "06/08/2025 (provisional)"),
    *("Dec 2025", "7000009.0", "GMC No. 7012345", "x" * 5_000, "line\nline", "<script>", "0.8"),
    *([], {}, [[]], [None], {"first": "A"}, {"label": []}, ["a", "b"], {"value": "x"}),
    *("https://127.0.0.1/x", "data:;base64,AAAA", "JVBERi0xLjQ=", "6.08425E+18", "\ufeff"),
)


def mutated(chance: Random, body: bytes, content_type: str) -> bytes:
    """The body with one to three things changed; often it is no longer what it says it is."""
    for _ in range(chance.randint(1, 3)):
        body = chance.choice((_bytes, _values, _values, _values))(chance, body, content_type)
    return body


def _bytes(chance: Random, body: bytes, _: str) -> bytes:
    at, length = chance.randrange(len(body) or 1), chance.randint(1, 40)
    match chance.randrange(5):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + body[at + length :]
        case 2:
            return body[:at] + chance.randbytes(length) + body[at:]
        case 3:
            return body[:at] + body[at : at + length] + body[at:]
        case _:
            return body.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-8-sig")))


def _values(chance: Random, body: bytes, content_type: str) -> bytes:
    try:
        if content_type.startswith("application/json"):
            return json.dumps(_changed(chance, json.loads(body))).encode()
        if "urlencoded" in content_type:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
            at = chance.randrange(len(pairs) or 1)
            key, value = pairs[at]
            odd = str(chance.choice(ODD)).encode("utf-8", "replace").decode()
            pairs[at] = chance.choice(((key, odd), (odd, value), (f"{key}[0]", value)))
            return urlencode(pairs).encode()
    except (ValueError, IndexError):
        pass  # it is no longer what it says it is
    return _bytes(chance, body, content_type)


def _changed(chance: Random, value: Any) -> Any:
    """The same data with one value replaced, left out or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        match chance.randrange(6):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {**value, key: chance.choice(ODD)}
            case _:
                return {**value, key: _changed(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(chance, value[at]), *value[at + chance.randrange(2) :]]
    return chance.choice(ODD)
