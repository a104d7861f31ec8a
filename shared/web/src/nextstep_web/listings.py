"""Lists on office pages: sorted by a link, a page at a time. The query string says how."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from fastapi import Request

PER_PAGE = 50
"""Rows on a page: a cohort of 70 fits on two."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """The rows of one page, and where that page is in the whole list."""

    rows: Sequence[Row]
    total: int
    page: int
    per_page: int
    sort: str
    """The key of the column that the rows are sorted by."""
    descending: bool

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    def next_sort(self, key: str) -> str:
        """The `sort` parameter that the heading of column `key` asks for."""
        return f"-{key}" if key == self.sort and not self.descending else key


@dataclass(frozen=True)
class ListRequest:
    """How a request wants a list: for a query that sorts and cuts in the database."""

    sort: str
    descending: bool
    page: int
    per_page: int

    @property
    def skip(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.per_page

    def listing(self, rows: Sequence[Row], total: int) -> Listing[Row]:
        """The answer: this page's `rows` of `total`."""
        return Listing(rows, total, self.page, self.per_page, self.sort, self.descending)


def asked(
    request: Request, sortable: Sequence[str], default: str, per_page: int = PER_PAGE
) -> ListRequest:
    """Read `sort` (a column key, with "-" before it for descending) and `page`.

    What is not offered falls back to `default` (which may begin with "-") and to page 1.
    """
    wanted = request.query_params.get("sort", default)
    if wanted.removeprefix("-") not in sortable:
        wanted = default
    page = request.query_params.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1  # noqa: PLR2004 - more digits than any list has pages
    return ListRequest(wanted.removeprefix("-"), wanted.startswith("-"), max(1, number), per_page)


def listing(
    request: Request,
    rows: Sequence[Row],
    sort_keys: Mapping[str, Callable[[Row], Any]],
    default: str,
    per_page: int = PER_PAGE,
) -> Listing[Row]:
    """Sort `rows` as asked and return the page asked for.

    Rows whose sort value is None come last either way. `per_page` 0 returns them all, for CSV.
    """
    how = asked(request, tuple(sort_keys), default, per_page or max(1, len(rows)))
    last = max(1, -(-len(rows) // how.per_page))
    how = replace(how, page=min(how.page, last) if per_page else 1)
    key = sort_keys[how.sort]
    known = [row for row in rows if key(row) is not None]
    ordered = sorted(known, key=key, reverse=how.descending)
    ordered += [row for row in rows if key(row) is None]
    return how.listing(ordered[how.skip : how.skip + how.per_page], len(rows))
