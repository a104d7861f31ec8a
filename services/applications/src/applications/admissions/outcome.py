"""What becomes of an application and of the ledger by a rule, and what is to be said about it.

Rules take an outcome and return the next one: data in, data out, nothing is read or written. An
`Act` loads what they need, and writes what they return.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec

from applications.admissions.application import Application, stepped
from applications.admissions.history import HistoryLine, Kind
from applications.admissions.place_ledger import Change, Ledger, Movement
from applications.admissions.states import Action, By
from nextstep_contracts import Person
from nextstep_contracts.applications import ApplicationEvent
from nextstep_programme import Cohort

P = ParamSpec("P")


@dataclass(frozen=True)
class TimerChange:
    """The application's one timer of this kind is set to a moment, or (None) forgotten."""

    kind: str
    due: datetime | None


@dataclass(frozen=True)
class Deed:
    """What goes on the audit trail: what a person did to the application, and why."""

    action: str
    """A verb."""
    why: str


@dataclass(frozen=True)
class Outcome:
    """An application and the ledger as they stand now, and what has been said on the way."""

    application: Application
    ledger: Ledger
    cohort: Cohort
    now: datetime
    movements: tuple[Movement, ...] = ()
    """Of the ledger, in their order."""
    events: tuple[ApplicationEvent, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    timers: tuple[TimerChange, ...] = ()
    deeds: tuple[Deed, ...] = ()
    frees_a_place: bool = False
    """Free places go to the waiting list next, where that happens by itself: see `promoted`."""

    def becoming(self, application: Application) -> "Outcome":
        """The application is this now."""
        return replace(self, application=application)

    def within(self, cohort: Cohort) -> "Outcome":
        """The cohort is this now: its sessions as the calendar has them."""
        return replace(self, cohort=cohort)

    def changed(self, **facts: Any) -> "Outcome":
        """Some facts of the application are these now."""
        return self.becoming(self.application.model_copy(update=facts))

    def stepped(self, action: Action, by: By, reason: str = "") -> "Outcome":
        """The application took a step of the workflow.

        Raises:
            Refused: the workflow forbids it.

        """
        return self.becoming(stepped(self.application, action, by.kind, reason))

    def moved(
        self,
        change: Callable[Concatenate[Ledger, str, datetime, P], Change],
        *given: P.args,
        **named: P.kwargs,
    ) -> "Outcome":
        """The applicant moved in the ledger.

        Raises:
            Refused: the ledger forbids it.

        """
        ledger, movement = change(self.ledger, self.application.id, self.now, *given, **named)
        return replace(self, ledger=ledger, movements=(*self.movements, movement))

    def told(self, event: type[ApplicationEvent], **facts: Any) -> "Outcome":
        """The other services are told, as the application's next revision."""
        if self.application.erased:
            return self  # there is nobody left to tell
        outcome = self.changed(revision=self.application.revision + 1)
        application, answers = outcome.application, outcome.application.answers
        person = Person(person_id=application.person_id, name=answers.name, email=answers.email)
        said = event(
            cohort=application.cohort,
            application_id=application.id,
            revision=application.revision,
            person=person,
            **facts,
        )
        return replace(outcome, events=(*outcome.events, said))

    def noted(self, kind: Kind, what: str, who: str, why: str = "") -> "Outcome":
        """The history has another line."""
        line = HistoryLine(self.application.id, kind, what, who, why, self.now)
        return replace(self, history=(*self.history, line))

    def audited(self, action: str, why: str = "") -> "Outcome":
        """The audit trail has another entry."""
        return replace(self, deeds=(*self.deeds, Deed(action, why)))

    def done(self, action: str, kind: Kind, what: str, who: str, why: str = "") -> "Outcome":
        """A person did it: the history and the audit trail say so."""
        return self.noted(kind, what, who, why).audited(action, why)

    def timed(self, kind: str, due: datetime | None) -> "Outcome":
        """A timer is set, in place of the one before; or forgotten."""
        return replace(self, timers=(*self.timers, TimerChange(kind, due)))

    def with_a_place_freed(self) -> "Outcome":
        """What is free now goes on to the waiting list."""
        return replace(self, frees_a_place=True)
