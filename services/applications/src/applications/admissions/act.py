"""One transaction's view of the admissions of a cohort: what was loaded, what changed, and why.

A use case is given an act. It asks a rule what becomes of an application, and keeps the outcome;
everything is written once, together, when the use case ends.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from typing_extensions import override

from applications.admissions import store
from applications.admissions.access import ended_by
from applications.admissions.application import Application
from applications.admissions.history import HistoryLine, Kind
from applications.admissions.once_eligible import next_in_line, promoted
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Change, Ledger, Movement
from applications.admissions.settling import settled
from applications.admissions.states import By
from nextstep_contracts import AccessEnded, NoSuch
from nextstep_messaging import Act as BasicAct
from nextstep_messaging import Actor, Database, Messaging, UnitOfWork
from nextstep_programme import Cohort, LoadedCohort
from nextstep_web import access_ended

P = ParamSpec("P")
T = TypeVar("T")
Remembered = tuple[dict[str, Application], set[str], Ledger | None, int, int]


class Act(BasicAct):
    """Where a use case works. It lives for one attempt of one transaction."""

    def __init__(
        self,
        uow: UnitOfWork,
        cohort: Cohort,
        actor: Actor | None = None,
        answers_changed: "AnswersChanged | None" = None,
    ) -> None:
        super().__init__(uow, actor)
        self.cohort = cohort
        self._answers_changed = answers_changed
        self._applications: dict[str, Application] = {}
        self._found: dict[str, Application] = {}
        """As they were when this act first read them."""
        self._changed: set[str] = set()
        self._ledger: Ledger | None = None
        self._ledger_version = 0
        self._movements: list[Movement] = []
        self._history: list[HistoryLine] = []

    @property
    def by(self) -> By:
        """Whoever acts, as the rules and the history know them."""
        return By("office" if self.actor.kind == "staff" else "applicant", self.actor.name)

    async def application(self, application_id: str) -> Application:
        """An application as it now stands in this act.

        Raises:
            NoSuch: there is none with that id.

        """
        if application_id not in self._applications:
            found = await store.find_application(self.read, application_id)
            if found is None:
                raise NoSuch(f"There is no application {application_id}.")
            self._hold([found])
        return self._applications[application_id]

    async def applications(self, ids: Sequence[str]) -> list[Application]:
        """Several applications in one reading; those that do not exist are left out."""
        unread = [one for one in ids if one not in self._applications]
        self._hold(await store.load_applications(self.read, unread))
        return [self._applications[one] for one in ids if one in self._applications]

    async def applications_of(self, people: Collection[str]) -> list[Application]:
        """The applications of these people, of every year."""
        return self._hold(await store.applications_of(self.read, people))

    async def application_of(self, person_id: str) -> Application | None:
        """The person's application for this cohort."""
        theirs = [a for a in self._applications.values() if a.person_id == person_id]
        theirs = theirs or await self.applications_of([person_id])
        return next((one for one in theirs if one.cohort == self.cohort.id), None)

    def put(self, application: Application) -> Application:
        """Keep a changed application, to be stored when the use case ends."""
        application = application.model_copy(update={"updated_at": self.now})
        self._applications[application.id] = application
        self._changed.add(application.id)
        return application

    async def ledger(self) -> Ledger:
        """The cohort's ledger as it now stands in this act."""
        if self._ledger is None:
            document = await self.read(store.LEDGERS).get(self.cohort.id)
            self._ledger = store.ledger_of(document, self.cohort)
            self._ledger_version = document["version"] if document else 0
        return self._ledger

    async def about(self, application: Application) -> Outcome:
        """What a rule about this application begins with: nothing has become of it yet."""
        if application is not self._applications.get(application.id):
            raise RuntimeError("an application was passed on as it no longer is")
        return Outcome(application, await self.ledger(), self.cohort, self.now)

    async def keep(self, outcome: Outcome) -> Application:
        """Write what a rule returned, and offer the places that it freed.

        Returns:
            the application as it now stands in this act.

        """
        application = await self._write(outcome)
        if outcome.frees_a_place:
            await self.promote()
        return application

    async def settle(self, application: Application) -> Application:
        """Run the rules over an undecided application, and keep what they say."""
        return await self.keep(settled(await self.about(application)))

    async def promote(self) -> None:
        """Offer free places to the waiting list, as far as that happens by itself."""
        ledger = await self.ledger()
        waiting = await self.applications(next_in_line(ledger, self.cohort, self.now))
        for outcome in promoted(waiting, ledger, self.cohort, self.now):
            await self._write(outcome)

    async def move(self, change: Callable[[Ledger], Change]) -> None:
        """Change the ledger by a movement that is about nobody."""
        self._ledger, movement = change(await self.ledger())
        self._movements.append(movement)

    def note(self, application_id: str, kind: Kind, what: str, who: str, why: str = "") -> None:
        """Add a line to an application's history."""
        self._add(HistoryLine(application_id, kind, what, who, why, self.now))

    def done(self, application_id: str, action: str, kind: Kind, what: str, why: str = "") -> None:
        """Record what the actor did: in the history and on the audit trail."""
        self.note(application_id, kind, what, self.actor.name, why)
        self.audit(action, application_id, why=why)

    def noted(self, application_id: str) -> tuple[HistoryLine, ...]:
        """What was added to an application's history in this act."""
        return tuple(line for line in self._history if line.application_id == application_id)

    def remembered(self) -> Remembered:
        """How the act is now, to come back to."""
        return (
            dict(self._applications),
            set(self._changed),
            self._ledger,
            len(self._movements),
            len(self._history),
        )

    def back_to(self, before: Remembered) -> None:
        """Be as it was: what was done on the act since then is dropped."""
        self._applications, self._changed, self._ledger, movements, lines = before
        del self._movements[movements:]
        del self._history[lines:]

    @override
    async def flush(self) -> None:
        """Write what changed."""
        if self._movements and self._ledger is not None:
            document = store.ledger_to_document(self._ledger, self._ledger_version)
            await self.read(store.LEDGERS).save(document)
            await self.read(store.MOVEMENTS).insert_many(
                [store.movement_to_document(self.cohort.id, m) for m in self._movements]
            )
        lines = [store.history_to_document(line) for line in self._history]
        await self.read(store.HISTORY).insert_many(lines)
        await super().flush()
        for application_id in sorted(self._changed):
            await self._end_access(application_id)
            document = store.application_to_document(self._applications[application_id])
            await self.read(store.APPLICATIONS).save(document)
        if self._answers_changed is not None and (others := self._with_other_answers()):
            await self._answers_changed(self, others)

    def _with_other_answers(self) -> list[Application]:
        """What is new, says something else of its person, or became somebody's duplicate."""

        def who(one: Application | None) -> object:
            return one and (one.answers, one.duplicate_of)

        changed = [self._applications[one] for one in sorted(self._changed)]
        return [one for one in changed if who(self._found.get(one.id)) != who(one)]

    def _hold(self, found: Sequence[Application]) -> list[Application]:
        """Remember what was read, unless this act knows it as it is since."""
        self._found |= {one.id: one for one in found if one.id not in self._found}
        return [self._applications.setdefault(one.id, one) for one in found]

    async def _end_access(self, application_id: str) -> None:
        after = self._applications[application_id]
        before = self._found.get(application_id, after)
        if (why := ended_by(before, after)) is not None:
            over = AccessEnded(who=after.person_id, before=self.now, reason=why)
            await access_ended.end(self.uow, over)

    async def _write(self, outcome: Outcome) -> Application:
        application = outcome.application
        if application is not self._applications.get(application.id):
            application = self.put(application)
        if outcome.movements:
            self._ledger = outcome.ledger
            self._movements.extend(outcome.movements)
        for event in outcome.events:
            self.uow.publish(event)
        for line in outcome.history:
            self._add(line)
        for timer in outcome.timers:
            key = f"{timer.kind}:{application.id}"
            if timer.due is None:
                await self.uow.cancel_timer(key)
            else:
                about = {"application_id": application.id}
                await self.uow.schedule(key, timer.kind, timer.due, about)
        for deed in outcome.deeds:
            self.audit(deed.action, application.id, why=deed.why)
        return application

    def _add(self, line: HistoryLine) -> None:
        last = self._history[-1].step if self._history else 0
        self._history.append(replace(line, step=max(last + 1, time.time_ns())))


UseCase = Callable[[Act], Awaitable[T]]
AnswersChanged = Callable[[Act, Sequence[Application]], Awaitable[None]]
"""What else follows in the same transaction where somebody's answers are new or others."""

LEDGER = "ledger"
"""Use cases of one process run one after another: almost all of them change the one ledger, and
rivals on one document cost far more than the wait."""


async def in_one_act(
    uow: UnitOfWork, cohort: Cohort, use_case: UseCase[T], actor: Actor | None = None
) -> T:
    """Run a use case within a transaction that is open already."""
    return await Act(uow, cohort, actor).doing(use_case)


def on(
    application_id: str,
    verb: Callable[Concatenate[Act, Application, P], Awaitable[T]],
    *given: P.args,
    **named: P.kwargs,
) -> UseCase[T]:
    """A use case about one application: here, at the edge, its id becomes the application.

    Raises:
        NoSuch: there is none with that id.

    """

    async def use_case(act: Act) -> T:
        return await verb(act, await act.application(application_id), *given, **named)

    return use_case


class Applications:
    """What a process holds of this service: its messaging, and the year that it admits to."""

    def __init__(
        self,
        messaging: Messaging,
        loaded: LoadedCohort,
        answers_changed: AnswersChanged | None = None,
    ) -> None:
        self.messaging = messaging
        self.loaded = loaded
        self.answers_changed = answers_changed
        """Given from outside: admissions know nothing of reviewers."""

    @property
    def cohort(self) -> Cohort:
        """The cohort that these applications are for."""
        return self.loaded.cohort

    @property
    def db(self) -> Database:
        """The service's database, for reading."""
        return self.messaging.db

    async def perform(
        self,
        use_case: UseCase[T],
        actor: Actor | None = None,
        *,
        correlation_id: UUID | None = None,
    ) -> T:
        """Run a use case in a transaction; a refusal by a rule leaves nothing behind."""
        return await self.messaging.transact(
            lambda uow: Act(uow, self.cohort, actor, self.answers_changed).doing(use_case),
            correlation_id=correlation_id,
            one_at_a_time=LEDGER,
        )
