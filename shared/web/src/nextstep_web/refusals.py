"""Refusals that only the web knows: the request itself cannot be served, whatever a rule says.

What a rule refuses is `Refused` or `NoSuch` (see `nextstep_contracts.refusals`); both kinds become
a page, or a problem document for a machine, in `nextstep_web.problems`.
"""

from nextstep_contracts import Refused


class NotServed(Refused):
    """The request cannot be served as it is; `status` is the answer's."""

    def __init__(self, message: str, status: int, *, title: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.title = title


class SignInRequired(NotServed):
    """Nobody is signed in. A page leads to sign-in; a machine gets a 401 problem."""

    def __init__(self) -> None:
        super().__init__("Sign in to see this page.", 401)
