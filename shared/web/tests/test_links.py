from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from nextstep_web import LinkClaims, LinkError, WebSettings, mint_link, read_link

NOW = datetime(2024, 9, 2, 12, tzinfo=UTC)
CLAIMS = LinkClaims(
    person_id="p-1",
    name="Dr Amara Okafor",
    purpose="offer",
    roles=frozenset({"applicant"}),
    audience="applications",
    next="/applications/me",
    expires=NOW + timedelta(days=7),
)


def mint(key: OKPKey, claims: LinkClaims = CLAIMS) -> str:
    return mint_link(key.as_dict(private=True), claims)


def test_a_link_says_what_it_was_minted_with(settings: WebSettings, link_key: OKPKey):
    assert read_link(settings, "applications", mint(link_key), NOW) == CLAIMS


def test_a_link_opens_until_the_second_it_expires(settings: WebSettings, link_key: OKPKey):
    token = mint(link_key)
    last = CLAIMS.expires - timedelta(seconds=1)
    assert read_link(settings, "applications", token, last) == CLAIMS
    with pytest.raises(LinkError, match="has expired"):
        read_link(settings, "applications", token, CLAIMS.expires)


def test_a_link_opens_only_at_the_service_it_is_for(settings: WebSettings, link_key: OKPKey):
    with pytest.raises(LinkError, match="another part"):
        read_link(settings, "awards", mint(link_key), NOW)


def test_only_the_holder_of_the_private_key_can_make_links(settings: WebSettings):
    forged = mint(OKPKey.generate_key("Ed25519"))
    with pytest.raises(LinkError, match="not complete"):
        read_link(settings, "applications", forged, NOW)


def test_the_public_key_cannot_be_used_as_a_shared_secret(settings: WebSettings):
    secret = OctKey.import_key(settings.link_public_key)
    forged = jwt.encode({"alg": "HS256"}, {"sub": "p-1", "aud": "applications"}, secret)
    with pytest.raises(LinkError):
        read_link(settings, "applications", forged, NOW)


@given(at=st.integers(0), letter=st.sampled_from("ABCabc012_-."))
def test_an_altered_link_does_not_open(
    settings: WebSettings, link_key: OKPKey, at: int, letter: str
):
    token = mint(link_key)
    place = at % (len(token) - 2)  # the last letter of base64 has bits that no byte uses
    altered = token[:place] + letter + token[place + 1 :]
    if altered != token:
        with pytest.raises(LinkError):
            read_link(settings, "applications", altered, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": frozenset({"office"})},
        {"roles": frozenset()},
        {"next": "https://evil.example/"},
        {"next": "//evil.example/"},
        {"expires": datetime(2024, 9, 9)},  # noqa: DTZ001 - what is refused
    ],
)
def test_a_link_that_should_not_exist_is_not_minted(wrong: dict[str, object]):
    with pytest.raises(ValueError, match="link"):
        replace(CLAIMS, **wrong)
