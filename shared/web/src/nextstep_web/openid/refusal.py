"""Why somebody was not signed in: a reason for the log, and words for the person."""

from dataclasses import dataclass
from typing import Final


class SignInRefused(Exception):  # noqa: N818 - it is an answer, not a fault
    """Nobody is signed in.

    `reason` is one of REASONS and goes into the log with `detail`: neither holds a token, nor
    anything about a person. `account` is for the page alone: whose account it was.
    """

    def __init__(self, reason: str, detail: str = "", *, account: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.words = REASONS[reason]
        self.detail = detail
        self.account = account


@dataclass(frozen=True)
class Words:
    """What the person reads. `{provider}` stands for the provider, `{account}` for the account."""

    status: int
    title: str
    text: str
    other_account: bool = False
    """Whether it may help to sign in as somebody else."""


def _unbelieved(why: str) -> Words:
    return Words(
        403,
        "You could not be signed in",
        f"What {{provider}} sent about you was not accepted: {why}. Start again. If it happens "
        "again, tell those who run this site.",
    )


_AWAY: Final = Words(
    503,
    "Nobody can sign in just now",
    "This site asks {provider} who you are, and did not get an answer that it can use. Wait a few "
    "minutes, then start again. Pages that you have open and emailed links still work.",
)
_DISAGREE: Final = Words(
    503,
    "Nobody can sign in just now",
    "{provider} did not accept this site itself: what the two agreed may have expired. Tell those "
    "who run this site; trying again will not help before they have put it right.",
)
_AGAIN: Final = Words(
    400,
    "This sign-in cannot be finished",
    "It was begun in another browser, was finished already, or was left for more than ten "
    "minutes. Start again.",
)
_DECLINED: Final = Words(
    403,
    "You were not signed in",
    "{provider} says that you did not go on, or that you may not use this site. Start again if "
    "you want to; if you may not, ask those who manage your account.",
    other_account=True,
)
_UNPROVEN: Final = Words(
    403,
    "Your email address is not confirmed",
    "{provider} does not say that the email address of your account is yours. Confirm it there, "
    "or ask those who manage your account, then start again.",
    other_account=True,
)

REASONS: Final[dict[str, Words]] = {
    "attempt_unknown": _AGAIN,
    "code_refused": _AGAIN,
    "declined": _DECLINED,
    "answer_incomplete": _unbelieved("something is missing from it"),
    "answer_of_another": _unbelieved("it came from somebody else"),
    "token_missing": _unbelieved("it does not say who you are"),
    "token_too_large": _unbelieved("it is larger than it can be"),
    "token_unreadable": _unbelieved("it cannot be read"),
    "algorithm": _unbelieved("it is not signed in a way that is safe"),
    "key_in_token": _unbelieved("it brings the key to check it with"),
    "condition": _unbelieved("it sets a condition that this site does not know"),
    "key_unknown": _unbelieved("it is signed with a key that is not theirs"),
    "signature": _unbelieved("its signature is wrong"),
    "issuer": _unbelieved("it was made by somebody else"),
    "audience": _unbelieved("it was made for another site"),
    "authorised_party": _unbelieved("it was made for another site"),
    "nonce": _unbelieved("it belongs to another sign-in"),
    "access_token_hash": _unbelieved("its parts do not belong together"),
    "claim_missing": _unbelieved("something is missing from it"),
    "claim_malformed": _unbelieved("it cannot be read"),
    "expired": _unbelieved("it is too old, or a clock is wrong"),
    "not_yet_valid": _unbelieved("it is from the future, so a clock is wrong"),
    "provider_away": _AWAY,
    "provider_answer": _AWAY,
    "provider_document": _AWAY,
    "client_refused": _DISAGREE,
    "request_refused": _DISAGREE,
    "address_missing": Words(
        403,
        "Your account has no email address",
        "This site knows staff by their email address, and {provider} sent none. Ask those who "
        "manage your account, or sign in with another account.",
        other_account=True,
    ),
    "address_unverified": _UNPROVEN,
    "address_unusable": Words(
        403,
        "Your email address cannot be used",
        "It is not an address in plain letters, digits and signs. Ask those who manage your "
        "account, or sign in with another account.",
        other_account=True,
    ),
    "no_role": Words(
        403,
        "You have no role on this site",
        "You signed in as {account}, and nobody has given this account a role here. Ask the "
        "programme office for one, or sign in with another account.",
        other_account=True,
    ),
    "groups_left_out": Words(
        403,
        "Your groups are not known",
        "Your account is in more groups than {provider} sends along, so your role could not be "
        "found. Tell those who run this site: there is a setting for it at {provider}.",
        other_account=True,
    ),
}
"""Every reason, with its page."""
