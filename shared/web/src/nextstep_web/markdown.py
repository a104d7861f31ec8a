"""Markdown that we keep ourselves, as HTML with the classes of our style sheet.

HTML in it is shown as it is written, and what a link may lead to is markdown-it's decision: no
script, nothing but an address.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

CLASSES: Final = {
    "h2": "nhsuk-heading-m",
    "h3": "nhsuk-heading-s",
    "ul": "nhsuk-list nhsuk-list--bullet",
    "ol": "nhsuk-list nhsuk-list--number",
    "table": "nhsuk-table ns-legal__table",
    "tr": "nhsuk-table__row",
    "th": "nhsuk-table__header",
    "td": "nhsuk-table__cell",
}
_TO_BE_CONFIRMED: Final = re.compile(r"\[to be confirmed[^\]]*\]", re.IGNORECASE)


@lru_cache(maxsize=64)
def html_of(markdown: str) -> Markup:
    """A text as HTML; what is yet to be confirmed in it is marked."""
    return Markup(_parser().render(markdown))  # noqa: S704 - markdown-it escapes what it is given


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.core.ruler.push("our_classes", _add_classes)
    parser.add_render_rule("text", _text)
    return parser


def _add_classes(state: Any) -> None:
    for token in state.tokens:
        if token.nesting == 1 and token.tag in CLASSES:
            token.attrSet("class", CLASSES[token.tag])
            if token.tag == "th":
                token.attrSet("scope", "col")


def _text(
    _: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    return _TO_BE_CONFIRMED.sub(
        lambda found: f'<mark class="ns-legal__open">{found[0]}</mark>',
        str(escape(tokens[at].content)),
    )
