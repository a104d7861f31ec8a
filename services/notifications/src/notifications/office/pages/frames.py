"""Emails shown inside a page, without trusting them.

The HTML of an email needs inline styles, which our pages forbid. It is shown in a sandboxed frame,
under a policy of its own that allows styles and nothing else: no script, picture, form or link.
"""

from fastapi import Response
from fastapi.responses import HTMLResponse

from nextstep_web.security_headers import CONTENT_SECURITY_POLICY

_POLICY = "content-security-policy"
INSIDE = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)


def framed(html: str) -> HTMLResponse:
    """The HTML of an email, for a frame."""
    return HTMLResponse(html, headers={_POLICY: INSIDE})


def with_frames(page: Response) -> Response:
    """Let a page of ours hold frames from this service, which pages otherwise may not."""
    page.headers[_POLICY] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page
