"""Read a page as a person does: its forms, its links, its tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

import httpx
from lxml import html  # type: ignore[import-untyped]

Fields = dict[str, str | list[str]]


class PageError(RuntimeError):
    """A page is not what a person in this place would need; the message quotes it."""


@dataclass
class PageForm:
    """One form as the page shows it, with what is already filled in (the CSRF token, too)."""

    action: str
    method: str
    fields: Fields
    choices: dict[str, list[str]] = field(default_factory=dict)
    """For radio buttons, tick boxes, selects and named buttons: the values on offer."""
    buttons: list[str] = field(default_factory=list)
    """What its buttons say."""

    def filled(self, **answers: str | list[str]) -> Fields:
        """What is sent when these are answered.

        Raises:
            PageError: the form has no such field, or does not offer that choice.

        """
        for name, value in answers.items():
            if name not in self.fields and name not in self.choices:
                raise PageError(f"The form {self.action} has no field {name!r}: {self._names()}")
            wanted = value if isinstance(value, list) else [value]
            if name in self.choices and not set(wanted) <= {*self.choices[name], ""}:
                raise PageError(f"{name} cannot be {value!r}: it offers {self.choices[name]}")
        return self.fields | answers

    def _names(self) -> str:
        return ", ".join(sorted({*self.fields, *self.choices}))


class Page:
    """An answer in HTML."""

    def __init__(self, response: httpx.Response) -> None:
        self.url = str(response.url)
        self.status = response.status_code
        self._html = response.text

    @cached_property
    def _root(self) -> html.HtmlElement:
        """Parsed when somebody looks: many a page that follows a form is not looked at."""
        return html.document_fromstring(self._html, base_url=self.url)

    @property
    def text(self) -> str:
        """What is written in the main part of the page."""
        return " ".join(self._main().text_content().split())

    @property
    def heading(self) -> str:
        """The page's first heading."""
        found = self._root.xpath("//h1")
        return _said(found[0]) if found else ""

    def _main(self) -> html.HtmlElement:
        found = self._root.xpath("//main")
        return found[0] if found else self._root

    def forms(self) -> list[PageForm]:
        """The forms in the main part of the page."""
        return [self._form(element) for element in self._main().iter("form")]

    def form(self, *, field: str | None = None, action: str | None = None) -> PageForm:
        """The one form with a field of this name, or whose action ends so.

        Raises:
            PageError: there is no such form.

        """
        for form in self.forms():
            has = field is None or field in form.fields or field in form.choices
            if has and (action is None or form.action.split("?")[0].endswith(action)):
                return form
        wanted = f"with {field!r}" if field else f"to {action!r}"
        raise PageError(f"No form {wanted} on {self.url} ({self.status}): {self.text[:400]}")

    def _form(self, element: html.HtmlElement) -> PageForm:
        form = PageForm(
            action=urljoin(self.url, element.get("action") or self.url),
            method=(element.get("method") or "get").lower(),
            fields={},
        )
        for control in element.iter("input", "select", "textarea", "button"):
            name = control.get("name")
            if control.tag == "button":
                form.buttons.append(" ".join(control.text_content().split()))
                if name:
                    form.choices.setdefault(name, []).append(control.get("value", ""))
            elif name and control.get("type") in ("radio", "checkbox"):
                form.choices.setdefault(name, []).append(control.get("value", "on"))
                if control.get("checked") is not None:
                    _add(form.fields, name, control.get("value", "on"))
            elif name and control.tag == "select":
                options = list(control.iter("option"))
                form.choices[name] = [option.get("value", option.text) or "" for option in options]
                chosen = [o for o in options if o.get("selected") is not None] or options[:1]
                for option in chosen:
                    _add(form.fields, name, option.get("value", option.text) or "")
            elif name:
                value = control.text if control.tag == "textarea" else control.get("value")
                _add(form.fields, name, value or "")
        return form

    def links(self, containing: str = "") -> list[str]:
        """Where the links of the main part lead whose address contains this, in order."""
        found = (urljoin(self.url, a.get("href")) for a in self._main().iter("a") if a.get("href"))
        return list(dict.fromkeys(link for link in found if containing in link))

    def rows(self, number: int = 0) -> list[dict[str, str]]:
        """The rows of a table, by column heading."""
        tables = list(self._main().iter("table"))
        return list(_rows(tables[number])) if number < len(tables) else []


def _add(fields: Fields, name: str, value: str) -> None:
    """Fields of the same name are sent several times."""
    before = fields.get(name)
    if before is None:
        fields[name] = value
    else:
        fields[name] = [*(before if isinstance(before, list) else [before]), value]


def _rows(table: html.HtmlElement) -> Iterator[dict[str, str]]:
    heads = [_said(cell) for cell in table.xpath(".//thead//th")]
    for row in table.xpath(".//tbody//tr"):
        yield dict(zip(heads, (_said(cell) for cell in row.xpath("./td|./th")), strict=False))


def _said(element: html.HtmlElement) -> str:
    """Its text, without captions above headings and without what is there for narrow screens."""
    aside = "ancestor-or-self::*[@aria-hidden='true' or contains(@class, 'nhsuk-caption')]"
    texts = element.xpath(f".//text()[not(parent::*[{aside}])]")
    return " ".join("".join(texts).split())
