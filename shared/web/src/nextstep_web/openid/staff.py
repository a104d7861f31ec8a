"""Who somebody is and what they may do, from what the provider says of them. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from nextstep_web.openid.refusal import SignInRefused
from nextstep_web.openid.settings import ADDRESS, OpenIdSettings
from nextstep_web.principal import Principal
from nextstep_web.sign_in import staff_member

Claims = Mapping[str, Any]

LONGEST_ADDRESS: Final = 254
"""Characters (RFC 5321)."""
LONGEST_NAME: Final = 80


def staff_of(claims: Claims, settings: OpenIdSettings) -> Principal:
    """The member of staff whom `claims` are about.

    Raises:
        SignInRefused: they cannot be known by a verified address, or hold no role.
    """
    address = address_of(claims, settings.oidc_trusted_address_claim)
    roles = roles_of(claims, address, settings)
    return staff_member(address, name_of(claims, address), roles)


def address_of(claims: Claims, trusted_claim: str = "") -> str:
    """The email address, in lower case, that the provider vouches for.

    With a `trusted_claim`, `email_verified` may be missing; it may never be false.

    Raises:
        SignInRefused: there is none, it is not verified, or it is not plain.
    """
    address = claims.get(trusted_claim or "email")
    if not isinstance(address, str) or not address:
        raise SignInRefused("address_missing", f"no {trusted_claim or 'email'} in the token")
    # some providers send the word instead of the truth value
    verified = claims.get("email_verified", bool(trusted_claim))
    if verified is not True and verified != "true":
        raise SignInRefused("address_unverified")
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise SignInRefused("address_unusable")
    return address.lower()


def roles_of(claims: Claims, address: str, settings: OpenIdSettings) -> frozenset[str]:
    """The roles of whoever has `address`: by their groups, and by name.

    Raises:
        SignInRefused: none.
    """
    groups = values_of(claims, settings.oidc_roles_claim) if settings.oidc_roles_claim else ()
    found = {role for group in groups for role in settings.oidc_roles.get(group, ())}
    found |= set(settings.oidc_people.get(address, ()))
    if found:
        return frozenset(found)
    left_out = claims.get("_claim_names")  # how Entra ID says "too many to list"
    if isinstance(left_out, Mapping) and settings.oidc_roles_claim in left_out:
        raise SignInRefused("groups_left_out")
    raise SignInRefused("no_role", f"{len(groups)} groups, none with a role", account=address)


def values_of(claims: Claims, name: str) -> tuple[str, ...]:
    """The words that a claim holds, whether one or a list. A dot reaches into an object.

    A claim whose own name has dots comes first: some are named by an address.
    """
    if name in claims:
        return _words(claims[name])
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return _words(found)


def _words(found: object) -> tuple[str, ...]:
    listed = found if isinstance(found, list | tuple) else [found]
    return tuple(one for one in listed if isinstance(one, str))


def name_of(claims: Claims, address: str) -> str:
    """The name to show: the full one, else its parts, else the address."""
    full = _plain(claims.get("name"))
    parts = f"{_plain(claims.get('given_name'))} {_plain(claims.get('family_name'))}".strip()
    return full or parts[:LONGEST_NAME] or address


def _plain(name: object) -> str:
    """One line of what can be seen."""
    if not isinstance(name, str):
        return ""
    words = " ".join(name.split())
    return "".join(letter for letter in words if letter.isprintable())[:LONGEST_NAME].strip()
