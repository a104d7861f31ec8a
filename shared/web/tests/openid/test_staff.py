"""From what a provider says to who somebody is: by example and by anything that JSON can say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web import STAFF_ROLES
from nextstep_web.openid.refusal import SignInRefused
from nextstep_web.openid.settings import OpenIdSettings
from nextstep_web.openid.staff import address_of, name_of, roles_of, staff_of, values_of

SETTINGS = OpenIdSettings(
    oidc_issuer="https://id.example.org",
    oidc_client_id="next-step",
    oidc_client_secret="s",
    oidc_roles_claim="groups",
    oidc_roles={"office-group": ["office"], "all": ["office", "panel"], "look": "read_only"},
    oidc_people={"Pat@Example.org": ["facilitator"]},
)
PLAIN = {"email": "ann@example.org", "email_verified": True, "groups": ["office-group"]}
NAMES = st.sampled_from(["email", "email_verified", "name", "given_name", "groups", "upn"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.emails()
    | st.sampled_from(
        ["office-group", "all", "look", "true", "pat@example.org", "PAT@EXAMPLE.ORG"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def reason_of(claims: dict[str, Any], settings: OpenIdSettings = SETTINGS) -> str:
    with pytest.raises(SignInRefused) as refused:
        staff_of(claims, settings)
    return refused.value.reason


def test_somebody_of_the_office():
    found = staff_of(PLAIN | {"email": "Ann@Example.org", "name": "  Ann\n Other "}, SETTINGS)
    assert (found.subject, found.name, found.roles) == (
        "ann@example.org",
        "Ann Other",
        {"office"},
    )
    assert (found.person_id, found.link, found.is_staff) == (None, None, True)
    assert found.session_id != staff_of(PLAIN, SETTINGS).session_id


@given(st.dictionaries(NAMES, JSON))
def test_whatever_is_said_somebody_has_a_verified_address_and_a_role_or_is_refused(
    said: dict[str, Any],
):
    try:
        found = staff_of(said, SETTINGS)
    except SignInRefused:
        return
    assert said["email_verified"] in (True, "true")
    assert found.subject == said["email"].lower()
    assert found.subject.isascii()
    assert found.roles
    assert found.roles <= set(STAFF_ROLES)
    assert 0 < len(found.name) <= 254
    groups = said.get("groups")
    groups = groups if isinstance(groups, list) else [groups]
    by_group = {
        role
        for one in ("office-group", "all", "look")
        if one in groups
        for role in SETTINGS.oidc_roles[one]
    }
    by_name = {"facilitator"} if found.subject == "pat@example.org" else set()
    assert found.roles == by_group | by_name


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"email": None}, "address_missing"),
        ({"email": ["ann@example.org"]}, "address_missing"),
        ({"email_verified": False}, "address_unverified"),
        ({"email_verified": "false"}, "address_unverified"),
        ({"email_verified": 1}, "address_unverified"),
        ({"email_verified": [True]}, "address_unverified"),
        ({"email": "ann"}, "address_unusable"),
        ({"email": "ann@"}, "address_unusable"),
        ({"email": "a@b@example.org"}, "address_unusable"),
        ({"email": "ann other@example.org"}, "address_unusable"),
        ({"email": "ann@example.org\n"}, "address_unusable"),
        ({"email": "p\u0430t@example.org"}, "address_unusable"),
        (
            {"email": "\u212aann@example.org"},
            "address_unusable",
        ),  # the Kelvin sign is k in lower case
        ({"email": "a" * 250 + "@example.org"}, "address_unusable"),
        ({"groups": ["Office-Group"]}, "no_role"),
        ({"groups": None}, "no_role"),
        ({"groups": {"office-group": True}}, "no_role"),
        ({"groups": None, "_claim_names": {"groups": "src1"}}, "groups_left_out"),
        ({"groups": None, "_claim_names": {"addresses": "src1"}}, "no_role"),
    ],
)
def test_what_is_missing_or_wrong_is_named(changes: dict[str, Any], reason: str):
    assert reason_of(PLAIN | changes) == reason


def test_a_trusted_claim_needs_no_proof_but_a_denial_counts():
    assert address_of({"upn": "Ann@Example.org"}, "upn") == "ann@example.org"
    assert address_of({"upn": "a@b.c", "email": "other@b.c"}, "upn") == "a@b.c"
    with pytest.raises(SignInRefused, match="address_unverified"):
        address_of({"upn": "ann@example.org", "email_verified": False}, "upn")
    with pytest.raises(SignInRefused, match="address_missing"):
        address_of({"email": "ann@example.org", "email_verified": True}, "upn")


@pytest.mark.parametrize(
    ("claims", "name", "values"),
    [
        ({"groups": ["a", "b", 3, None]}, "groups", ("a", "b")),
        ({"groups": "a"}, "groups", ("a",)),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"https://example.org/roles": ["a"]}, "https://example.org/roles", ("a",)),
        ({"a.b": "one", "a": {"b": "two"}}, "a.b", ("one",)),
        ({"a": ["b"]}, "a.b", ()),
        ({}, "groups", ()),
    ],
)
def test_the_values_of_a_claim(claims: dict[str, Any], name: str, values: tuple[str, ...]):
    assert values_of(claims, name) == values


def test_roles_of_groups_and_of_the_list_of_people_are_added_up():
    assert roles_of({"groups": ["all", "look"]}, "pat@example.org", SETTINGS) == {
        "office",
        "panel",
        "read_only",
        "facilitator",
    }


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ann"}, "Ann"),
        ({"given_name": "Ann", "family_name": "Other"}, "Ann Other"),
        ({"name": "\u202eAnn\x00", "family_name": "Other"}, "Ann"),
        ({"name": "x" * 500}, "x" * 80),
        ({"name": 7, "given_name": " "}, "ann@example.org"),
        ({"name": "\ud800"}, "ann@example.org"),
    ],
)
def test_the_name_is_one_line_that_can_be_read(claims: dict[str, Any], name: str):
    assert name_of(claims, "ann@example.org") == name
