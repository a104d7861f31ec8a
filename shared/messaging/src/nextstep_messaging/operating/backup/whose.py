"""Whose the documents of a collection are, as its holding declares it."""

from collections.abc import Callable, Iterable, Sequence

from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.operating.backup.splitting import Claim, claims_of
from nextstep_messaging.operating.holdings import Document, Holding, Holdings, Whose, values_at

Read = Callable[[str], ReadCollection]
Found = list[tuple[str, list[frozenset[str]]]]
"""Ids in a document, and the groups of people each leads to; see `claims_of`."""


async def claims(
    read: Read, holdings: Holdings, holding: Holding, documents: Sequence[Document]
) -> list[list[Claim]]:
    """The claims that people have on each of some documents."""
    return [claims_of(one) for one in await _found(read, holdings, holding, documents)]


async def _found(
    read: Read, holdings: Holdings, holding: Holding, documents: Sequence[Document]
) -> list[Found]:
    found: list[Found] = [[] for _ in documents]
    for whose in holding.whose:
        ids = [whose.ids(document) for document in documents]
        groups = await _groups(read, holdings, whose, {one for some in ids for one in some})
        for of_one, some in zip(found, ids, strict=True):
            of_one += [(one, groups[one]) for one in some if one in groups]
    return found


async def _groups(
    read: Read, holdings: Holdings, whose: Whose, ids: Iterable[str]
) -> dict[str, list[frozenset[str]]]:
    wanted = sorted(ids)
    if whose.through is None:
        return {one: [frozenset({one})] for one in wanted}
    holding = holdings.of(whose.through)
    if holding is None:
        raise ValueError(f"{whose.through} is nobody's, but something is said to be through it")
    if not wanted:
        return {}
    # whole documents may be of megabytes
    paths = [whose.key, *(one.path for one in holding.whose if isinstance(one.path, str))]
    fields = {path.partition(".")[0] for path in paths}
    rows = await read(whose.through).parts({whose.key: {"$in": wanted}}, fields)
    found: dict[str, list[frozenset[str]]] = {}
    for row, of_row in zip(rows, await _found(read, holdings, holding, rows), strict=True):
        groups = [group for _, some in of_row for group in some]
        if whose.together and groups:
            groups = [frozenset[str]().union(*groups)]
        for one in values_at(row, whose.key):
            found.setdefault(one, []).extend(groups)
    return found
