"""How often somebody may ask."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web import fresh_link_pages, rates, sign_in
from nextstep_web.rates import Limiter, Rate, Tries

from .test_csrf import token_in


class Watch:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=200))
def test_who_stays_below_the_rate_is_never_refused(pauses):
    watch = Watch()
    limiter = Limiter(Rate(burst=3, per_second=10), watch)
    for pause in pauses:
        assert limiter.take("form") == 0
        watch.at += max(pause, 0.1001)


def test_a_burst_is_followed_by_the_rate_and_others_are_not_touched():
    watch = Watch()
    limiter = Limiter(Rate(burst=2, per_second=0.5), watch)
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 2]
    assert limiter.take("b") == 0
    watch.at += 2
    assert [limiter.take("a"), limiter.take("a")] == [0, 2]


def test_strangers_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(rates, "MOST_KEYS", 10)
    limiter = Limiter(Rate(1, 1))
    for number in range(100):
        limiter.take(str(number))
    assert len(limiter._buckets) == 10


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_is_a_host_or_the_network_of_a_household(host, key):
    class Asked:
        client = type("Client", (), {"host": host})

    assert rates.address_of(Asked) == key


def on_a_watch_that_stands(app):
    """An application in which nothing is allowed again by itself, however long a test takes."""
    watch = Watch()
    app.state.limiters |= {
        "sign-in": Limiter(sign_in.TRIES, watch),
        "fresh-link": Limiter(fresh_link_pages.REQUESTS, watch),
        "tries": Tries(watch),
    }
    return app


async def test_signing_in_too_often_from_one_address_is_a_429(client):
    on_a_watch_that_stands(client._transport.app)
    token = token_in(await client.get("/awards/sign-in"))
    form = {"name": "", "csrf_token": token}
    tries = sign_in.TRIES.burst + 1
    answers = [await client.post("/awards/sign-in", data=form) for _ in range(tries)]
    assert {one.status_code for one in answers[:-1]} == {422}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "too often" in answers[-1].text


@given(
    st.lists(
        st.tuples(st.sampled_from("vwx"), st.sampled_from("123"), st.floats(0, 3)), max_size=150
    )
)
def test_whoever_fails_elsewhere_or_at_other_accounts_keeps_no_owner_out(attack):
    watch = Watch()
    tries = Tries(watch)
    tries.succeeded("victim@example.org", "home")
    for account, source, pause in attack:
        for one in (f"{account}@example.org", "victim@example.org"):
            if not tries.wait(one, source):
                tries.failed(one, source)
        watch.at += pause
        assert tries.wait("Victim@example.org", "home") == 0
        assert tries.wait("somebody.else@example.org", "home") == 0


def test_failing_tries_are_bounded_where_they_come_from_and_by_account():
    watch = Watch()
    tries = Tries(watch)

    def taken(source):
        count = 0
        while not tries.wait("victim@example.org", source):
            tries.failed("victim@example.org", source)
            count += 1
        return count

    assert [taken(source) for source in "abc"] == [30, 30, 0]
    assert tries.wait("victim@example.org", "on a train") == 2
    watch.at += 2
    assert tries.wait("victim@example.org", "on a train") == 0


def browser_at(app, address):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 1)),
        base_url="http://awards.test",
        headers={"accept": "text/html"},
    )


async def test_an_account_is_tried_so_often_from_one_address_and_from_all(make_app):
    app = on_a_watch_that_stands(make_app())

    async def signing_in(browser, name, email):
        app.state.limiters.pop("sign-in", None)  # how often one address asks is another matter
        token = token_in(await browser.get("/awards/sign-in"))
        form = {"name": name, "email": email, "csrf_token": token}
        return await browser.post("/awards/sign-in", data=form)

    told = []
    for number in range(3):
        async with browser_at(app, f"192.0.2.{number}") as browser:
            for _ in range(31):
                answer = await signing_in(browser, "Eve", "olive@example.org")
                told.append(answer.status_code)
                if answer.status_code == 429:
                    assert int(answer.headers["retry-after"]) <= 5
                    assert "too often" in answer.text
                    break
            assert (await signing_in(browser, "Eve", "nobody@example.org")).status_code == 422
    assert told == [422] * 30 + [429] + [422] * 30 + [429] + [429]


async def test_links_that_are_none_are_tried_so_often_from_one_address(make_app):
    async with browser_at(on_a_watch_that_stands(make_app()), "192.0.2.9") as browser:
        answers = [await browser.get(f"/awards/link/none-{number}") for number in range(31)]
    assert [one.status_code for one in answers] == [403] * 30 + [429]


async def test_asking_for_links_too_often_from_one_address_is_a_429(client):
    on_a_watch_that_stands(client._transport.app)
    token = token_in(await client.get("/awards/sign-in"))
    form = {"token": "none", "csrf_token": token}
    tries = fresh_link_pages.REQUESTS.burst + 1
    answers = [await client.post("/awards/fresh-link", data=form) for _ in range(tries)]
    assert [one.status_code for one in answers] == [200] * (tries - 1) + [429]
