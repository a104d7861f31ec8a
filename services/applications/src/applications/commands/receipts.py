"""What the office does with receipts in quarantine."""

from applications import store
from applications.desk import Desk, Doer
from applications.workflow import NotAllowedError


async def replay(desk: Desk, receipt_id: str, who: Doer) -> None:
    """Let a quarantined receipt be processed again, after the map or the cause was mended.

    Raises:
        NotAllowedError: it is not in quarantine.

    """
    receipts = desk.uow.collection(store.RECEIPTS)
    receipt = await receipts.get(receipt_id)
    if receipt is None or receipt["status"] != "quarantined":
        raise NotAllowedError("Only a receipt in quarantine can be tried again.")
    await receipts.save(receipt | {"status": "new", "failures": 0, "faults": []})
    await desk.audit(who, "replay", receipt_id, "")
