"""What the office does with receipts in quarantine: correct, try again, put away, take back.

The raw body is never touched: what the office types stands beside it, whole each time it is
changed, with who and why.
"""

from collections.abc import Mapping

from applications.admissions.act import Act
from applications.admissions.store import files_below
from applications.admissions.versions import Correction
from applications.documents.discarding import discard
from applications.intake import store
from applications.intake.quarantine.typed_answers import faults_in, typed_answers
from applications.intake.receipts import UNOWNED, Dismissal, Receipt
from applications.intake.reconciliation.uploads import forget_uploads
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_messaging.operating.audit import erase_details


async def replay(act: Act, receipt_id: str) -> None:
    """Let a quarantined receipt be processed again, after the map or the cause was corrected.

    Raises:
        NoSuch: there is no such receipt.
        Refused: it is not in quarantine.

    """
    if (await _receipt(act, receipt_id)).status == "new":
        raise AlreadySo("It is being processed already.")
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
        NoSuch: there is no such receipt.
        Refused: it is not in quarantine, something cannot be read as the answer that it should be
            (its fields say what to type), nothing changes, or there is no reason.

    """
    _needs(reason)
    receipt = await _in_quarantine(act, receipt_id)
    typed = typed_answers(answers)
    if faults := faults_in(typed, act.cohort):
        raise Refused("Some answers cannot be used as they were typed.", faults)
    if typed == receipt.typed and receipt.corrections:
        raise AlreadySo("The record is corrected like this already.")
    if typed == receipt.typed:
        raise Refused("Nothing was changed: type what the answers should be.")
    correction = Correction(at=act.now, by=act.actor.name, why=reason.strip(), answers=typed)
    await store.save_receipt(act.uow, receipt.corrected(correction))
    act.audit("correct-receipt", receipt_id, why=reason.strip())


async def dismiss(act: Act, receipt_id: str, reason: str) -> None:
    """Put a receipt away that is no application: spam, a test, a draft. It is kept.

    Raises:
        NoSuch: there is no such receipt.
        Refused: it is not in quarantine, or there is no reason.

    """
    _needs(reason)
    if (await _receipt(act, receipt_id)).status == "dismissed":
        raise AlreadySo("This receipt is dismissed already.")
    receipt = await _in_quarantine(act, receipt_id)
    dismissal = Dismissal(at=act.now, by=act.actor.name, why=reason.strip())
    await store.save_receipt(act.uow, receipt.dismissed(dismissal))
    act.audit("dismiss-receipt", receipt_id, why=reason.strip())


async def restore(act: Act, receipt_id: str) -> None:
    """Take a dismissed receipt back into quarantine.

    Raises:
        NoSuch: there is no such receipt.
        Refused: it was not dismissed.

    """
    receipt = await _receipt(act, receipt_id)
    if receipt.status == "quarantined":
        raise AlreadySo("This receipt is in quarantine already.")
    if receipt.status != "dismissed":
        raise Refused("Only a dismissed receipt can be taken back.")
    await store.save_receipt(act.uow, receipt.restored())
    act.audit("restore-receipt", receipt_id, why="")


async def erase_receipt(act: Act, receipt_id: str, reason: str) -> None:
    """Erase a submission that never became an application, at its sender's request.

    Raises:
        NoSuch: there is no such receipt.
        Refused: it belongs to an application, or there is no reason.

    """
    _needs(reason)
    receipt = await _receipt(act, receipt_id)
    if receipt.status == "erased":
        raise AlreadySo("This receipt is erased already.")
    if receipt.status not in UNOWNED:
        raise Refused(
            "Only a receipt that is in quarantine or dismissed is erased by itself; "
            "what belongs to an application goes with the person."
        )
    await store.erase(act.uow, receipt)
    await discard(act.uow, [receipt.body_file] if receipt.body_file else [])
    # of a receipt whose processing broke off, files may have been kept already
    await discard(act.uow, await files_below(act.read, receipt.id))
    await forget_uploads(act.uow)
    # what was written about it before may name the person; why it is erased should not
    await erase_details(act.uow, receipt_id)
    act.audit("erase-receipt", receipt_id, why=reason.strip())


async def _in_quarantine(act: Act, receipt_id: str) -> Receipt:
    receipt = await _receipt(act, receipt_id)
    if receipt.status != "quarantined":
        raise Refused("This can only be done with a receipt in quarantine.")
    return receipt


async def _receipt(act: Act, receipt_id: str) -> Receipt:
    receipt = await store.find_receipt(act.read, receipt_id)
    if receipt is None:
        raise NoSuch("There is no such receipt.")
    return receipt


def _needs(reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason.")
