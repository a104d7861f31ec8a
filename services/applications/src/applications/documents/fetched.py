"""What becomes of files that a submission gave as links, once they are expected."""

from collections.abc import Mapping

from applications.admissions import kept_versions
from applications.admissions.act import Act
from applications.admissions.application import Document, with_fetched
from applications.admissions.document_names import document_title
from applications.admissions.history import Kind
from applications.admissions.needed_documents import about_files
from applications.admissions.outcome import Outcome
from applications.admissions.settling import told_amended
from applications.admissions.submissions import acknowledged
from applications.admissions.versions import Version
from applications.documents import store
from applications.documents.discarding import discard
from applications.documents.fetch import Fetch, expected
from nextstep_contracts import Refused

FETCHER = "Fetching"
"""Who did it, in the history, when the worker that fetches links did."""


async def expect_files(act: Act, version: Version, links: Mapping[str, str]) -> None:
    """Remember what is to be fetched, or put aside to be looked at, by the same transaction."""
    fetches = [
        expected(version, document, document.fetch_id, links.get(key), act.now)
        for key, document in version.documents.items()
        if document.fetch_id
    ]
    await store.add_fetches(act.uow, fetches)


async def put_into_costly_line(act: Act, fetch_id: str, document: Document) -> None:
    """The bytes of a link came and cost much to look at: say so, and look at them in turn."""
    fetch = await store.find_fetch(act.read, fetch_id)
    if fetch is None or fetch.status != "waiting" or fetch.costly:
        return
    await store.save_fetch(act.uow, fetch.put_aside())
    version = await kept_versions.find(act.read, fetch.submission_id)
    if version is None or fetch.key not in version.documents:
        return
    document = _of_its_submission(document, version.documents[fetch.key])
    await kept_versions.put_document(act.uow, fetch.submission_id, fetch.key, document)
    if version.in_force:
        application = await act.application(fetch.application_id)
        act.put(with_fetched(application, fetch.id, document))


async def finish_fetch(act: Act, fetch_id: str, document: Document, reason: str | None) -> None:
    """Put what a fetch brought, or why it was given up, in its place; once.

    Args:
        act: where it works.
        fetch_id: which fetch ended.
        document: what came of it; one that cannot be used says why to the applicant.
        reason: why it was given up, in technical words; None when there is a file.

    """
    fetch = await store.find_fetch(act.read, fetch_id)
    if fetch is None:  # the person was erased meanwhile
        await discard(act.uow, [fetch_id])
        return
    if fetch.status != "waiting":
        return
    await store.save_fetch(act.uow, fetch.ended(reason))
    if document.file_id is None and reason is None:
        await discard(act.uow, [fetch_id])  # it was kept while nobody knew what it is
    version = await kept_versions.find(act.read, fetch.submission_id)
    if version is not None and fetch.key in version.documents:
        document = _of_its_submission(document, version.documents[fetch.key])
    await kept_versions.put_document(act.uow, fetch.submission_id, fetch.key, document)
    # Of a version that waits, the office decides, file and all.
    if version is not None and version.in_force:
        await _into_application(act, fetch, version, document, reason)


def _of_its_submission(document: Document, expected: Document) -> Document:
    """It came when its submission did, beside what was given with it."""
    known = {"arrived": expected.arrived, "others": expected.others}
    return document.model_copy(update=known)


async def fetch_again(act: Act, fetch_id: str) -> None:
    """Let the worker try a link once more, after its host or its source was put right.

    Raises:
        Refused: it was not given up.

    """
    fetch = await store.find_fetch(act.read, fetch_id)
    if fetch is None or fetch.status != "failed":
        raise Refused("Only a file whose fetching was given up can be fetched again.")
    await store.save_fetch(act.uow, fetch.begun_again(act.now))
    what = f"{document_title(fetch.key)}: fetch again"
    act.done(fetch.application_id, "fetch-again", "fetch_again", what)


async def _into_application(
    act: Act, fetch: Fetch, version: Version, document: Document, reason: str | None
) -> None:
    before = await act.application(fetch.application_id)
    application = act.put(with_fetched(before, fetch.id, document))
    kind: Kind = "fetch_failed" if reason else "fetched"
    came = "fetched from the form" if fetch.link else "looked at"
    said = "could not be fetched" if reason else came
    what = f"{document_title(document.key)}: {said}"
    act.note(application.id, kind, what, FETCHER, reason or document.problem or "")
    held = before.documents.get(document.key)
    if held is not None and held.usable:  # else the applicant is asked, where it is needed
        so_far = await act.about(application)
        application = await act.keep(_told(so_far, version, document))
    if not application.decided:
        await act.settle(application)


def _told(so_far: Outcome, version: Version, document: Document) -> Outcome:
    """The applicant is told what became of a file that was to replace another one."""
    sent = {document.key: document}
    if so_far.application.documents[document.key] == document:
        return told_amended(so_far, ("documents",), sent)
    if about_files(so_far.application, sent, so_far.cohort):
        return acknowledged(so_far, None, version.received_at, sent=sent)
    return so_far  # a newer file took its place meanwhile, which the applicant knows
