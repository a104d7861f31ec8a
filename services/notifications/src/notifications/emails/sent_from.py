"""Who emails come from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class From:
    """The sender of every email. Never a forged address: NHSmail flags those."""

    name: str
    address: str
    reply_to: str

    @property
    def domain(self) -> str:
        """The domain in Message-ID and in calendar UIDs."""
        return self.address.rpartition("@")[2]
