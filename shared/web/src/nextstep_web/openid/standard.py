"""What Authlib does for us, and the only module that knows it.

Its Starlette client is not used: that keeps one sign-in at a time in a session of its own, takes
the signature algorithms from the provider, and reads answers of any size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, MissingClaimError

from nextstep_web.openid.refusal import SignInRefused


@dataclass(frozen=True)
class Client:
    """This site as the provider knows it."""

    client_id: str
    client_secret: str
    scope: str
    redirect_uri: str


def new_verifier() -> str:
    """A new secret of one sign-in (RFC 7636): 48 letters and digits."""
    return str(generate_token(48))


def authorisation_address(
    client: Client, endpoint: str, *, verifier: str, **parameters: str | None
) -> str:
    """Where a browser goes to sign in; `parameters` are state, nonce and the like."""
    address = prepare_grant_uri(
        endpoint,
        client.client_id,
        "code",
        redirect_uri=client.redirect_uri,
        scope=client.scope,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        **parameters,
    )
    return str(address)


def with_parameters(address: str, **parameters: str) -> str:
    """An address of the provider with more in its query."""
    return str(add_params_to_uri(address, parameters.items()))


async def exchange(
    client: Client, endpoint: str, method: str, code: str, verifier: str, **http: Any
) -> Mapping[str, Any]:
    """Exchange a code for tokens; `http` is for the HTTP client.

    Raises:
        SignInRefused: the provider says no.
        httpx2.HTTPError, ValueError: its answer is of no use.
    """
    async with AsyncOAuth2Client(
        client_id=client.client_id,
        client_secret=client.client_secret,
        token_endpoint_auth_method=method,
        redirect_uri=client.redirect_uri,
        **http,
    ) as made:
        try:
            tokens: Mapping[str, Any] = await made.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except OAuthError as error:
            raise _said_no(error) from None
    return tokens


def _said_no(error: OAuthError) -> SignInRefused:
    reasons = {
        "invalid_grant": "code_refused",
        "invalid_client": "client_refused",
        "unauthorized_client": "client_refused",
    }
    # the description is where Entra ID says which secret has expired
    detail = f"{error.error}: {error.description or ''}"[:200]
    return SignInRefused(reasons.get(str(error.error), "request_refused"), detail)


def check_claims(
    claims: Mapping[str, Any],
    header: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now: int,
    leeway: int,
) -> None:
    """Check what OpenID Connect asks of an ID token's claims (Core, section 3.1.3.7).

    Raises:
        SignInRefused: one of them is missing or wrong.
    """
    checked = CodeIDToken(
        claims,
        header,
        options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client_id},
        },
        params={"client_id": client_id, "nonce": nonce, "access_token": access_token},
    )
    try:
        checked.validate(now=now, leeway=leeway)
    except MissingClaimError as error:
        raise SignInRefused("claim_missing", error.claim) from None
    except ExpiredTokenError as error:
        raise SignInRefused("expired", error.claim) from None
    except ClaimError as error:
        raise SignInRefused(_WRONG.get(error.claim, "claim_malformed"), error.description) from None
    except (JoseError, TypeError, ValueError, AttributeError) as error:
        raise SignInRefused("claim_malformed", type(error).__name__) from None


_WRONG = {
    "iss": "issuer",
    "aud": "audience",
    "azp": "authorised_party",
    "nonce": "nonce",
    "at_hash": "access_token_hash",
    "iat": "not_yet_valid",
    "nbf": "not_yet_valid",
}
