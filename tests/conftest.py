"""What every test of a whole site needs."""

from collections.abc import Iterator

import pytest

PARTS = ("APPLICATIONS", "SCHEDULING", "NOTIFICATIONS", "AWARDS", "SMTP")


@pytest.fixture(scope="module")
def anywhere() -> Iterator[None]:
    """Free ports, so that a site that is up on this machine does not matter."""
    with pytest.MonkeyPatch.context() as patch:
        for part in PARTS:
            patch.setenv(f"NEXTSTEP_{part}_PORT", "0")
        yield
