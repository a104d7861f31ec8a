"""What the office does with receipts in quarantine: correct, try again, put away, take back.

The raw body is never touched: what the office types stands beside it, whole each time it is
changed, with who and why.
"""

from collections.abc import Mapping

from applications.admissions.act import Act
from applications.admissions.clean_text import LONGEST, clean
from applications.admissions.versions import Correction
from applications.documents.discarding import discard
from applications.intake import store
from applications.intake.receipts import UNOWNED, Dismissal, Receipt
from applications.intake.reconciliation.uploads import forget_uploads
from applications.intake.sources import MAPPABLE
from nextstep_contracts import Refused
from nextstep_messaging.operating.audit import erase_details


async def replay(act: Act, receipt_id: str) -> None:
    """Let a quarantined receipt be processed again, after the map or the cause was corrected.

    Raises:
        Refused: it is not in quarantine.

    """
    receipt = await _in_quarantine(act, receipt_id)
    await store.save_receipt(act.uow, receipt.tried_again())
    act.audit("replay", receipt_id, why="")


async def replay_all(act: Act, source: str) -> int:
    """Let all quarantined receipts of a source be processed again, in the order of arrival.

    Returns:
        how many they are.

    """
    count = await store.try_all_again(act.uow, source)
    if count:
        act.audit("replay-all", source, why=f"{count} receipts")
    return count


async def correct(act: Act, receipt_id: str, answers: Mapping[str, str], reason: str) -> None:
    """Type missing or wrong answers of one receipt; they replace what was typed before.

    Raises:
        Refused: it is not in quarantine, nothing changes, or there is no reason.

    """
    _needs(reason)
    receipt = await _in_quarantine(act, receipt_id)
    typed = {
        name: clean(text)[:LONGEST]
        for name, text in answers.items()
        if name in MAPPABLE and clean(text)
    }
    if typed == receipt.typed:
        raise Refused("Nothing was changed: type what the answers should be.")
    correction = Correction(at=act.now, by=act.actor.name, why=reason.strip(), answers=typed)
    await store.save_receipt(act.uow, receipt.corrected(correction))
    act.audit("correct-receipt", receipt_id, why=reason.strip())


async def dismiss(act: Act, receipt_id: str, reason: str) -> None:
    """Put a receipt away that is no application: spam, a test, a draft. It is kept.

    Raises:
        Refused: it is not in quarantine, or there is no reason.

    """
    _needs(reason)
    receipt = await _in_quarantine(act, receipt_id)
    dismissal = Dismissal(at=act.now, by=act.actor.name, why=reason.strip())
    await store.save_receipt(act.uow, receipt.dismissed(dismissal))
    act.audit("dismiss-receipt", receipt_id, why=reason.strip())


async def restore(act: Act, receipt_id: str) -> None:
    """Take a dismissed receipt back into quarantine.

    Raises:
        Refused: it was not dismissed.

    """
    receipt = await store.find_receipt(act.read, receipt_id)
    if receipt is None or receipt.status != "dismissed":
        raise Refused("Only a dismissed receipt can be taken back.")
    await store.save_receipt(act.uow, receipt.restored())
    act.audit("restore-receipt", receipt_id, why="")


async def erase_receipt(act: Act, receipt_id: str, reason: str) -> None:
    """Erase a submission that never became an application, at its sender's request.

    Raises:
        Refused: it belongs to an application, or there is no reason.

    """
    _needs(reason)
    receipt = await store.find_receipt(act.read, receipt_id)
    if receipt is None or receipt.status not in UNOWNED:
        raise Refused(
            "Only a receipt that is in quarantine or dismissed is erased by itself; "
            "what belongs to an application goes with the person."
        )
    await store.erase(act.uow, receipt)
    await discard(act.uow, [receipt.body_file] if receipt.body_file else [])
    await forget_uploads(act.uow)
    # what was written about it before may name the person; why it is erased should not
    await erase_details(act.uow, receipt_id)
    act.audit("erase-receipt", receipt_id, why=reason.strip())


async def _in_quarantine(act: Act, receipt_id: str) -> Receipt:
    receipt = await store.find_receipt(act.read, receipt_id)
    if receipt is None or receipt.status != "quarantined":
        raise Refused("This can only be done with a receipt in quarantine.")
    return receipt


def _needs(reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason.")
