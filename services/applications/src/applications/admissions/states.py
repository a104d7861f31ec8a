"""The states of an application and what may happen in each, as data."""

from dataclasses import dataclass
from typing import Literal

from nextstep_contracts import AlreadySo, Refused

State = Literal[
    "received",
    "documents_needed",
    "referred",
    "eligible",
    "waitlisted",
    "offered",
    "accepted",
    "declined",
    "lapsed",
    "rejected",
    "withdrawn",
]
Action = Literal[
    "await_documents",
    "refer",
    "qualify",
    "reject",
    "waitlist",
    "offer",
    "accept",
    "decline",
    "lapse",
    "withdraw",
    "reopen",
]
ActorKind = Literal["office", "applicant", "rules", "timer"]


@dataclass(frozen=True)
class By:
    """Who takes a step, and what the history calls them."""

    kind: ActorKind
    name: str


RULES = By("rules", "Rules")
TIMER = By("timer", "Timer")


@dataclass(frozen=True)
class StateName:
    """What a state is called: by the office, and to the applicant."""

    office: str
    public: str
    decided: bool = False
    """A decision was made, so that a later submission goes to the office, not into the record."""


STATES: dict[State, StateName] = {
    "received": StateName("Received", "We have your application"),
    "documents_needed": StateName("Documents needed", "We need documents from you"),
    "referred": StateName("Referred", "The programme office is looking at your application"),
    "eligible": StateName("Eligible", "You are eligible and we are considering you"),
    "waitlisted": StateName("Waiting list", "You are on the waiting list"),
    "offered": StateName("Offered", "We have offered you a place", decided=True),
    "accepted": StateName("Accepted", "You have accepted a place", decided=True),
    "declined": StateName("Declined", "You declined the place", decided=True),
    "lapsed": StateName("Offer lapsed", "Your offer has ended", decided=True),
    "rejected": StateName("Rejected", "We could not offer you a place", decided=True),
    "withdrawn": StateName("Withdrawn", "You have withdrawn", decided=True),
}


@dataclass(frozen=True)
class Transition:
    """One thing that may happen: from where, to where, and who may do it."""

    sources: frozenset[State]
    target: State
    by: frozenset[ActorKind]
    needs_reason: bool = False


_UNDECIDED: frozenset[State] = frozenset(
    {"received", "documents_needed", "referred", "eligible", "waitlisted"}
)
_OFFICE_AND_RULES: frozenset[ActorKind] = frozenset({"office", "rules"})
_APPLICANT: frozenset[ActorKind] = frozenset({"applicant"})

TRANSITIONS: dict[Action, Transition] = {
    "await_documents": Transition(_UNDECIDED, "documents_needed", _OFFICE_AND_RULES),
    "refer": Transition(_UNDECIDED, "referred", frozenset({"rules"})),
    "qualify": Transition(
        frozenset({"received", "documents_needed", "referred"}), "eligible", _OFFICE_AND_RULES
    ),
    "reject": Transition(_UNDECIDED, "rejected", frozenset({"office"}), needs_reason=True),
    "waitlist": Transition(frozenset({"eligible"}), "waitlisted", _OFFICE_AND_RULES),
    "offer": Transition(
        frozenset({"eligible", "waitlisted", "declined", "lapsed"}), "offered", _OFFICE_AND_RULES
    ),
    "accept": Transition(frozenset({"offered"}), "accepted", _APPLICANT),
    "decline": Transition(frozenset({"offered"}), "declined", _APPLICANT),
    "lapse": Transition(frozenset({"offered"}), "lapsed", frozenset({"timer"})),
    "withdraw": Transition(
        _UNDECIDED | {"offered", "accepted"},
        "withdrawn",
        frozenset({"applicant", "office"}),
        needs_reason=True,
    ),
    "reopen": Transition(
        frozenset({"withdrawn", "declined", "lapsed", "rejected"}),
        "received",
        frozenset({"office"}),
        needs_reason=True,
    ),
}


def allowed(state: State, action: Action, by: ActorKind) -> bool:
    """Whether this actor may do this in this state."""
    transition = TRANSITIONS[action]
    return state in transition.sources and by in transition.by


def next_state(state: State, action: Action, by: ActorKind, reason: str = "") -> State:
    """The state after an action.

    Raises:
        AlreadySo: the action led to this state before.
        Refused: the state, the actor or a missing reason forbids it.

    """
    transition = TRANSITIONS[action]
    if not allowed(state, action, by):
        raise _refusal(state, by, already=state == transition.target and by in transition.by)
    if transition.needs_reason and not reason.strip():
        raise Refused("Give a reason.")
    return transition.target


def _refusal(state: State, by: ActorKind, *, already: bool) -> Refused:
    """Why not, as whoever asks is spoken to: the applicant of what they themselves were told."""
    name = STATES[state]
    if already:
        said = f"This application is “{name.office.lower()}” already."
        return AlreadySo(_SO_ALREADY.get(state, said) if by == "applicant" else said)
    if by == "applicant":
        return Refused(f"{name.public}. What you wanted to do is not possible now.")
    return Refused(f"An application that is “{name.office.lower()}” cannot be changed like that.")


_SO_ALREADY: dict[State, str] = {
    "accepted": "You have accepted the place already.",
    "declined": "You have declined the place already.",
    "withdrawn": "Your application was withdrawn already.",
}


def actions_for(state: State, by: ActorKind) -> tuple[Action, ...]:
    """What this actor may do now, in the order of the table."""
    return tuple(action for action in TRANSITIONS if allowed(state, action, by))
