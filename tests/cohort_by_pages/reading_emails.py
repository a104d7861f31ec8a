"""Emails as their readers see them: the HTML part, on a phone and at a desk."""

import os

from nextstep_local.demo.mailbox import Mail

from .hands import DESK, PHONE, Hands


async def newest(hands: Hands, address: str, name: str = "") -> Mail:
    """The newest email to an address; it is pictured if it is named and a folder is, too.

    Raises:
        AssertionError: nothing was sent there.

    """
    found = hands.world.mail.of(address)
    assert found, f"nothing was sent to {address}"
    if name:
        await pictured(hands, found[-1], name)
    return found[-1]


async def pictured(hands: Hands, mail: Mail, name: str) -> None:
    """Picture an email where a folder is named for pictures."""
    shots = os.environ.get("NEXTSTEP_SCREENSHOTS")
    parts = [one for one in mail.message.walk() if one.get_content_type() == "text/html"]
    for size in (PHONE, DESK) if shots else ():
        async with hands.window(size) as page:
            await page.set_content(bytes(parts[0].get_payload(decode=True)).decode())
            await page.screenshot(path=f"{shots}/{name}-email-{size['width']}.png", full_page=True)
