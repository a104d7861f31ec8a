"""The headers that every answer carries."""

from typing import Final

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from another host, nothing inline; data: images are the arrows drawn by style sheets."""

_ALWAYS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    # the address of an emailed link holds its token, which no other site may be told
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
}
_ONE_YEAR: Final = "max-age=31536000"


def security_headers(*, secure: bool) -> list[tuple[bytes, bytes]]:
    """The headers for any answer, as ASGI sends them.

    `secure` says that the site is only served over https.
    """
    headers = _ALWAYS | {"strict-transport-security": _ONE_YEAR} if secure else _ALWAYS
    return [(name.encode(), value.encode()) for name, value in headers.items()]
