"""What applicants, a Fellow and a panellist leave behind, and what others write about them.

Every text that somebody can type and every file that somebody can send has a canary in it.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import aio_pika
from pymongo import MongoClient

from nextstep_local.demo.arrivals import arrive, page_to_decide_on
from nextstep_local.demo.judging import PANEL, Judge, invite, open_scoring
from nextstep_local.demo.mailbox import Mail
from nextstep_local.demo.pages import Page
from nextstep_local.demo.papers import pdf
from nextstep_local.demo.person import Applicant, Upload
from nextstep_local.demo.simulated_time import london
from nextstep_local.demo.visitor import RefusedError, Visitor
from nextstep_local.demo.world import World
from nextstep_local.smtp_sink import NO_MAILBOX
from nextstep_messaging.bus.topology import dead_queue, own_exchange

from .canaries import OF_THE_SERVER, Canaries

DOCUMENTS = ("cv", "statement_1", "statement_2")
TRUST = "Cambridge University Hospitals NHS Foundation Trust"


@dataclass
class Lives:
    """The people of this test, and what becomes of them."""

    world: World
    canary: Canaries

    def __post_init__(self) -> None:
        self.fellow = self._person(1, "the Fellow")
        self.applicant = self._person(2, "the applicant")
        self.applicant.answers |= {"cct_date": "2026-09-20"}  # passes one reading alone: referred
        self.bystander = self._person(3, "a bystander")
        self.unreachable = self._person(4, "the unreachable", host=NO_MAILBOX)
        self.world.people[:] = [self.fellow, self.applicant, self.bystander, self.unreachable]
        name, trust = (self.canary(f"{what} of the panellist") for what in ("name", "trust"))
        self.panellist = Judge(f"Dr {name.capitalize()}", "FMLM", trust=trust)
        self.judges = (*PANEL[:2], self.panellist)

    def _person(self, number: int, whom: str, *, host: str = "example.org") -> Applicant:
        def c(what: str) -> str:
            return self.canary(f"{what} of {whom}")

        email = f"{c('address')}@{host}"
        return Applicant(
            number=number,
            name=f"Kim {c('name').capitalize()}",
            email=email,
            quirk="plain",
            answer="accept",
            at=self.world.year.now,
            answers={
                "name": "",
                "email": email,
                "gmc_number": str(7_400_000 + number),
                "discipline": "secondary care",
                "specialty": c("specialty"),
                "region": "East of England",
                "deanery": c("deanery"),
                "trust": c("trust"),
                "training_grade": "ST7",
                "ntn": f"EAN/{c('training number')}",
                "cct_date": "2025-09-30",
                "ltft_percentage": "100",
                "in_training_on": "yes",
                "anything else": c("an answer that no map reads"),
            },
            uploads={} if host == NO_MAILBOX else self._papers(whom, "first"),
        )

    def _papers(self, whom: str, which: str, keys: Sequence[str] = DOCUMENTS) -> dict[str, Upload]:
        return {
            key: Upload(
                f"{self.canary(f'file name of the {which} {key} of {whom}')}.pdf",
                pdf(key, [self.canary(f"text of the {which} {key} of {whom}")]),
            )
            for key in keys
        }

    def c(self, into: str, whom: str = "the Fellow") -> str:
        """A canary in a sentence."""
        return f"See {self.canary(f'{into} of {whom}')} there."

    async def live(self) -> None:
        """Everything up to the day of the awards."""
        for person in self.world.people:
            person.answers["name"] = person.name
        await self.world.staff("office")
        await self.apply()
        await self.decide()
        await self.accept()
        await self.attend()
        await self.carry_out_projects()
        await self.judge()
        await self.move()
        await self.dead_letters()
        await self.world.rest()

    async def apply(self) -> None:
        """Forms, what is sent again, and what nobody can read."""
        await self.world.move_to(london(date(2024, 6, 10)))
        for person in self.world.people:
            await self.post(person.submission())
        await self.world.rest()
        for person, whom in ((self.fellow, "the Fellow"), (self.applicant, "the applicant")):
            # an older map reads nothing of it but whose it is
            unread = {"submission_id": f"unread-{person.number}", "full name": person.name}
            unread |= {"mail": person.email, "why": self.c("a form that no map reads", whom)}
            await self.post(unread)
        await self.world.rest()
        for person, whom in ((self.fellow, "the Fellow"), (self.applicant, "the applicant")):
            await self.enter_by_hand(person, whom)
        await self.world.rest()

    async def enter_by_hand(self, person: Applicant, whom: str) -> None:
        """The office types a letter that came beside the form, with a CV in it."""
        page = await self.office.open(self.world.url("applications", "/by-hand"))
        said = {key: value for key, value in person.answers.items() if key != "anything else"}
        said |= {"specialty": self.canary(f"specialty of {whom} entered by hand")}
        said |= {"came_by": "post", "arrived_on": "2024-06-09", "arrived_at": "09:30"}
        papers = self._papers(whom, "posted", ("cv",))
        files = {key: (paper.name, paper.data) for key, paper in papers.items()}
        why = self.c("why it was entered by hand", whom)
        await self.office.send_files(page.form(field="came_by"), files, **said, reason=why)

    async def post(self, submission: dict[str, Any]) -> None:
        """Post our own form."""
        posted = await self.world.form.post(submission, self.world.year.now)
        assert posted.status == 202, posted

    async def name_employers(self) -> None:
        """The office puts what the two wrote on its list, and whom it writes to there."""
        for person in (self.fellow, self.applicant):
            page = await self.office.open(self.world.url("applications", "/employers/waiting"))
            wrote = person.answers["trust"]
            forms = [form for form in page.forms() if form.fields.get("written") == wrote]
            await self.office.send(
                next(f for f in forms if "into" in f.choices), into="west-suffolk"
            )
        page = await self.office.open(self.world.url("applications", "/employers/west-suffolk"))
        await self.office.send(page.form(field="leave_contact"), leave_contact=self.named)

    @property
    def named(self) -> str:
        """A text about somebody else that names the Fellow."""
        return f"As {self.fellow.name} said"

    async def decide(self) -> None:
        """The office writes, decides and keeps views; the applicant replaces documents."""
        await self.name_employers()
        await self.replace_documents(self.applicant, "the applicant")
        await self.edit_answers(self.applicant, "the applicant")
        await self.world.rest()
        for person, whom in ((self.fellow, "the Fellow"), (self.applicant, "the applicant")):
            page = await self.page_of(person)
            await self.office.send(page.form(action="/notes"), text=self.c("a note", whom))
            await self.keep_view(person, whom)
        page = await self.page_of(self.bystander)
        await self.office.send(page.form(action="/notes"), text=self.named)
        await self.extend_offer()
        await self.send_again()
        page = await self.page_of(self.applicant)
        deciding = page.form(action="/decide")
        why = self.c("a reason to reject", "the applicant")
        await self.office.send(deciding, action="reject", reason=why)
        await self.world.rest()

    async def extend_offer(self) -> None:
        """The Fellow has longer to answer, for a reason."""
        url = self.world.url("applications", "/ledger/change/longer")
        form = (await self.office.open(url)).form(field="until")
        until = (self.world.year.now + timedelta(days=20)).date().isoformat()
        theirs = (await self.page_of(self.fellow)).url.rpartition("/")[2]
        reason = self.c("reason of a longer offer")
        await self.office.send(form, application_id=theirs, until=until, reason=reason)

    async def send_again(self) -> None:
        """An email that nobody received is sent again, for a reason."""
        rows = await self.office.sheet(self.world.url("notifications", "/mails"), format="csv")
        row = next(r for r in rows if r["address"] == self.unreachable.email)
        page = await self.office.open(self.world.url("notifications", f"/mails/{row['_id']}"))
        reason = self.c("reason to send again", "the unreachable")
        await self.office.send(page.form(action="/resend"), reason=reason)

    async def replace_documents(self, person: Applicant, whom: str) -> None:
        """On their own page: one that cannot be used, then better ones, twice."""
        visitor = await arrive(self.world, person)
        mine = self.world.url("applications", "/me")
        refused = (
            f"{self.canary(f'name of a refused file of {whom}')}.pdf",
            self.c("a refused file", whom).encode(),
        )
        with suppress(RefusedError):
            await visitor.send_files(await self.documents_form(visitor, mine), {"cv": refused})
        for which, keys in (("second", ("cv",)), ("third", DOCUMENTS)):
            await self.world.move_to(self.world.year.now + timedelta(minutes=1))
            papers = self._papers(whom, which, keys)
            files = {k: (u.name, u.data) for k, u in papers.items()}
            await visitor.send_files(await self.documents_form(visitor, mine), files)

    async def documents_form(self, visitor: Visitor, url: str) -> Any:
        return (await visitor.open(url)).form(action="/documents")

    async def edit_answers(self, person: Applicant, whom: str) -> None:
        """The form again, with other answers."""
        person.corrections = {"specialty": self.canary(f"corrected specialty of {whom}")}
        await self.post(person.submission(corrected=True))

    async def page_of(self, person: Applicant) -> Page:
        """The application as the office sees it."""
        rows = await self.office.sheet(self.world.url("applications", "/list"), format="csv")
        key = next(r["application_id"] for r in rows if r["email"].lower() == person.email.lower())
        return await self.office.open(self.world.url("applications", f"/application/{key}"))

    def person_of(self, person: Applicant) -> str:
        """Their id, which their application has."""
        return self._id_of("applications", "applications", "person_id", name=person.name)

    def panellist_id(self) -> str:
        """The panellist's."""
        return self._id_of("awards", "panellists", "_id", name=self.panellist.name)

    def _id_of(self, service: str, collection: str, key: str, *, name: str) -> str:
        with MongoClient[dict[str, Any]](self.world.site.database(service).url) as client:
            rows = [
                row
                for database in client.list_database_names()
                if database not in OF_THE_SERVER
                for row in client[database][collection].find({})
                if name in str(row)
            ]
        return str(rows[0][key])

    async def ask_for_a_copy(self) -> str:
        """The Fellow asks for their data, and the office enters that; the request's number."""
        rows = await self.office.sheet(self.world.url("applications", "/list"), format="csv")
        theirs = next(r for r in rows if r["email"].lower() == self.fellow.email.lower())
        page = await self.office.open(self.world.url("applications", "/requests/new"))
        page = await self.office.send(
            page.form(field="asked"),
            kind="access",
            name=self.fellow.name,
            contact=self.fellow.email,
            reference=theirs["reference"],
            asked=self.c("what is asked"),
        )
        step = page.form(action="/steps")
        text = self.c("what was said on the telephone")
        day = self.world.year.now.date().isoformat()
        await self.office.send(step, kind="noted", on=day, text=text)
        return page.heading

    async def keep_view(self, person: Applicant, whom: str) -> None:
        """A saved view that looks for them by name, and is called after them."""
        page = await self.office.open(
            self.world.url("applications", "/list"), q=person.name, state="offered"
        )
        form = page.form(action="/applications/views")
        name = f"{person.name.split()[-1]} {self.canary(f'name of a view of {whom}')}"
        await self.office.send(form, name=name[:60])

    @property
    def office(self) -> Visitor:
        """The programme office."""
        return self.world.office

    async def accept(self) -> None:
        """Offers are accepted with what is known of study leave."""
        for person, whom in ((self.fellow, "the Fellow"), (self.bystander, "a bystander")):
            visitor, page = await page_to_decide_on(self.world, person, "/me/accept")
            page = await visitor.send(page.form(action="/accept"))
            form = page.form(action="/study-leave")
            for name in list(form.choices):
                key = name.removeprefix("status-")
                form.fields[name] = "not_possible"
                form.fields[f"trust-{key}"] = self.canary(f"trust told of {key} of {whom}")
                form.fields[f"notified-{key}"] = "2024-06-09"
            form.fields["rotation-trust-1"] = self.canary(f"rotation of {whom}")
            form.fields["rotation-from-1"] = "2025-02-05"
            await visitor.send(form)
            self.world.record.accepted.add(person.number)
        await self.world.rest()
        await self.send_evidence(self.fellow, "the Fellow")
        await self.world.fetch_fellows()

    async def send_evidence(self, person: Applicant, whom: str) -> None:
        """Evidence of leave, and a file that is refused."""
        visitor, _ = await page_to_decide_on(self.world, person, "/me/evidence")
        url = self.world.url("applications", "/me/evidence")
        good = pdf("leave", [self.canary(f"text of evidence of {whom}")])
        for data in (b"no document", good):
            page = await visitor.open(url)
            file = (f"{self.canary(f'file name of evidence of {whom}')}.pdf", data)
            form = page.form(field="session")
            with suppress(RefusedError):
                await visitor.send_files(form, {"file": file}, session=form.choices["session"][0])

    async def attend(self) -> None:
        """Registers with reasons, a correction, a waiver, learning sets."""
        await self.world.move_to(london(date(2024, 10, 8), time(20)))
        url = self.world.url("scheduling", "/sessions/2024-25:module-1/register")
        status = f"status-{self.fellow.person_id}"
        for verdict, reason in (("absent", ""), ("apologies", self.c("reason of a correction"))):
            form = (await self.office.open(url)).form(action="/register")
            form.fields.setdefault("reason", "")
            await self.office.send(form, **{status: verdict}, reason=reason)
        for person, reason in (
            (self.fellow, self.c("the reason of a waiver")),
            (self.bystander, f"{self.named}, and the audit log has it"),
        ):
            page = await self.office.open(
                self.world.url("scheduling", f"/fellows/{person.person_id}")
            )
            form = page.form(action="/waivers")
            option = next(v for v in form.choices["session_id"] if v.endswith(":module-1"))
            await self.office.send(form, session_id=option, reason=reason)
        page = await self.office.open(
            self.world.url("scheduling", f"/fellows/{self.fellow.person_id}")
        )
        back = page.form(action="/waivers/withdraw")
        await self.office.send(back, reason=self.c("reason to take a waiver back"))
        page = await self.office.open(self.world.url("scheduling", "/sets"))
        await self.office.send(page.form(action="/sets/allocate"))
        await self.cancel_session()
        await self.world.rest()

    async def cancel_session(self) -> None:
        """The last session is cancelled, for a reason that everybody reads."""
        url = self.world.url("scheduling", "/sessions/2024-25:masterclass-6/cancel")
        page = await self.office.open(url)
        await self.office.send(page.form(field="reason"), reason=f"{self.named}.")

    async def carry_out_projects(self) -> None:
        """One project each; the Fellow's with three posters and one that is refused.

        The Fellow asks the bystander to be an author, who says no.
        """
        await self.world.move_to(london(date(2025, 7, 7), time(9)))
        for person, whom in ((self.fellow, "the Fellow"), (self.bystander, "a bystander")):
            visitor = await arrive(self.world, person)
            url = self.world.url("awards", "/me")
            page = await visitor.open(url)
            if person is self.bystander:
                page = await visitor.send(page.form(field="answer"), answer="no")
            answers: dict[str, str | list[str]] = {
                key: self.c(f"{key} of the project", whom)
                for key in ("title", "supervisor", "trust", "summary")
            }
            form = page.form(field="title")
            if person is self.fellow:
                answers |= {"co_authors": form.choices["co_authors"]}
            await visitor.send(form, **answers)
            posters = ("first", "second", "refused", "third")
            for which in posters if person is self.fellow else posters[:1]:
                text = self.c(f"text of the {which} poster", whom)
                data = text.encode() if which == "refused" else pdf("poster", [text])
                name = f"{self.canary(f'file name of the {which} poster of {whom}')}.pdf"
                form = (await visitor.open(url)).form(field="title")
                with suppress(RefusedError):
                    await visitor.send_files(form, {"poster": (name, data)})
        await self.world.rest()
        await self.office_changes_project()
        for person in (self.fellow, self.bystander):
            visitor = await arrive(self.world, person)
            page = await visitor.open(self.world.url("awards", "/me"))
            stale = page.form(field="title")
            await visitor.send(page.form(action="/submit"))
            if person is self.fellow:
                late = pdf(
                    "poster", [self.canary("text of a poster that came too late of the Fellow")]
                )
                with suppress(RefusedError):
                    await visitor.send_files(stale, {"poster": ("late.pdf", late)})
        await self.world.rest()

    async def office_changes_project(self) -> None:
        """The office changes the Fellow's project, removes and restores it, each with a reason."""
        project = await self.project_of_fellow()
        page = await self.office.open(f"{project}/edit")
        await self.office.send(
            page.form(field="reason"),
            title=self.c("changed title"),
            reason=self.c("reason of a change"),
        )
        page = await self.office.open(project)
        await self.office.send(page.form(action="/submit"), reason=self.c("reason to submit"))
        page = await self.office.open(project)
        await self.office.send(page.form(action="/give-back"), reason=self.c("reason to give back"))
        page = await self.office.open(project)
        await self.office.send(page.form(action="/remove"), reason=self.c("reason of a removal"))
        page = await self.office.open(project)
        await self.office.send(page.form(action="/restore"), reason=self.c("reason to restore"))

    async def project_of_fellow(self) -> str:
        """The address of the Fellow's project in the office."""
        rows = await self.office.sheet(self.world.url("awards", "/projects"), format="csv")
        row = next(r for r in rows if self.fellow.name in str(r))
        return self.world.url("awards", f"/projects/{row['project_id']}")

    async def judge(self) -> None:
        """The panel: conflicts with notes, comments, a sheet opened again, one not waited for."""
        await invite(self.world, (*self.judges, PANEL[2]))
        await self.stand_down(PANEL[2])
        await self.decide_conflicts()
        await open_scoring(self.world)
        await self.world.move_to(london(date(2025, 7, 22), time(9)))
        for number, judge in enumerate(self.judges):
            await self.write_sheets(judge.email, declares=number == 0, draft=number == 1)
        project = (await self.project_of_fellow()).rpartition("/")[2]
        rows = await self.office.sheet(self.world.url("awards", "/scoring/sheets.csv"))
        for row in rows:
            if row["project_id"] == project:
                await self.mend_sheet(project, row)
        await self.world.rest()

    async def stand_down(self, judge: Judge) -> None:
        """Somebody is taken off the panel because of what the Fellow said."""
        key = self._id_of("awards", "panellists", "_id", name=judge.name)
        page = await self.office.open(self.world.url("awards", f"/panellists/{key}"))
        await self.office.send(page.form(action="/stand-down"), reason=f"{self.named}.")

    async def decide_conflicts(self) -> None:
        """The office recuses a panellist from the Fellow's project, and clears them again."""
        for decision in ("recuse", "clear"):
            page = await self.office.open(await self.project_of_fellow())
            form = page.form(field="panellist_id")
            await self.office.send(
                form,
                panellist_id=form.choices["panellist_id"][-1],
                kind="other",
                note=self.c(f"note of a conflict to {decision}"),
                decision=decision,
            )

    async def write_sheets(self, email: str, *, declares: bool, draft: bool) -> None:
        """A panellist comments on every project; one declares a conflict with the first."""
        visitor = self.world.visitor(email)
        emails = reversed(self.world.mail.of(email))
        page = await visitor.follow_emailed_link(next(filter(None, map(_link, emails))))
        for url in page.links("/awards/panel/projects/"):
            page = await visitor.open(url)
            whom = "the Fellow" if "changed title" in self.into(page.heading) else "a bystander"
            if declares and whom == "the Fellow":
                note = self.c("a declared conflict")
                await visitor.send(page.form(action="/conflict"), kind="personal", note=note)
                continue
            form = page.form(field="comment")
            points = {n: c[0] for n, c in form.choices.items() if n.startswith("points-")}
            how = "save" if draft else "lock"
            how = how if how in form.choices.get("do", []) else form.choices["do"][0]
            comment = self.c(f"comment by {email}", whom) + self.named
            await visitor.send(form, **points, comment=comment, do=how)

    def into(self, text: str) -> str:
        """What the canaries in a text went into."""
        return " ".join(i for w, i in self.canary.into.items() if w.decode() in text.lower())

    async def mend_sheet(self, project: str, row: dict[str, str]) -> None:
        """A locked sheet is opened again, another one is not waited for; both with a reason."""
        page = await self.office.open(
            self.world.url("awards", f"/sheets/{project}/{row['panellist_id']}")
        )
        for act in ("unlock", "exclude"):
            form = next((f for f in page.forms() if f.action.endswith(act)), None)
            if form is not None:
                await self.office.send(form, reason=self.c(f"reason to {act} a sheet"))
                return

    async def move(self) -> None:
        """The Fellow writes from another address, which the office puts in force."""
        address = f"{self.canary('other address of the Fellow')}@example.org"
        self.fellow.corrections = {"email": address}
        await self.post(self.fellow.submission(corrected=True))
        await self.world.rest()
        page = await self.page_of(self.fellow)
        shown = [await self.office.open(one) for one in page.links("/versions/")]
        (waits,) = [one for one in shown if address in one.text]
        form, why = waits.form(field="action"), self.c("why another address counts")
        await self.office.send(form, action="apply", reason=why)
        self.fellow.email = address
        await self.world.rest()

    async def dead_letters(self) -> None:
        """Messages about both that nobody can handle."""
        connection = await aio_pika.connect(self.world.site.stack.amqp_url)
        async with connection, connection.channel() as channel:
            for service in ("scheduling", "awards", "notifications"):
                person = {"person_id": self.fellow.person_id, "name": self.fellow.name}
                body = {"person": person, "nonsense": self.c(f"a dead letter to {service}")}
                headers: dict[str, Any] = {
                    "ce-type": "applications.PlaceAccepted.v1",
                    "ce-subject": self.canary(
                        f"subject of a dead letter to {service} of the Fellow"
                    ),
                    "nextstep-consumer": f"{service}.PlaceAccepted",
                    "nextstep-reason": f"ValueError: {self.c(f'reason of a letter to {service}')}",
                }
                message = aio_pika.Message(json.dumps(body).encode(), headers=headers)
                exchange = await channel.get_exchange(own_exchange(service))
                await exchange.publish(message, dead_queue(service))


def _link(mail: Mail) -> str | None:
    return mail.link("/link/")
