"""Protection against forged requests: a token bound to the session, in every form.

The token is an HMAC of the session id, so nothing is stored. Someone who is not signed in yet
has a random pre-session cookie in its place; it guards the sign-in form and the link page.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request

from nextstep_web.refusals import NotServed
from nextstep_web.request_state import RequestState, is_machine, web_state
from nextstep_web.settings import WebSettings

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def csrf_token(settings: WebSettings, session_id: str) -> str:
    """The token that a form of this session must carry."""
    secret = settings.session_secret.get_secret_value().encode()
    return hmac.new(secret, f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()


async def csrf_protected(request: Request) -> AsyncIterator[None]:
    """Dependency: refuse an unsafe request without the session's token.

    Routes tagged "machine" are not checked: they carry no cookie and prove themselves otherwise.

    Raises:
        Refused: 403, when the token is missing or is another session's.
    """
    if request.method not in SAFE_METHODS and not is_machine(request.scope):
        await _check(request)
    yield
    await request.close()  # closes uploads that only this check has read


async def _check(request: Request) -> None:
    state = web_state(request)
    known = state.known_session_id
    # A foreign site cannot forge this header, and browsers that send it need no further proof.
    foreign = request.headers.get("sec-fetch-site") == "cross-site"
    if known is None or foreign or not _same(state, known, await _given(request)):
        raise NotServed(
            "This form was opened too long ago, or in another session. "
            "Go back, reload the page and send it again.",
            403,
            title="The form could not be accepted",
        )


def _same(state: RequestState, known: str, given: str) -> bool:
    return hmac.compare_digest(csrf_token(state.settings, known).encode(), given.encode())


async def _given(request: Request) -> str:
    header = request.headers.get(HEADER)
    if header is not None:
        return header
    if not request.headers.get("content-type", "").startswith(_FORM_TYPES):
        return ""
    value = (await request.form()).get(FIELD)
    return value if isinstance(value, str) else ""
