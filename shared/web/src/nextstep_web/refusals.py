"""Refusals that only the web knows: the request itself cannot be served, whatever a rule says.

What a rule refuses is `Refused` or `NoSuch` (see `nextstep_contracts.refusals`); both kinds become
a page, or a problem document for a machine, in `nextstep_web.problems`.
"""

from collections.abc import Mapping

from nextstep_contracts import Refused
from nextstep_web.purposes import Doing

_WHY_FRESH: dict[Doing, str] = {
    "decide": "This cannot be undone, so it needs a link that was emailed to you for it, "
    "not longer than 14 days ago.",
    "evidence": "Evidence opens only by a link that was emailed to you for it, not longer than "
    "14 days ago.",
    "answer": "The link that you came by does not allow this.",
    "read": "The link that you came by does not open this page.",
}


class NotServed(Refused):
    """The request cannot be served as it is; `status` and `headers` are the answer's."""

    def __init__(
        self,
        message: str,
        status: int,
        *,
        title: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.title = title
        self.headers = dict(headers or {})


class FreshLinkNeeded(NotServed):
    """The emailed link that opened the session is too old, or was for something else."""

    def __init__(self, doing: Doing) -> None:
        super().__init__(_WHY_FRESH[doing], 403, title="You need a fresh link for this")


class SignInRequired(NotServed):
    """Nobody is signed in. A page leads to sign-in; a machine gets a 401 problem."""

    def __init__(self) -> None:
        super().__init__("Sign in to see this page.", 401)
