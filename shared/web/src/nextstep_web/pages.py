"""Pages: the templates, what every template may use, and how a route answers with one."""

from collections import ChainMap
from collections.abc import Callable, KeysView, MutableMapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    PackageLoader,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Macro
from markupsafe import Markup
from typing_extensions import override

from nextstep_programme import LegalPages
from nextstep_web import display
from nextstep_web.charts import bar_chart, line_chart
from nextstep_web.conflicts import left_out
from nextstep_web.csrf import FIELD, csrf_token
from nextstep_web.footer import about_path, footer_links, notice_for
from nextstep_web.navigation import navigation, person_home
from nextstep_web.notices import take_notices
from nextstep_web.principal import ROLE_NAMES, roles_in_words
from nextstep_web.request_state import is_public, web_state
from nextstep_web.settings import WebSettings
from nextstep_web.statics import Statics
from nextstep_web.table_files import heading


class Pages:
    """The pages of one service."""

    def __init__(
        self,
        *,
        service: str,
        title: str,
        settings: WebSettings,
        templates: Sequence[str | BaseLoader],
        now: Callable[[], datetime],
        zone: str,
        legal: LegalPages,
    ) -> None:
        self.service = service
        self.title = title
        self.settings = settings
        self.now = now
        self.zone = ZoneInfo(zone)
        self.legal = legal
        self.statics = Statics(service)
        self.environment = _environment(templates, zone)
        self.environment.globals |= {
            "service": service,
            "service_title": title,
            "static": self.statics.url,
            "settings": settings,
            "role_names": ROLE_NAMES,
            "roles_in_words": roles_in_words,
            "bar_chart": bar_chart,
            "line_chart": line_chart,
        }

    def today(self) -> date:
        """The day that it is where the cohort is."""
        return self.now().astimezone(self.zone).date()

    def html(self, request: Request, template: str, context: dict[str, Any]) -> str:
        """Render `template` for whoever sent `request`."""
        around = self._around(request)
        around["ns"] = self.environment.get_template("nextstep/macros.html").make_module(around)
        return self.environment.get_template(template).render(around | context)

    def _around(self, request: Request) -> dict[str, Any]:
        state, public = web_state(request), is_public(request.scope)
        principal = None if public else state.principal
        return {
            "request": request,
            "principal": principal,
            "navigation": navigation(self.settings, principal, self.service),
            "home": person_home(self.service, principal),
            "footer_links": [
                {"href": about_path(self.service, page), "text": label}
                for page, label in footer_links(self.legal, notice_for(principal), self.today())
            ],
            "csrf_token": lambda: csrf_token(self.settings, state.session_id()),
            "csrf_field": lambda: _csrf_field(csrf_token(self.settings, state.session_id())),
            "people_left_out": left_out(request),
            "take_notices": lambda: [] if public else take_notices(request),
            "query_with": lambda **changes: query_with(request, **changes),
            "correlation_id": state.correlation_id,
            "now": self.now,
        }


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Answer with a page."""
    pages: Pages = request.app.state.pages
    return HTMLResponse(pages.html(request, template, context), status)


def redirect(path: str) -> RedirectResponse:
    """Send the browser to `path` by GET (303), as after every form that was accepted."""
    return RedirectResponse(path, status_code=303)


def query_with(request: Request, **changes: Any) -> str:
    """This page's query string with `changes`; None or "" leaves a parameter out."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in changes and v]
    added = [(k, str(v)) for k, v in changes.items() if v is not None and v != ""]
    return "?" + urlencode(kept + added)


def _csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


class _Compiled(BytecodeCache):
    """Templates compiled once in a process, however many applications are built in it."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
_DICT_ATTRIBUTES = frozenset(dir(dict))
MOST_KEPT = 1_000
LONGEST_KEPT = 4_000
"""Characters of parameters: an answer of any length could be sent as a choice."""


class _Kept:
    """NHS.UK components that come out the same on many pages, rendered once.

    A group of radios takes the ported macros a millisecond or two. Only for what shows nothing of
    a person, since it is kept as long as the process lasts.
    """

    def __init__(self) -> None:
        self._html: dict[tuple[str, str], str] = {}

    def __call__(self, component: Macro, params: dict[str, Any]) -> str:
        """What `component` makes of `params`, on which alone its HTML depends."""
        key = (component.name, repr(params))
        if (html := self._html.get(key)) is None:
            html = component(params)
            if len(self._html) >= MOST_KEPT:
                self._html.clear()
            if len(key[1]) <= LONGEST_KEPT:
                self._html[key] = html
        return html


class _Environment(Environment):
    """Jinja's, quicker at what the NHS.UK macros do thousands of times on a page.

    They ask dictionaries for parameters that were not given, for which Jinja raises and catches
    two exceptions each, and they import each other, for which it compares all globals one by one.
    """

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute not in _DICT_ATTRIBUTES:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return _Globals({} if d is None else d, self.globals)


class _Globals(ChainMap[str, Any]):
    """A template's globals before those of its environment."""

    @override
    def keys(self) -> KeysView[str]:
        return dict.fromkeys(self).keys()


def _environment(templates: Sequence[str | BaseLoader], zone: str) -> Environment:
    sources = [*templates, "nextstep_web", "nhsuk_frontend_jinja"]
    environment = _Environment(
        loader=ChoiceLoader([PackageLoader(s) if isinstance(s, str) else s for s in sources]),
        undefined=ChainableUndefined,  # the ported NHS.UK macros read parameters not given
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # templates do not change while serving
        bytecode_cache=_COMPILED,
    )
    environment.filters |= display.filters(zone)
    environment.filters["column_heading"] = heading
    environment.tests["overlong"] = display.overlong
    environment.globals["kept"] = _Kept()
    return environment
