import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web import Principal, WebSettings, sessions

OLIVE = Principal("olive@kcl.example", "Olive Ó Dálaigh", frozenset({"office"}), None, "s1")
ADA = Principal("p-1", "Ada", frozenset({"fellow", "applicant"}), "p-1", "s2", "offer")
OTHER_SECRET = "another secret, also of more than 32 bytes"


@pytest.mark.parametrize("principal", [OLIVE, ADA])
def test_a_cookie_says_who_it_was_issued_to(settings: WebSettings, principal: Principal):
    assert sessions.read(settings, sessions.issue(settings, principal)) == principal


def test_a_session_ends_after_eight_hours(settings: WebSettings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions.time, "time", lambda: 1_000_000.0)
    cookie = sessions.issue(settings, OLIVE)
    monkeypatch.setattr(sessions.time, "time", lambda: 1_000_000.0 + 8 * 3600 - 1)
    assert sessions.read(settings, cookie) == OLIVE
    monkeypatch.setattr(sessions.time, "time", lambda: 1_000_000.0 + 8 * 3600)
    assert sessions.read(settings, cookie) is None


def test_a_cookie_of_another_secret_is_nobodys(settings: WebSettings):
    other = settings.model_copy(
        update={"session_secret": type(settings.session_secret)(OTHER_SECRET)}
    )
    assert sessions.read(settings, sessions.issue(other, OLIVE)) is None


def test_a_notice_cannot_be_passed_off_as_a_session(settings: WebSettings):
    notice = sessions.sign(settings, "notice", {"sub": "olive", "roles": ["office"]}, seconds=60)
    assert sessions.read(settings, notice) is None


def test_an_unsigned_cookie_is_nobodys(settings: WebSettings):
    unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvbGl2ZSIsImF1ZCI6InNlc3Npb24ifQ."
    assert sessions.read(settings, unsigned) is None


@given(at=st.integers(0), letter=st.sampled_from("ABCabc012_-."))
def test_an_altered_cookie_is_nobodys(settings: WebSettings, at: int, letter: str):
    cookie = sessions.issue(settings, OLIVE)
    # the last letter of base64 has bits that no byte uses: changing them changes nothing
    place = at % (len(cookie) - 1)
    altered = cookie[:place] + letter + cookie[place + 1 :]
    assert sessions.read(settings, altered) == (OLIVE if altered == cookie else None)


@given(st.text())
def test_nonsense_is_nobodys(settings: WebSettings, nonsense: str):
    assert sessions.read(settings, nonsense) is None


def test_a_role_that_does_not_exist_is_not_held(settings: WebSettings):
    odd = Principal("x", "X", frozenset({"office", "king"}), None, "s")
    found = sessions.read(settings, sessions.issue(settings, odd))
    assert found is not None
    assert found.roles == {"office"}


def test_over_https_the_cookie_is_bound_to_this_host(settings: WebSettings):
    secure = settings.model_copy(update={"secure_cookies": True})
    assert sessions.cookie_name(secure) == "__Host-nextstep-session"
    assert sessions.cookie_name(settings) == "nextstep-session"
