"""Protection against forged requests: a token bound to the session, in every form.

The token is an HMAC of the session id, so nothing is stored. Someone who is not signed in yet
has a random pre-session cookie in its place; it guards the sign-in form and the link page.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request

from nextstep_web.bodies import arriving_of
from nextstep_web.refusals import NotServed
from nextstep_web.request_state import RequestState, is_machine, web_state
from nextstep_web.session_keys import derived_secret
from nextstep_web.settings import WebSettings
from nextstep_web.uploads import MULTIPART, NoTokenError, read_with_token

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
URLENCODED: Final = "application/x-www-form-urlencoded"


def csrf_token(settings: WebSettings, session_id: str) -> str:
    """The token that a form of this session must carry."""
    secret = derived_secret(settings.own_session_key, "csrf")
    return hmac.new(secret, session_id.encode(), hashlib.sha256).hexdigest()


async def csrf_protected(request: Request) -> AsyncIterator[None]:
    """Dependency: refuse an unsafe request without the session's token.

    Routes tagged "machine" are not checked: they carry no cookie and prove themselves otherwise.
    A form with files is read only for who is signed in, and only once its token has come.

    Raises:
        Refused: 403, when the token is missing or is another session's.
    """
    try:
        if request.method not in SAFE_METHODS and not is_machine(request.scope):
            await _check(request)
        yield
    finally:
        await request.close()  # closes uploads, whatever became of the request


async def _check(request: Request) -> None:
    state = web_state(request)
    # A foreign site cannot forge this header, and browsers that send it need no further proof.
    foreign = request.headers.get("sec-fetch-site") == "cross-site"
    known = None if foreign else await _session_of_form(request, state)
    if known is None:
        raise NotServed(
            "This form was opened too long ago, or in another session. "
            "Go back, reload the page and send it again.",
            403,
            title="The form could not be accepted",
        )
    state.act_in(known)


async def _session_of_form(request: Request, state: RequestState) -> str | None:
    """Of two sessions in one browser, the one that the form was shown to; None without a token."""

    def shown_to(given: str) -> str | None:
        return next((one for one in state.known_session_ids if _same(state, one, given)), None)

    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    header = request.headers.get(HEADER)
    if header is not None:
        arriving_of(request).spooled = kind == MULTIPART  # as its parser does
        return shown_to(header)
    if kind == URLENCODED:
        value = (await request.form()).get(FIELD)
        return shown_to(value) if isinstance(value, str) else None
    if kind != MULTIPART or not state.principals:
        return None
    try:
        await read_with_token(request, FIELD, lambda given: shown_to(given) is not None)
    except NoTokenError:
        return None
    return shown_to(str((await request.form())[FIELD]))


def _same(state: RequestState, known: str, given: str) -> bool:
    return hmac.compare_digest(csrf_token(state.settings, known).encode(), given.encode())
