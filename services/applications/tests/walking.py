"""A cohort in memory that the rules of admissions walk through, and what must hold at each step."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from applications.admissions import deciding, overriding, place_ledger, replying, submissions
from applications.admissions.application import Application, Document, LeaveEntry, with_fetched
from applications.admissions.choosing_a_version import version_taken_up
from applications.admissions.eligibility import is_late
from applications.admissions.held_back import held_because, says_nothing_new
from applications.admissions.ledger_recount import recount
from applications.admissions.offers import OFFER_TIMER, REMINDER_TIMER, automatic
from applications.admissions.once_eligible import next_in_line, promoted
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Ledger
from applications.admissions.settling import settled
from applications.admissions.states import By
from applications.admissions.versions import without_late_version
from applications.admissions.waiting import HeldSubmission
from applications.holdings import without_person
from applications.review.case import case_of
from applications.review.staging import chosen, placed
from applications.study_leave.accepting import declared, taken
from applications.study_leave.declaration import STATUSES
from applications.study_leave.reminding import reminded
from nextstep_contracts import (
    ApplicationReferred,
    DocumentsNeeded,
    PlaceOffered,
    Refused,
)

from .builders import answers, cohort

OFFICE = By("office", "Ola Office")
APPLICANT = By("applicant", "Applicant")
PAPERS = ("cv", "statement_1", "statement_2")
STARTS = {
    "early": datetime(2024, 8, 1, 10, tzinfo=UTC),
    "at the deadline": datetime(2024, 9, 8, 10, tzinfo=UTC),
    "at the cut-off": datetime(2024, 9, 12, 10, tzinfo=UTC),
}
CUT_OFF = date(2024, 9, 12)
"""Soon after the deadline, so that many courses come to it."""
SAID = {
    "offered": "PlaceOffered",
    "accepted": "PlaceAccepted",
    "declined": "PlaceDeclined",
    "lapsed": "OfferLapsed",
    "waitlisted": "ApplicationWaitlisted",
    "extended": "PlaceOffered",
}
"""What is said once for each movement of the ledger. A withdrawal can have three reasons."""
KINDS = {
    "ApplicationSubmitted": "submitted",
    "ApplicationReferred": "referred",
    "ApplicationWaitlisted": "waitlisted",
    "ApplicationRejected": "rejected",
    "ApplicationWithdrawn": "withdrawn",
    "PlaceAccepted": "accepted",
    "PlaceDeclined": "declined",
    "OfferLapsed": "lapsed",
    "DocumentsRequested": "documents_requested",
    "StudyLeaveRecorded": "study_leave",
    "StudyLeaveOutstanding": "leave_reminder",
}
"""The line of the history that stands beside each event."""


NEVER_REFUSED = frozenset({"submit", "pass_time", "end_a_fetch", "erase", "apply_decisions"})
"""What nobody asks the rules for: they have to know what becomes of it."""


class NotNowError(Exception):
    """There is nobody, or nothing, to do this to."""


class Walk:
    """One course of a small cohort."""

    def __init__(self, mode: str, places: int, start: str, crowd: int) -> None:
        self.cohort = cohort(mode=mode, places=places, promote_until=CUT_OFF)
        self.now = STARTS[start]
        self.applications: dict[str, Application] = {}
        self.ledger = Ledger(self.cohort.id, places)
        self.movements, self.events, self.history = [], [], []
        self.timers: dict[tuple[str, str], datetime] = {}
        self.revisions, self.needed = Counter(), {}
        self.count = 0
        for number in range(crowd):
            assert self.step("submit", number, 0)

    # What an act does: load, ask the rule, write.

    def about(self, application_id: str) -> Outcome:
        return Outcome(self.applications[application_id], self.ledger, self.cohort, self.now)

    def keep(self, outcome: Outcome) -> None:
        self._write(outcome)
        if outcome.frees_a_place:
            self.promote()

    def promote(self) -> None:
        line = next_in_line(self.ledger, self.cohort, self.now)
        waiting = [self.applications[one] for one in line]
        for outcome in promoted(waiting, self.ledger, self.cohort, self.now):
            self._write(outcome)

    def _write(self, outcome: Outcome) -> None:
        application = outcome.application
        self.applications[application.id] = application
        self.ledger = outcome.ledger
        self.movements += outcome.movements
        self.events += outcome.events
        self.history += outcome.history
        for timer in outcome.timers:
            self.timers.pop((application.id, timer.kind), None)
            if timer.due is not None:
                self.timers[application.id, timer.kind] = timer.due

    # What people, timers and the office do; `one` and `other` are any small numbers.

    def person(self, one: int, *states: str) -> str:
        """Somebody in one of these states; now and then, or if nobody is, anybody."""
        ids = [i for i, a in self.applications.items() if a.state in states] if one < 9 else []
        ids = sorted(ids or self.applications)
        if not ids:
            raise NotNowError("Nobody has applied.")
        return ids[one % len(ids)]

    def submit(self, one: int, other: int) -> None:
        """A submission by one of nine people, with one of many things the matter."""
        application_id = f"application-{one}"
        given, papers = self._given(one, other)
        before = self.applications.get(application_id)
        if before is None:
            new = Application(
                id=application_id,
                cohort=self.cohort.id,
                person_id=f"person-{one}",
                reference=f"NS24-000{one}",
                answers=given,
                documents=papers,
                first_submitted_at=self.now,
                submitted_at=self.now,
                arrived=self.count,
                late=is_late(self.now, self.cohort),
                updated_at=self.now,
            )
            self.keep(submissions.begun(Outcome(new, self.ledger, self.cohort, self.now)))
            return
        if before.erased:
            raise NotNowError("Whoever was erased is somebody new when they come again.")
        self._amend(before, given, papers)
        after = self.applications[application_id]
        if before.decided:
            assert (after.state, after.answers) == (before.state, before.answers)

    def _amend(self, before: Application, given, papers) -> None:
        why = held_because(before, self.now, None, self.cohort)
        if why is not None:
            so_far = self.about(before.id)
            if says_nothing_new(before, given, papers):
                self.keep(submissions.acknowledged(so_far, None, self.now))
            else:
                self.keep(submissions.held(so_far, why, f"submission-{self.count}", self.now))
            return
        if is_late(before.submitted_at, self.cohort):
            early = without_late_version(before, self.cohort)
            late = HeldSubmission(
                kind="after_deadline", submission_id=f"submission-{before.arrived}"
            )
            before = early.model_copy(update={"awaits_office": (late,)})
            self.applications[before.id] = before
        self.keep(
            submissions.amended_by(self.about(before.id), given, papers, self.now, self.count)
        )

    def _given(self, one: int, other: int):
        wrong = {
            5: {"region": "London"},
            6: {"cct_date": None},
            7: {"in_training_on": False},
            8: {"trust": f"Trust {self.count}"},
        }.get(other, {})
        papers = {key: self._paper(key) for key in PAPERS}
        if other in {1, 2}:
            del papers["statement_2"]
        if other == 2:
            papers["cv"] = self._paper("cv", problem="the file was empty", file_id=None)
        if other == 3:
            papers["cv"] = self._paper("cv", fetch_id=f"fetch-{one}", file_id=None)
        who = {"email": f"person{one}@example.org", "gmc_number": str(7_000_000 + one)}
        return answers(name=f"Person {one}", **(who | wrong)), papers

    def _paper(self, key: str, **changes) -> Document:
        self.count += 1
        facts = {
            "key": key,
            "name": f"{key}.pdf",
            "content_type": "application/pdf",
            "size": 10,
            "file_id": f"{key}-{self.count}",
            "sent_at": self.now,
        }
        return Document(**(facts | changes))

    def send_documents(self, one: int, other: int) -> None:
        papers = {key: self._paper(key) for key in PAPERS[other % 3 :]}
        self.keep(
            submissions.documents_sent(
                self.about(self.person(one, "documents_needed")), APPLICANT, papers
            )
        )

    def end_a_fetch(self, one: int, other: int) -> None:
        awaited = [
            i
            for i, a in self.applications.items()
            if "cv" in a.documents and a.documents["cv"].coming
        ]
        so_far = self.about(awaited[0] if awaited else self.person(one))
        coming = so_far.application.documents.get("cv")
        if coming is None or coming.fetch_id is None:
            raise NotNowError("Nothing is being fetched.")
        failed = {"problem": "the form did not give it to us", "file_id": None} if other > 6 else {}
        brought = with_fetched(so_far.application, coming.fetch_id, self._paper("cv", **failed))
        outcome = so_far.becoming(brought)
        self.keep(outcome if brought.decided else settled(outcome))

    def find_eligible(self, one: int, _: int) -> None:
        self.keep(
            deciding.found_eligible(self.about(self.person(one, "referred")), OFFICE, "It is one.")
        )

    def reject(self, one: int, _: int) -> None:
        self.keep(
            deciding.rejected(
                self.about(
                    self.person(one, "documents_needed", "referred", "eligible", "waitlisted")
                ),
                OFFICE,
                "Not this year.",
            )
        )

    def offer(self, one: int, _: int) -> None:
        so_far = self.about(self.person(one, "waitlisted", "declined", "lapsed"))
        self.keep(deciding.offered_out_of_order(so_far, OFFICE, "Out of order."))

    def offer_next(self, *_: int) -> None:
        if not self.ledger.waiting:
            raise NotNowError("Nobody waits.")
        so_far = self.about(self.ledger.waiting[0])
        self.keep(deciding.offered_out_of_order(so_far, OFFICE, "The next."))

    def ask_again(self, one: int, _: int) -> None:
        self.keep(
            deciding.asked_again(
                self.about(self.person(one, "documents_needed")), OFFICE, "Two weeks."
            )
        )

    def change_the_rules(self, *_: int) -> None:
        """Stricter rules are published."""
        rules = self.cohort.eligibility
        if rules.version.endswith("++"):
            raise NotNowError("Twice a year is enough.")
        newer = rules.model_copy(
            update={"version": f"{rules.version}+", "cct_window_years": rules.cct_window_years - 1}
        )
        self.cohort = self.cohort.model_copy(update={"eligibility": newer})

    def judge_anew(self, one: int, _: int) -> None:
        version = self.cohort.eligibility.version
        older = [
            application.id
            for application in self.applications.values()
            if application.assessment and application.assessment.version != version
        ]
        so_far = self.about(older[one % len(older)] if older else self.person(one))
        self.keep(deciding.judged_anew(so_far, OFFICE, "New rules."))

    def accept(self, one: int, _: int) -> None:
        self.keep(taken(self.about(self.person(one, "offered")), APPLICANT))

    def declare(self, one: int, other: int) -> None:
        so_far = self.about(self.person(one, "accepted"))
        self.keep(declared(so_far, APPLICANT, self._leave(other)))

    def _leave(self, other: int) -> tuple[LeaveEntry, ...]:
        session = next(s for s in self.cohort.sessions[other % 3 :] if s.on is not None)
        status = tuple(STATUSES)[other % len(STATUSES)]
        return (LeaveEntry(session_key=session.key, on=session.on, status=status),)

    def decline(self, one: int, _: int) -> None:
        self.keep(replying.declined(self.about(self.person(one, "offered")), APPLICANT, ""))

    def withdraw(self, one: int, other: int) -> None:
        by = OFFICE if other > 6 else APPLICANT
        self.keep(replying.withdrawn(self.about(self.person(one)), by, "Ill."))

    def take_up_again(self, one: int, _: int) -> None:
        """The office takes up an application that had ended, as its applicant applied again."""
        so_far = self.about(self.person(one, "withdrawn", "declined", "lapsed", "rejected"))
        if so_far.application.erased:
            raise NotNowError("Whoever was erased is not taken up.")
        self.keep(
            version_taken_up(so_far, so_far.application, self.now, OFFICE, "They are well again.")
        )

    def erase(self, one: int, _: int) -> None:
        application_id = self.person(one)
        self.applications[application_id] = without_person(self.applications[application_id])
        self.keep(replying.gone(self.about(application_id)))

    def change_places(self, one: int, _: int) -> None:
        self.ledger, movement = place_ledger.change_places(self.ledger, one, self.now, "Money.")
        self.movements.append(movement)
        self.promote()

    def move_in_line(self, one: int, other: int) -> None:
        waiting = self.ledger.waiting
        if not waiting:
            raise NotNowError("Nobody waits.")
        so_far = self.about(waiting[one % len(waiting)])
        self.keep(overriding.moved_in_line(so_far, OFFICE, other, "A mistake."))

    def extend(self, one: int, other: int) -> None:
        until = (self.now + timedelta(days=3 * other)).date()
        self.keep(
            overriding.extended(self.about(self.person(one, "offered")), OFFICE, until, "On call.")
        )

    def apply_decisions(self, one: int, other: int) -> None:
        """A reviewed cohort: some are offered a place, some join the waiting list."""
        ready = [a for a in self.applications.values() if a.state == "eligible" and not a.erased]
        offers = min(one % 3, self.ledger.free)
        for number, application in enumerate(ready[: offers + other % 4]):
            case = case_of(application, None, (), {})
            so_far = self.about(application.id)
            self.keep(
                chosen(so_far, OFFICE, case, compared=True)
                if number < offers
                else placed(so_far, OFFICE, case)
            )
        self.promote()

    def pass_time(self, one: int, other: int) -> None:
        """Days go by, and whatever timer is due fires in its turn."""
        self.now += timedelta(days=one, hours=other)
        while due := [key for key, at in self.timers.items() if at <= self.now]:
            application_id, kind = key = min(due, key=lambda one: (self.timers[one], one))
            del self.timers[key]
            so_far = self.about(application_id)
            if kind == OFFER_TIMER:
                self.keep(replying.lapsed(so_far))
            elif so_far.application.state == "accepted":
                self.keep(reminded(so_far, "Timer"))

    # What must hold.

    def step(self, deed: str, one: int, other: int) -> bool:
        """Do it, unless a rule refuses; look at everything that must hold. Whether it was done."""
        movements, events, history = len(self.movements), len(self.events), len(self.history)
        before = dict(self.applications)
        self.count += 1
        try:
            getattr(self, deed)(one, other)
        except NotNowError:
            return False
        except Refused:
            assert deed not in NEVER_REFUSED
            assert len(self.movements) == movements
            assert self.applications == before
            return False
        self._everybody_is_where_the_ledger_says(movements)
        if len(self.movements) > movements:
            assert recount(self.ledger, self.movements) == ()
        self._all_is_said_once(movements, events, history)
        self._nothing_is_said_again(before, events)
        return True

    def _everybody_is_where_the_ledger_says(self, movements: int) -> None:
        ledger = self.ledger
        assert len(ledger.offers) + len(ledger.accepted) <= ledger.places
        held = {offer.application_id: "offered" for offer in ledger.offers}
        held |= dict.fromkeys(ledger.accepted, "accepted")
        held |= dict.fromkeys(ledger.waiting, "waitlisted")
        states = {one: a.state for one, a in self.applications.items()}
        placed = {"offered", "accepted", "waitlisted"}
        assert held == {one: state for one, state in states.items() if state in placed}
        ends = {offer.application_id: offer.expires_at for offer in ledger.offers}
        assert ends == {
            one: a.offer_expires_at for one, a in self.applications.items() if a.offer_expires_at
        }
        assert ends == {one: at for (one, kind), at in self.timers.items() if kind == OFFER_TIMER}
        looked_after = {one for one, kind in self.timers if kind == REMINDER_TIMER}
        assert looked_after <= set(ledger.accepted)
        if automatic(self.cohort, self.now):
            assert not (ledger.free and ledger.waiting)
        else:
            by_itself = [
                m
                for m in self.movements[movements:]
                if m.override not in {"out_of_order", "late_out_of_order"}
            ]
            assert all(m.kind != "offered" for m in by_itself)

    def _all_is_said_once(self, movements: int, events: int, history: int) -> None:
        """Each movement, event and line of this step goes with its like, one for one."""
        moved = [m for m in self.movements[movements:] if m.kind in SAID]
        said, lines = self.events[events:], self.history[history:]
        named = [(type(e).__name__, e.application_id) for e in said]
        expected = Counter((SAID[m.kind], m.application_id) for m in moved)
        assert expected == Counter(one for one in named if one[0] in SAID.values())
        beside = Counter((KINDS[name], one) for name, one in named if name in KINDS)
        found = Counter(
            (line.kind, line.application_id)
            for line in lines
            if line.kind in KINDS.values() and not line.why.startswith("Erased")
        )
        assert beside == found

    def _nothing_is_said_again(self, before: dict[str, Application], events: int) -> None:
        """Revisions count on; nobody hears the same twice; whoever was erased hears nothing."""
        for event in self.events[events:]:
            one = event.application_id
            after, was = self.applications[one], before.get(one)
            assert not after.erased
            self.revisions[one] += 1
            assert event.revision == self.revisions[one]
            if isinstance(event, ApplicationReferred) and was and was.state == "referred":
                assert after.assessment.concerns != was.assessment.concerns
            if isinstance(event, PlaceOffered) and (held := self.ledger.offer_to(one)):
                assert event.from_waiting_list == held.from_waiting_list
                assert event.expires_at == held.expires_at
            if isinstance(event, DocumentsNeeded):
                assert event.documents_needed != self.needed.get(one)
            self.needed[one] = getattr(event, "documents_needed", self.needed.get(one))
        assert all(a.revision == self.revisions[one] for one, a in self.applications.items())


DEEDS = (
    # often, so that there is somebody for the rest to happen to
    *("submit",) * 6,
    *("pass_time", "accept", "find_eligible", "apply_decisions") * 3,
    *("send_documents", "end_a_fetch", "decline", "withdraw", "judge_anew", "declare") * 2,
    *("offer_next", "move_in_line", "extend", "ask_again") * 2,
    *("change_places", "reject", "offer", "change_the_rules", "erase", "take_up_again"),
)
