"""What the office does with receipts in quarantine: mend, try again, put away, take back.

The raw body is never touched: what the office types stands beside it, whole each time it is
changed, with who and why.
"""

from collections.abc import Mapping
from typing import Any

from applications.admissions import store
from applications.admissions.act import Desk, Doer
from applications.admissions.clean_text import LONGEST, clean
from applications.admissions.states import NotAllowedError
from applications.documents.discarding import discard
from applications.intake.reconciliation.uploads import forget_uploads
from applications.intake.sources import MAPPABLE
from nextstep_messaging.operating.audit import erase_details

AGAIN = {"status": "new", "failures": 0, "faults": []}


async def replay(desk: Desk, receipt_id: str, who: Doer) -> None:
    """Let a quarantined receipt be processed again, after the map or the cause was mended.

    Raises:
        NotAllowedError: it is not in quarantine.

    """
    receipt = await _in_quarantine(desk, receipt_id)
    await desk.uow.collection(store.RECEIPTS).save(receipt | AGAIN)
    await desk.audit(who, "replay", receipt_id, "")


async def replay_all(desk: Desk, source: str, who: Doer) -> int:
    """Let all quarantined receipts of a source be processed again, in the order of arrival.

    Returns:
        how many they are.

    """
    ours = {"source": source, "status": "quarantined"}
    again = {"$set": AGAIN, "$inc": {"version": 1}}
    count = await desk.uow.collection(store.RECEIPTS).update(ours, again)
    if count:
        await desk.audit(who, "replay-all", source, f"{count} receipts")
    return count


async def correct(
    desk: Desk, receipt_id: str, answers: Mapping[str, str], who: Doer, reason: str
) -> None:
    """Type missing or wrong answers of one receipt; they replace what was typed before.

    Raises:
        NotAllowedError: it is not in quarantine, nothing changes, or there is no reason.

    """
    _needs(reason)
    receipt = await _in_quarantine(desk, receipt_id)
    typed = {
        name: clean(text)[:LONGEST]
        for name, text in answers.items()
        if name in MAPPABLE and clean(text)
    }
    before = receipt.get("corrections") or []
    if typed == (before[-1]["answers"] if before else {}):
        raise NotAllowedError("Nothing was changed: type what the answers should be.")
    line = {"at": desk.now, "by": who.name, "why": reason.strip(), "answers": typed}
    corrected = receipt | {"corrections": [*before, line]}
    await desk.uow.collection(store.RECEIPTS).save(corrected)
    await desk.audit(who, "correct-receipt", receipt_id, reason.strip())


async def dismiss(desk: Desk, receipt_id: str, who: Doer, reason: str) -> None:
    """Put a receipt away that is no application: spam, a test, a draft. It is kept.

    Raises:
        NotAllowedError: it is not in quarantine, or there is no reason.

    """
    _needs(reason)
    receipt = await _in_quarantine(desk, receipt_id)
    dismissal = {"at": desk.now, "by": who.name, "why": reason.strip()}
    away = receipt | {"status": "dismissed", "dismissal": dismissal}
    await desk.uow.collection(store.RECEIPTS).save(away)
    await desk.audit(who, "dismiss-receipt", receipt_id, reason.strip())


async def restore(desk: Desk, receipt_id: str, who: Doer) -> None:
    """Take a dismissed receipt back into quarantine.

    Raises:
        NotAllowedError: it was not dismissed.

    """
    receipts = desk.uow.collection(store.RECEIPTS)
    receipt = await receipts.get(receipt_id)
    if receipt is None or receipt["status"] != "dismissed":
        raise NotAllowedError("Only a dismissed receipt can be taken back.")
    await receipts.save(receipt | {"status": "quarantined", "dismissal": None})
    await desk.audit(who, "restore-receipt", receipt_id, "")


async def erase_receipt(desk: Desk, receipt_id: str, who: Doer, reason: str) -> None:
    """Erase a submission that never became an application, at its sender's request.

    Raises:
        NotAllowedError: it belongs to an application, or there is no reason.

    """
    _needs(reason)
    receipts = desk.uow.collection(store.RECEIPTS)
    receipt = await receipts.get(receipt_id)
    if receipt is None or receipt["status"] not in {"quarantined", "dismissed"}:
        raise NotAllowedError(
            "Only a receipt that is in quarantine or dismissed is erased by itself; "
            "what belongs to an application goes with the person."
        )
    await receipts.save(receipt | store.ERASED_RECEIPT)
    if receipt["in_files"]:
        await discard(desk.uow, [receipt["body_file"]])
    await forget_uploads(desk.uow)
    # what was written about it before may name the person; why it is erased should not
    await erase_details(desk.uow, receipt_id)
    await desk.audit(who, "erase-receipt", receipt_id, reason.strip())


async def _in_quarantine(desk: Desk, receipt_id: str) -> dict[str, Any]:
    receipt = await desk.uow.collection(store.RECEIPTS).get(receipt_id)
    if receipt is None or receipt["status"] != "quarantined":
        raise NotAllowedError("This can only be done with a receipt in quarantine.")
    return receipt


def _needs(reason: str) -> None:
    if not reason.strip():
        raise NotAllowedError("Give a reason.")
