"""Tables that leave the site as files: who took which is on the audit trail before they have it.

At the one place that all answers pass, whatever made the file. What was searched for is left out,
as it may name somebody; the names of the filters stay.
"""

from typing import Final
from urllib.parse import unquote

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Scope

from nextstep_messaging import Actor, Messaging
from nextstep_messaging.operating.audit import record
from nextstep_web.principal import Principal
from nextstep_web.request_state import RequestState

DOWNLOADED: Final = "downloaded"
"""The action of such an entry; it is about the file by its name."""
TABLES: Final = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


def downloaded_table(status: int, headers: Headers) -> str | None:
    """The name of the file that an answer is, if it is a table to be kept."""
    kind = headers.get("content-type", "").partition(";")[0]
    disposition = headers.get("content-disposition", "")
    if status != 200 or kind not in TABLES or not disposition.startswith("attachment"):  # noqa: PLR2004 - only then there is a file
        return None
    _, _, named = disposition.partition("filename")
    return unquote(named.rpartition("'")[2].lstrip("*=").strip('"')) or "a table"


async def record_download(scope: Scope, state: RequestState, name: str) -> None:
    """Put on the trail that whoever is signed in took a file."""
    principal, request = state.principal, Request(scope)
    messaging: Messaging = request.app.state.messaging
    if principal is None:
        return
    actor = _actor(request, principal)
    filters = sorted(set(request.query_params) - {"column", "format", "page"})
    details = {"from": request.url.path, "filters": filters}
    await messaging.transact(lambda uow: record(uow, actor, DOWNLOADED, name, **details))


def _actor(request: Request, principal: Principal) -> Actor:
    from nextstep_web.access import actor_of

    return actor_of(request, principal)
