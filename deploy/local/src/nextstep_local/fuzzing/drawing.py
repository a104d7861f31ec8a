"""Drawing requests: what schemathesis draws of a description, mixed with what is known to be sent.

Of what is drawn alone nearly nothing would come further than the first check, since ids are
random and forms have many fields.
"""

import copy
import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET

from nextstep_local.fuzzing.description import Described

Draw = Callable[[st.SearchStrategy[Any]], Any]
MOST_CHANGED: Final = 3
"""Names of one form that are sent otherwise than a page would."""
_NOTHING: Final = object()


def drawn(described: Described, number: int, *, said: str) -> list[Case[Any]]:
    """Draw so many requests of a route, always the same ones for the same `said`.

    Every fourth has something that the description does not allow, where there is such a thing: to
    an address or a query string every text is allowed.
    """
    wrong = number // 4 if described.may_be_wrong else 0
    found = _drawn(described, number - wrong, GenerationMode.POSITIVE, said)
    if wrong:
        found += _drawn(described, wrong, GenerationMode.NEGATIVE, said)
    random.Random(said).shuffle(found)  # noqa: S311 - the same each time
    return found


def covering(described: Described) -> list[Case[Any]]:
    """What schemathesis tries of every route: no body, wrong types of it, other methods, edges."""
    operation, known = described.operation, described.examples[0].path
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    found = operation.schema.iter_coverage_cases(
        operation,
        generation_modes=modes,
        generation_config=operation.schema.config.generation_for(operation=operation),
    )
    return [_about(case, known) for case in found]


def _about(case: Case[Any], path: Mapping[str, str]) -> Case[Any]:
    """The same about something that there is."""
    case.path_parameters = {
        **case.path_parameters,
        **{name: quote(one, safe="") for name, one in path.items()},
    }
    return case


def _drawn(described: Described, number: int, mode: GenerationMode, said: str) -> list[Case[Any]]:
    found: list[Case[Any]] = []

    @seed(crc32(said.encode()))
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_requests(described, mode))
    def take(case: Case[Any]) -> None:
        found.append(case)

    take()
    return found


@st.composite
def _requests(draw: Draw, described: Described, mode: GenerationMode) -> Case[Any]:
    """A request of which some is known to be sent, and some is drawn."""
    case: Case[Any] = draw(described.operation.as_strategy(generation_mode=mode))
    example = draw(st.sampled_from(described.examples))
    path = dict(case.path_parameters)
    if draw(st.integers(0, 3)):  # three in four are about something that there is
        path |= {name: quote(one, safe="") for name, one in example.path.items()}
    body = case.body
    if isinstance(body, dict) and draw(st.integers(0, 3)):
        body = _mixed(draw, example.body, body, described.choices)
    return described.operation.Case(
        method=case.method,
        path_parameters=path,
        headers=case.headers,
        query=_mixed(draw, {}, case.query, described.query),
        body=NOT_SET if described.media_type is None else body,
        media_type=described.media_type,
    )


def _mixed(
    draw: Draw, known: Mapping[str, Any], other: Mapping[str, Any], choices: Mapping[str, Any]
) -> dict[str, Any]:
    """What is known to be sent, of which a few are drawn, chosen otherwise or left out."""
    mixed = copy.deepcopy(dict(known))
    names = list(dict.fromkeys([*known, *other, *choices]))
    if not names:
        return mixed
    for name in draw(st.lists(st.sampled_from(names), max_size=MOST_CHANGED, unique=True)):
        value = draw(st.sampled_from([*_values(name, other), *choices.get(name, ()), _NOTHING]))
        if value is _NOTHING:
            mixed.pop(name, None)
        else:
            mixed[name] = value
    return mixed


def _values(name: str, other: Mapping[str, Any]) -> Iterable[Any]:
    """What was drawn for a name, as often as all else together."""
    return [other[name]] * 3 if name in other else []
