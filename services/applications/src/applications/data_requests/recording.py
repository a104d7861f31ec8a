"""The office enters a request and what it does about it."""

from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

from applications.admissions.act import Act
from applications.admissions.store import APPLICATIONS
from applications.data_requests.request import DataRequest, RequestKind, RequestStep, checked, taken
from applications.data_requests.store import (
    forget_carried,
    load_request,
    next_number,
    save_request,
)
from nextstep_contracts import Refused


def today_of(act: Act) -> date:
    """The local day of an act."""
    return act.now.astimezone(ZoneInfo(act.cohort.zone)).date()


async def enter_request(
    act: Act,
    kind: RequestKind,
    *,
    name: str,
    contact: str,
    received: date,
    asked: str,
    reference: str = "",
) -> DataRequest:
    """Enter a request into the register.

    Args:
        act: who enters it, and when.
        kind: what is asked.
        name: who asks.
        contact: where the answer goes.
        received: when it reached anybody of the programme.
        asked: what they ask, in their words.
        reference: of their application, if they are an applicant or Fellow and it is known.

    Raises:
        Refused: something is missing, or no application has this reference.

    """
    wanted = DataRequest(
        id=uuid4().hex,
        number="",
        kind=kind,
        name=name,
        contact=contact,
        received=received,
        asked=asked,
        person_id=await _person(act, reference.strip().upper()),
    )
    request = checked(wanted, today_of(act)).model_copy(
        update={"number": await next_number(act.uow)}
    )
    await save_request(act.uow, request)
    act.audit("enter-request", request.id, kind=kind, number=request.number)
    return request


async def _person(act: Act, reference: str) -> str:
    if not reference:
        return ""
    found = await act.read(APPLICATIONS).find_one({"reference": reference, "erased": False})
    if found is None:
        raise Refused.field("reference", "No application has this reference")
    return str(found["person_id"])


async def record_step(act: Act, request_id: str, step: RequestStep) -> DataRequest:
    """Record what was done about a request.

    Raises:
        NoSuch: there is no such request.
        Refused: see `taken`.

    """
    request = taken(await load_request(act.read, request_id), step, today_of(act))
    await save_request(act.uow, request)
    if not request.open:
        await forget_carried(act.uow, request.person_id, request_id)
    act.audit("request-step", request_id, step=step.kind)
    return request
