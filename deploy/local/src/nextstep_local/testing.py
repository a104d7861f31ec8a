"""What the tests of every package share: polling, disorder, settings and accessibility checks."""

import asyncio
import inspect
import json
import os
import random
import re
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from nextstep_local.secrets_file import SessionKeys
from nextstep_web import LinkClaims, link_path, mint_link

T = TypeVar("T")
WIDTHS = (1280, 390)
"""Of a window on a desk and of a phone, in CSS pixels; the phone last, where axe then looks."""
SPACINGS = (-0.04, 0.12, 0)
"""Between letters, in em: as a narrow font has it, as WCAG 2.2 lets readers set it (1.4.12; wider
than any common font), and the font of this machine as it is."""
WIDEST = """() => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((one) => { one.open = true; });
  const room = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
  const out = wide > room ? [...document.body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > room + 0.5) : [];
  folded.forEach((one) => { one.open = false; });
  const inmost = out.filter((one) => !out.some((other) => other !== one && one.contains(other)));
  return wide <= room ? null : wide + " wide: "
    + inmost.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ");
}"""
"""How wide the page is, all of it unfolded, and what reaches out of the window; or null."""
SPACE_LETTERS = """(em) => {
  const style = new CSSStyleSheet();
  style.replaceSync(`* { letter-spacing: ${em}em !important }`);
  document.adoptedStyleSheets = em ? [style] : [];
}"""
PERMUTED_UP_TO = 40
"""Above this many events an order is drawn as a seed: it shrinks less well but stays cheap."""


async def eventually(
    probe: Callable[[], Awaitable[T] | T],
    timeout: float = 30,  # noqa: ASYNC109 - it bounds the polling, not one call
    every: float = 0.03,
) -> T:
    """Call `probe` until it returns something true; an assertion that fails in it is "not yet".

    None is "not yet" too, as what a store says of a document that is not there: a probe that
    only asserts ends with `return True`, or it never passes.

    Raises:
        AssertionError: the deadline passed; what the probe last said is quoted.

    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            found = probe()
            result = cast("T", await found if inspect.isawaitable(found) else found)
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        else:
            if result:
                return result
            if time.monotonic() > deadline:
                ending = "; a probe that only asserts ends with `return True`"
                raise AssertionError(
                    f"Still {result!r} after {timeout:g} s{ending if result is None else ''}"
                )
        await asyncio.sleep(every)


@st.composite
def converges(draw: st.DrawFn, events: Sequence[T], most_copies: int = 3) -> list[T]:
    """Every event at least once and up to `most_copies` times, in any order.

    What the bus may do to a service: hand the result to a handler one by one and compare the
    end state with that of the plain order.
    """
    if len(events) <= PERMUTED_UP_TO:
        copies = draw(
            st.lists(st.integers(1, most_copies), min_size=len(events), max_size=len(events))
        )
        repeated = [e for e, n in zip(events, copies, strict=True) for _ in range(n)]
        return draw(st.permutations(repeated))
    chance = random.Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 - a test's disorder
    repeated = [event for event in events for _ in range(chance.randint(1, most_copies))]
    chance.shuffle(repeated)
    return repeated


@cache
def link_key() -> OKPKey:
    """The Ed25519 key that signs emailed links in this test run."""
    return OKPKey.generate_key("Ed25519", {"kid": "test"})


def emailed_link(
    service: str, person_id: str, role: str, made: datetime, purpose: str = "programme"
) -> str:
    """The path of a link to somebody's own page, by an email of that moment."""
    claims = LinkClaims(
        person_id=person_id,
        name="Robin Recipient",
        purpose=purpose,
        roles=frozenset({role}),
        audience=service,
        next=f"/{service}/me",
        expires=made + timedelta(days=90),
        made=made,
        rests_on=made,
    )
    return link_path(service, mint_link(link_private_key(), claims))


def link_private_key() -> str:
    """The private key as JWK JSON: what the notifications service is given."""
    return json.dumps(link_key().as_dict(private=True))


def link_public_key() -> str:
    """The public key as JWK JSON: what every service is given."""
    return json.dumps(link_key().as_dict(private=False))


@cache
def session_keys() -> SessionKeys:
    """The keys that the services sign sessions with in this test run."""
    return SessionKeys.made()


def settings_for(service: str, **given: Any) -> dict[str, Any]:
    """Keyword arguments for a service's settings in tests; `given` adds and overrides.

    Pass `amqp_url`, `mongo_url` and `mongo_database` from the fixtures.
    """
    values: dict[str, Any] = {
        "environment": "local",
        "session_key": session_keys().of(service),
        "session_public_keys": session_keys().public,
        "link_public_key": link_public_key(),
        "local_sign_in": True,
        "secure_cookies": False,
    }
    if service == "notifications":
        values["link_private_key"] = link_private_key()
    return values | given


def environment_for(service: str, **given: Any) -> dict[str, str]:
    """The same as environment variables, for a service started as a process."""
    prefix = f"{service.upper()}_"
    return {
        prefix + name.upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in settings_for(service, **given).items()
    }


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI application that has been started on a free port: its address."""
    import uvicorn

    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task


PYTHON = re.compile(
    r"[\[({]'[^'\n]*'[\])},:]|\bdatetime\.|\bUUID\(|\bDecimal\(|<[\w.]+ object at|\[Errno "
)
"""Lists, mappings, moments, objects and errors as `repr` writes them; JSON has double quotes."""


async def assert_readable(page: Any, name: str) -> None:
    """Fail when the page shown scrolls sideways on a desk or a phone, or is not accessible.

    Nor may it show values as Python writes them.

    `NEXTSTEP_SCREENSHOTS` names a folder for pictures of both, called by `name`.
    """
    await assert_fits(page, name)
    await assert_accessible(page)
    await assert_in_words(page)


async def assert_in_words(page: Any) -> None:
    """Fail when the page shows a value as Python writes it, not as people do."""
    found = PYTHON.search(await page.inner_text("body"))
    assert found is None, f"{page.url} shows {found[0]!r}"  # noqa: S101


async def assert_fits(page: Any, name: str = "") -> None:
    """Fail when the page shown scrolls sideways on a desk or a phone; picture both if named.

    Whatever the font: pages are set in the reader's own, and machines differ in which they have.
    What is folded away is unfolded for it.
    """
    shots = os.environ.get("NEXTSTEP_SCREENSHOTS")
    await page.wait_for_load_state()  # a click comes back when the next page begins to arrive
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        for spacing in SPACINGS:
            await page.evaluate(SPACE_LETTERS, spacing)
            wide = await page.evaluate(WIDEST)
            assert wide is None, (  # noqa: S101
                f"{page.url} at {width}, letters {spacing} em apart, is {wide}"
            )
        if shots and name:
            await page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)


async def assert_accessible(
    page: Any, *, ignore: Sequence[str] = (), only: Sequence[str] = ()
) -> None:
    """Fail when axe finds a breach of WCAG 2.2 A or AA on the Playwright page.

    `ignore` and `only` name axe rules; give the reason beside the call.
    """
    from axe_playwright_python.async_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    rules = {rule: {"enabled": False} for rule in ignore}
    chosen = {"type": "rule", "values": [*only]} if only else {"type": "tag", "values": tags}
    options = {"runOnly": chosen, "rules": rules}
    results = await Axe().run(page, options=options)
    breaches = [
        f"{found['id']} ({found['impact']}): {found['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in found["nodes"][:5])
        for found in results.response["violations"]
    ]
    assert not breaches, f"{page.url} is not accessible:\n" + "\n".join(breaches)  # noqa: S101
