"""Which links may be fetched: rules against forged requests, by example and by chance."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from applications.documents.link_rules import (
    DELAYS,
    FileHosts,
    LinkRefusedError,
    Target,
    checked,
    is_public,
    next_delay,
    token_path,
)

HOSTS = ("files.example.org", "*.forms.example.com")
PRIVATE = [
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
private = st.sampled_from(PRIVATE).flatmap(
    lambda block: st.integers(int(block[0]), int(block[-1])).map(IPv4Address)
)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://files.example.org/a/b.pdf", Target("files.example.org", "/a/b.pdf", "")),
        ("https://files.example.org:443/?k=%2F", Target("files.example.org", "/", "k=%2F")),
        ("HTTPS://Files.Example.ORG/x#part", Target("files.example.org", "/x", "")),
        ("https://eu.forms.example.com", Target("eu.forms.example.com", "/", "")),
    ],
)
def test_a_link_to_a_host_that_the_source_names_is_allowed(link, target):
    assert checked(link, HOSTS) == target


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("http://files.example.org/a", "not https"),
        ("ftp://files.example.org/a", "not https"),
        ("file:///etc/passwd", "not https"),
        ("gopher://files.example.org/", "not https"),
        ("//files.example.org/a", "not https"),
        ("javascript:alert(1)", "not https"),
        ("https://user:secret@files.example.org/", "user name"),
        ("https://files.example.org@evil.example/", "user name"),
        ("https://files.example.org:8443/", "port 8443"),
        ("https://files.example.org:0/", "port 0"),
        ("https://files.example.org:x/", "not a web address"),
        ("https://files.example.org:/", "does not name a host"),
        ("https://evil.example/files.example.org", "evil.example is not among"),
        ("https://files.example.org.evil.example/", "not among"),
        ("https://notfiles.example.org/", "not among"),
        ("https://forms.example.com/", "not among"),
        ("https://evilforms.example.com/", "not among"),
        ("https://files.example.org./", "does not name a host"),
        ("https://127.0.0.1/", "does not name a host"),
        ("https://2130706433/", "does not name a host"),
        ("https://0x7f.1/", "does not name a host"),
        ("https://[::1]/", "does not name a host"),
        ("https://[::ffff:169.254.169.254]/", "does not name a host"),
        ("https://localhost/", "does not name a host"),
        ("https://files.example.org\\@evil.example/", "not a plain"),
        ("https://files.example.org/\r\nHost: evil", "not a plain"),
        (" https://files.example.org/", "not a plain"),
        ("https://ﬁles.example.org/", "not a plain"),
        ("https://files.example.org/" + "a" * 5000, "not a plain"),
        ("https://", "does not name a host"),
        ("https://[files.example.org/", "not a web address"),
    ],
)
def test_any_other_link_is_refused_with_the_reason(link, said):
    with pytest.raises(LinkRefusedError, match=said):
        checked(link, HOSTS)


def test_a_source_without_hosts_fetches_nothing():
    with pytest.raises(LinkRefusedError):
        checked("https://files.example.org/a", ())


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://files.example.org"]))
def test_whatever_is_allowed_leads_to_a_host_that_the_source_names(text, start):
    try:
        target = checked(start + text, HOSTS)
    except LinkRefusedError:
        return
    assert target.host == HOSTS[0] or target.host.endswith(HOSTS[1][1:])
    assert target.path.startswith("/")


@given(private)
def test_no_private_address_is_public_however_it_is_written(address):
    packed = int(address)
    assert not is_public(str(address))
    for shift, prefix in (
        (0, "::ffff:0:0"),
        (0, "::"),
        (0, "64:ff9b::"),
        (0, "64:ff9b:1::"),
        (80, "2002::"),
        (0, "2001::"),
    ):
        assert not is_public(str(IPv6Address(int(IPv6Address(prefix)) | packed << shift)))


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2a00:1450::1%eth0",
        "ff02::1",
        "fec0::1",
        "::",
        "::1",
        "2001:db8::1",
        "255.255.255.255",
        "224.0.0.251",
        "192.88.99.1",
        "not an address",
        "",
        "127.1",
    ],
)
def test_addresses_of_machines_networks_and_clouds_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "151.101.1.69", "2a00:1450:4009:81f::200e"])
def test_ordinary_addresses_are_public(address):
    assert is_public(address)


@given(st.ip_addresses())
def test_what_is_public_is_never_in_a_range_kept_for_something_else(address):
    if is_public(str(address)):
        again = ip_address(str(address))
        told = (again.is_global, again.is_private, again.is_multicast, again.is_reserved)
        assert told == (True, False, False, False)


def test_tries_grow_apart_and_end():
    delays = [next_delay(tries) for tries in range(1, len(DELAYS) + 2)]
    assert delays == [*DELAYS, None]
    assert list(DELAYS) == sorted(DELAYS)


OURS = FileHosts(
    ("api.example.org", "*.forms.example.com"),
    SecretStr("the token"),
    ("api.example.org/forms/f1/responses/*/files/*", "*.forms.example.com/u/*"),
)


@pytest.mark.parametrize(
    "link",
    [
        "https://api.example.org/forms/f1/responses/r-9/files/My%20CV.pdf",
        "https://api.example.org/forms/f1/responses/r-9/files/cv.pdf?download=1",
        "https://eu.forms.example.com/u/cv.pdf",
    ],
)
def test_the_token_is_sent_to_the_configured_paths(link):
    assert OURS.token_for(checked(link, OURS.names)) == "the token"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/me",
        "/forms/f1/responses",
        "/forms/f2/responses/r/files/cv.pdf",
        "/forms/f1/responses/r/files/",
        "/forms/f1/responses/r/files/a/b",
        "/forms/f1/responses/../files/cv.pdf",
        "/forms/f1/responses/r/files/..",
        "/forms/f1/responses/%2e%2e/files/cv.pdf",
        "/forms/f1/responses/a%2f..%2f..%2fme/files/cv.pdf",
        "/forms/f1/responses/a%252f/files/cv.pdf",
        "/forms/f1/responses/a%5cb/files/cv.pdf",
        "/forms/f1/responses/a;b/files/cv.pdf",
        "//forms/f1/responses/r/files/cv.pdf",
        "/u/cv.pdf",
    ],
)
def test_the_token_is_sent_to_no_other_path_of_the_same_host(path):
    assert OURS.token_for(checked(f"https://api.example.org{path}", OURS.names)) is None


@given(st.lists(st.sampled_from(["forms", "f1", "responses", "files", "*", "..", "%2e", "x"])))
def test_whatever_the_path_the_token_stays_below_the_form(parts):
    target = checked("https://api.example.org/" + "/".join(parts), OURS.names)
    if OURS.token_for(target) is not None:
        assert parts[:3] == ["forms", "f1", "responses"]
        assert (len(parts), parts[4]) == (6, "files")
        assert ".." not in parts


def test_without_a_path_the_token_is_sent_nowhere():
    bare = FileHosts(OURS.names, OURS.token)
    assert bare.token_for(Target("api.example.org", "/forms/f1/responses/r/files/a", "")) is None


@pytest.mark.parametrize(
    "text", ["", "api.example.org", "https://a.org/f", "api.example.org/", "api.example.org/*",
             "a.org/f/../*", "a.org/f?x=1", "a.org//f", "127.0.0.1/f"]
)  # fmt: skip
def test_a_path_for_the_token_is_a_host_and_a_folder(text):
    with pytest.raises(ValueError, match="host"):
        token_path(text)
