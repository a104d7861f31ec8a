"""What the office enters itself: an application that came by post, by email or otherwise.

It becomes a receipt like any other, so that everything is done with it that is done with what a
form posts: rules, acknowledgement, and who it is by.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from datetime import time as clock_time

from applications.admissions.act import Act
from applications.admissions.by_hand import ByHand
from applications.intake import store
from applications.intake.quarantine.typed_answers import faults_in, typed_answers
from applications.intake.receipts import Receipt, receipt_key
from applications.intake.sources import BY_HAND
from applications.intake.submission_time import BEFORE_OPENING
from applications.intake.taking_in import LARGEST_INLINE
from nextstep_contracts import AlreadySo, Refused
from nextstep_messaging import Database
from nextstep_programme import Cohort
from nextstep_programme.writing import weekday

NEEDED = {"name": "Enter the name", "email": "Enter an email address: it is where we write to"}
"""Answers without which there is no application, each with what to do."""


def entered_answers(typed: Mapping[str, str], cohort: Cohort) -> dict[str, str]:
    """What was typed, as it is kept.

    Raises:
        Refused: an answer cannot be read, or there is no name or no address; by field.

    """
    answers = typed_answers(typed)
    faults = {name: fault for name, fault in NEEDED.items() if name not in answers}
    faults |= faults_in(answers, cohort)
    if faults:
        raise Refused("Some of what you typed cannot be used.", faults)
    return answers


def arrival(on: date, at: clock_time, now: datetime, cohort: Cohort) -> datetime:
    """When it came, as whoever enters it says.

    Raises:
        Refused: that has not been yet, or was long before applications opened; by field.

    """
    came = cohort.moment(on, at.replace(tzinfo=None))
    if came > now:
        raise Refused.field("arrived_on", "Enter a day and a time that have passed")
    first = cohort.opening - BEFORE_OPENING
    if came < first:
        raise Refused.field("arrived_on", f"Enter a day from {weekday(first.date())} on")
    return came


def body_of(
    key: str, answers: Mapping[str, str], came: datetime, files: Mapping[str, tuple[str, bytes]]
) -> bytes:
    """The body of its receipt, as our own form would have posted it.

    Args:
        key: of this entry, made when its form was shown: entered twice, it is one.
        answers: as typed, by name.
        came: when it arrived.
        files: by the key of the document, the name and the bytes of each.

    """
    documents = {
        document: {"name": name, "content": base64.b64encode(data).decode()}
        for document, (name, data) in files.items()
    }
    said = {"submission_id": key, "submitted_at": came.astimezone(UTC).isoformat(), **answers}
    return json.dumps(said | {"documents": documents}).encode()


async def keep_body(db: Database, key: str, body: bytes) -> str | None:
    """Keep a body that no database document holds, before its receipt; None for a small one."""
    if len(body) <= LARGEST_INLINE:
        return None
    named = f"receipt:{receipt_key(BY_HAND, key)}:{hashlib.sha256(body).hexdigest()[:32]}"
    await db.files.put(named, "body", body)
    return named


async def enter(act: Act, key: str, body: bytes, in_file: str | None, entered: ByHand) -> str:
    """Take in what was entered.

    Returns:
        the id of its receipt.

    Raises:
        AlreadySo: it was entered already.

    """
    receipt_id = receipt_key(BY_HAND, key)
    if await store.find_receipt(act.read, receipt_id) is not None:
        raise AlreadySo("This application is entered already.")
    receipt = Receipt(
        id=receipt_id,
        source=BY_HAND,
        status="new",
        received_at=act.now,
        arrived=time.time_ns(),
        submission_id=key,
        digest=hashlib.sha256(body).hexdigest(),
        size=len(body),
        headers={"content-type": "application/json"},
        in_files=in_file is not None,
        failures=0,
        by_hand=entered,
        version=1,
    )
    if in_file is not None:
        receipt = receipt.model_copy(update={"body_file": in_file})
    await store.add_receipts(act.uow, [(receipt, b"" if in_file else body)])
    act.audit("enter-receipt", receipt_id, why=entered.why)
    return receipt_id
