"""Files that a submission gave as links: to be fetched, fetched, or given up."""

from collections.abc import Mapping
from typing import Any

from applications.admissions import store
from applications.admissions.act import Act
from applications.admissions.application import Document, document_title, with_fetched
from applications.admissions.history import Kind
from applications.documents.discarding import discard
from nextstep_contracts import Refused

FETCHER = "Fetching"
"""Who did it, in the history, when the worker that fetches links did."""


async def expect_files(act: Act, submission: Mapping[str, Any], links: Mapping[str, str]) -> None:
    """Remember what is to be fetched, in the transaction that takes the submission in."""
    rows = [
        {
            "_id": document["fetch_id"],
            "application_id": submission["application_id"],
            "person_id": submission["person_id"],
            "submission_id": submission["_id"],
            "source": submission["source"],
            "key": key,
            "given_name": document["given_name"],
            "sent_at": submission["submitted_at"],
            "link": links[key],
            "status": "waiting",
            "due": act.now,
            "tries": 0,
            "reason": None,
            "version": 1,
        }
        for key, document in submission["documents"].items()
        if document["fetch_id"] and key in links
    ]
    await act.read(store.FETCHES).insert_many(rows)


async def finish_fetch(act: Act, fetch_id: str, document: Document, reason: str | None) -> None:
    """Put what a fetch brought, or why it was given up, in its place; once.

    Args:
        act: where it works.
        fetch_id: which fetch ended.
        document: what came of it; one that cannot be used says why to the applicant.
        reason: why it was given up, in technical words; None when there is a file.

    """
    fetches = act.read(store.FETCHES)
    fetch = await fetches.get(fetch_id)
    if fetch is None:  # the person was erased meanwhile
        await discard(act.uow, [fetch_id])
        return
    if fetch["status"] != "waiting":
        return
    ended = {"status": "failed", "reason": reason} if reason else {"status": "fetched"}
    await fetches.save(fetch | ended | ({} if reason else {"link": None, "reason": None}))
    await _complete_version(act, fetch, document)
    version = await act.read(store.SUBMISSIONS).get(fetch["submission_id"])
    # Of a version that waits, the office decides, file and all.
    if version is not None and version["in_force"]:
        await _place(act, fetch, document, reason)


async def fetch_again(act: Act, fetch_id: str) -> None:
    """Let the worker try a link once more, after its host or its source was mended.

    Raises:
        Refused: it was not given up.

    """
    fetches = act.read(store.FETCHES)
    fetch = await fetches.get(fetch_id)
    if fetch is None or fetch["status"] != "failed":
        raise Refused("Only a file whose fetching was given up can be fetched again.")
    await fetches.save(fetch | {"status": "waiting", "due": act.now, "tries": 0})
    what = f"{document_title(fetch['key'])}: fetch again"
    act.done(fetch["application_id"], "fetch-again", "fetch_again", what)


async def _place(
    act: Act, fetch: Mapping[str, Any], document: Document, reason: str | None
) -> None:
    application = await act.application(fetch["application_id"])
    application = act.put(with_fetched(application, fetch["_id"], document))
    kind: Kind = "fetch_failed" if reason else "fetched"
    said = "could not be fetched" if reason else "fetched from the form"
    what = f"{document_title(document.key)}: {said}"
    act.note(application.id, kind, what, FETCHER, reason or document.problem or "")
    if not application.decided:
        await act.settle(application)


async def _complete_version(act: Act, fetch: Mapping[str, Any], document: Document) -> None:
    """The submission's own record gets the file that it had named."""
    await act.read(store.SUBMISSIONS).update(
        {"_id": fetch["submission_id"]},
        {"$set": {f"documents.{fetch['key']}": document.model_dump(mode="json")}},
    )
