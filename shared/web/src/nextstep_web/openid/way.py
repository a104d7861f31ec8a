"""The way to sign in by the account of one's organisation."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import Request, Response

from nextstep_web import rates
from nextstep_web.local_paths import local_path
from nextstep_web.navigation import service_url
from nextstep_web.openid import attempts, id_token, standard
from nextstep_web.openid.attempts import Attempt
from nextstep_web.openid.provider import Provider
from nextstep_web.openid.refusal import SignInRefused
from nextstep_web.openid.staff import staff_of
from nextstep_web.pages import render
from nextstep_web.request_state import web_state
from nextstep_web.settings import WebSettings
from nextstep_web.sign_in import Proved, SignIn

log = structlog.get_logger("nextstep_web.sign_in")

LONGEST_CODE = 8_000
"""Characters; those of Entra ID have up to two thousand."""


class OpenIdSignIn(SignIn):
    """Sends the browser to the provider, and reads what it comes back with.

    The browser is sent by a page that leads on, not by a redirect: where a redirect follows a
    form, the content security policy would have to name every address that the provider passes
    the browser on to.
    """

    elsewhere = True

    def __init__(
        self, service: str, settings: WebSettings, now: Callable[[], float] = time.time
    ) -> None:
        self._service = service
        self._settings = settings
        self._now = now
        self._provider = Provider(settings, now)
        self._client = standard.Client(
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            scope=settings.oidc_scopes,
            redirect_uri=f"{service_url(settings, service)}/{service}/sign-in/return",
        )

    async def begin(self, request: Request, next_path: str) -> Response:
        """Lead to the provider."""
        try:
            metadata = await self._provider.metadata()
        except SignInRefused as no:
            return self._refused(request, no, next_path)
        attempt = Attempt.towards(next_path)
        address = standard.authorisation_address(
            self._client,
            metadata.authorization_endpoint,
            verifier=attempt.verifier,
            state=attempt.state,
            nonce=attempt.nonce,
            prompt="login" if "another" in request.query_params else None,
        )
        page = self._leading_to(request, address, "Sign in")
        attempts.keep(request, page, attempt)
        return page

    async def finish(self, request: Request) -> Proved | Response:
        """No form is shown here, so whoever sends one begins."""
        return await self.begin(request, f"/{self._service}/")

    async def returned(self, request: Request) -> Proved | Response:
        """Let in whom the provider sends back, or say why not.

        The one GET that has an effect: it uses the code up. So HEAD asks nobody.
        """
        if web_state(request).head:
            return Response()
        attempt = attempts.read(request, request.query_params.get("state", ""))
        next_path = local_path(attempt.next_path if attempt else "", f"/{self._service}/")
        try:
            claims = await self._claims(request, attempt)
            principal = staff_of(claims, self._settings)
        except SignInRefused as no:
            if no.account:
                rates.failed(request, no.account)
            return self._refused(request, no, next_path)
        rates.succeeded(request, principal.subject)
        return Proved(principal, next_path)

    async def leave(self, request: Request) -> Response | None:
        """Lead to the provider's own sign-out, if it has one."""
        try:
            metadata = await self._provider.metadata()
        except SignInRefused as no:
            _log(no)
            return self._still_open(request)
        if metadata.end_session_endpoint is None:
            return self._still_open(request)
        address = standard.with_parameters(
            metadata.end_session_endpoint,
            client_id=self._client.client_id,
            post_logout_redirect_uri=(
                f"{service_url(self._settings, self._service)}/{self._service}/signed-out"
            ),
        )
        return self._leading_to(request, address, "Sign out")

    async def _claims(self, request: Request, attempt: Attempt | None) -> Mapping[str, Any]:
        """What the provider says of whoever is at the browser."""
        if attempt is None:
            # some providers leave `state` out when they say no
            raise _declined(request) or SignInRefused("attempt_unknown")
        code = await self._code(request)
        tokens = await self._provider.exchange(self._client, code, attempt.verifier)
        metadata = await self._provider.metadata()
        expected = id_token.Expected(
            issuer=metadata.issuer,
            client_id=self._client.client_id,
            nonce=attempt.nonce,
            access_token=tokens.access_token,
            algorithms=metadata.id_token_signing_alg_values_supported,
        )
        key = await self._provider.key(id_token.header_of(tokens.id_token, expected))
        return id_token.claims_of(tokens.id_token, key, expected, self._now())

    async def _code(self, request: Request) -> str:
        said = request.query_params
        metadata = await self._provider.metadata()
        issuer = said.get("iss")  # RFC 9207
        if issuer is None and metadata.authorization_response_iss_parameter_supported:
            raise SignInRefused("answer_incomplete", "no iss")
        if issuer not in (None, metadata.issuer):
            raise SignInRefused("answer_of_another", f"iss {str(issuer)[:200]}")
        if (declined := _declined(request)) is not None:
            raise declined
        code = said.get("code", "")
        if not code or len(code) > LONGEST_CODE:
            raise SignInRefused("answer_incomplete", f"a code of {len(code)} characters")
        return code

    def _leading_to(self, request: Request, address: str, title: str) -> Response:
        page = render(
            request, "nextstep/leading_on.html", address=address, title=title, provider=self._name
        )
        if "hx-request" in request.headers:  # a script asks in place of the browser
            page.headers["HX-Redirect"] = address
        return page

    def _still_open(self, request: Request) -> Response:
        return render(request, "nextstep/signed_out.html", still_open=self._name)

    def _refused(self, request: Request, no: SignInRefused, next_path: str) -> Response:
        _log(no)
        text = no.words.text.format(provider=self._name, account=no.account)
        return render(
            request,
            "nextstep/sign_in_refused.html",
            no.words.status,
            words=no.words,
            text=text[:1].upper() + text[1:],
            again=f"/{self._service}/sign-in?{urlencode({'with': 'account', 'next': next_path})}",
        )

    @property
    def _name(self) -> str:
        return self._settings.oidc_provider_name


def _declined(request: Request) -> SignInRefused | None:
    """What the provider's "no" to a browser means (OpenID Connect Core, section 3.1.2.6)."""
    error = request.query_params.get("error")
    if error is None:
        return None
    away = ("server_error", "temporarily_unavailable")
    wrong = ("invalid_request", "unauthorized_client", "invalid_scope", "unsupported_response_type")
    detail = f"{error[:60]}: {request.query_params.get('error_description', '')[:200]}"
    if error in away:
        return SignInRefused("provider_away", detail)
    return SignInRefused("request_refused" if error in wrong else "declined", detail)


def _log(no: SignInRefused) -> None:
    log.warning("sign_in_refused", reason=no.reason, detail=no.detail)
