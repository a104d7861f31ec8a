"""What the register has for the office to do."""

from fastapi import Request

from applications.data_requests.deadline import clock_of
from applications.data_requests.pages.register import HOME, today
from applications.data_requests.store import all_requests
from applications.web.acting import applications_here
from nextstep_web import Principal
from nextstep_web.display import plural, short_day


async def request_todos(request: Request, reader: Principal) -> list[dict[str, str]]:
    """Open requests about personal data, with the next day that must not be missed."""
    if not reader.has("office"):
        return []
    found = [one for one in await all_requests(applications_here(request).db.read) if one.open]
    if not found:
        return []
    days = sorted(due for one in found if (due := clock_of(one).next))
    text = f"{plural(len(found), 'request')} about personal data"
    if days:
        late = ", which is past" if days[0] < today(request) else ""
        text += f", the next due {short_day(days[0])}{late}"
    return [{"text": text, "href": HOME}]
