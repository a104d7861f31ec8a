"""Refusals: the answers "no" that a rule gives, in words for the person who asked."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A rule said no. Becomes a page, or a problem document for a machine."""

    def __init__(self, message: str, status: int = 409, *, title: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.title = title


class NotFound(Refusal):
    """There is no such thing, or none that this person may see."""

    def __init__(self, message: str = "There is nothing at this address.") -> None:
        super().__init__(message, 404)


class SignInRequired(Refusal):
    """Nobody is signed in. A page leads to sign-in; a machine gets a 401 problem."""

    def __init__(self) -> None:
        super().__init__("Sign in to see this page.", 401)
