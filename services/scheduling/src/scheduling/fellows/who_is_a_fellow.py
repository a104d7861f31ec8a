"""Who is a Fellow, from which day to which: facts from other services, merged.

The facts of an application may come in any order and more than once. Of each kind the one with
the highest revision is kept, so the merged state depends on which facts came, never on when.
"""

from collections.abc import Iterable
from datetime import datetime

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWithdrawn,
    FellowGraduated,
    PlaceAccepted,
)
from nextstep_contracts.applications import ApplicationEvent
from scheduling.fellows.fellow import Acceptance, Application, Contact, Fellow, Withdrawal


def accept(fellow: Fellow, event: PlaceAccepted) -> Fellow:
    """Take in that a place was accepted."""
    known = _application(fellow, event)
    if known.accepted and known.accepted.revision >= event.revision:
        return _with(fellow, known)
    accepted = Acceptance(
        revision=event.revision,
        at=event.accepted_at,
        discipline=event.discipline,
        trust=event.trust,
    )
    return _with(fellow, known.model_copy(update={"accepted": accepted}))


def withdraw(fellow: Fellow, event: ApplicationWithdrawn) -> Fellow:
    """Take in that the Fellow left, even if the acceptance is not known yet."""
    known = _application(fellow, event)
    if known.withdrawn and known.withdrawn.revision >= event.revision:
        return _with(fellow, known)
    withdrawn = Withdrawal(revision=event.revision, at=event.withdrawn_at)
    return _with(fellow, known.model_copy(update={"withdrawn": withdrawn}))


def amend(fellow: Fellow, event: ApplicationAmended) -> Fellow:
    """Take in that the Fellow may be called or reached otherwise than before."""
    return _with(fellow, _application(fellow, event))


def graduate(fellow: Fellow, event: FellowGraduated) -> Fellow:
    """Take in that the Fellow graduated."""
    if fellow.erased_at or event.revision <= fellow.graduated_revision:
        return fellow
    return fellow.model_copy(
        update={"graduated": event.graduated_on, "graduated_revision": event.revision}
    )


def erase(fellow: Fellow, at: datetime) -> Fellow:
    """Forget the person: name, address, discipline, trust, attendance and reasons.

    The bare dates stay, under an id that no longer leads to anybody, so that the learning sets of
    the others do not change and a late event cannot bring the person back.
    """
    return Fellow(
        version=fellow.version,
        cohort=fellow.cohort,
        person_id=fellow.person_id,
        applications=tuple(_scrubbed(application) for application in fellow.applications),
        erased_at=min(at, fellow.erased_at or at),
    )


def _scrubbed(application: Application) -> Application:
    accepted = application.accepted
    return Application(
        application_id=application.application_id,
        contact=Contact(revision=application.contact.revision),
        accepted=Acceptance(revision=accepted.revision, at=accepted.at) if accepted else None,
        withdrawn=application.withdrawn,
    )


def _application(fellow: Fellow, event: ApplicationEvent) -> Application:
    """The application the event is about, with the newest contact details and those before."""
    reference = getattr(event, "reference", "")
    heard = Contact(
        revision=event.revision,
        name=event.person.name,
        email=event.person.email,
        reference=reference,
    )
    for known in fellow.applications:
        if known.application_id == event.application_id:
            *earlier, contact = _newest_of_each((*known.contacts, heard))
            return known.model_copy(update={"contact": contact, "earlier": tuple(earlier)})
    return Application(application_id=event.application_id, contact=heard)


def _newest_of_each(heard: Iterable[Contact]) -> list[Contact]:
    """In the order of revisions; of what was said twice the newest."""
    ordered = sorted(heard, key=lambda one: one.revision)
    newest = {(one.name, one.email, one.reference): one for one in ordered}
    return sorted(newest.values(), key=lambda one: one.revision)


def _with(fellow: Fellow, application: Application) -> Fellow:
    if fellow.erased_at is not None:
        application = _scrubbed(application)
    others = [a for a in fellow.applications if a.application_id != application.application_id]
    ordered = sorted([*others, application], key=lambda a: a.application_id)
    return fellow.model_copy(update={"applications": tuple(ordered)})
