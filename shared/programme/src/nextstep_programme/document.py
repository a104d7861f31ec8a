"""A YAML document with the line of every field, so that whatever is found can be pointed at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from nextstep_programme.findings import FieldPath, Problem, spelled


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file as plain JSON-like data, and where each part of it stands."""

    data: Any
    lines: dict[FieldPath, int]
    duplicates: tuple[Problem, ...]

    def line(self, path: FieldPath) -> int | None:
        """The line of a field, or of the nearest part that contains it when it is absent."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


class _OddError(ValueError):
    """Something that YAML has and a cohort file does not need."""

    def __init__(self, node: Node, message: str, allowed: str) -> None:
        super().__init__(message)
        self.problem = Problem(message, line=node.start_mark.line + 1, allowed=allowed)


def parse(text: str) -> Document | Problem:
    """Read YAML 1.2. Dates stay text: what type a field has is the model's decision."""
    try:
        node = YAML().compose(text)
        if node is None:
            return Problem("the file is empty.", line=1, allowed="a mapping of fields")
        lines: dict[FieldPath, int] = {}
        duplicates = tuple(_visit(node, (), lines))
        return Document(_plain(node), lines, duplicates)
    except _OddError as error:
        return error.problem
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        return Problem(f"this is not YAML: {error.problem or error.context}.", line=line)
    except YAMLError as error:
        return Problem(f"this is not YAML: {error}.")
    except RecursionError:
        return Problem("an alias contains itself.", allowed="values written out in full")


def _visit(node: Node, path: FieldPath, lines: dict[FieldPath, int]) -> Iterator[Problem]:
    """Note the line of everything below `node`; yield the keys given twice."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise _OddError(key, "the name of a field is not plain text.", "name: value")
            name = key.value
            line = key.start_mark.line + 1
            if (below := (*path, name)) in lines:
                yield Problem(
                    f"given twice; the first is on line {lines[below]}.",
                    spelled(below),
                    line,
                    "each field once",
                )
                continue
            lines[below] = line
            yield from _visit(value, below, lines)
    elif isinstance(node, SequenceNode):
        for position, item in enumerate(node.value):
            yield from _visit(item, (*path, position), lines)


def _plain(node: Node) -> Any:
    """The node as JSON-like data. Dates are not read here: 30 February is the model's to refuse."""
    if isinstance(node, MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            found.setdefault(key.value, _plain(value))  # the first of two is the one examined
        return found
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
    if kind in ("str", "timestamp"):
        return node.value
    if kind in _READERS:
        return _READERS[kind](node.value)
    raise _OddError(node, f"the tag {node.tag} means nothing here.", "values without a tag")


_READERS: dict[str, Callable[[str], Any]] = {
    "int": lambda text: int(text, 0 if text.lstrip("+-").startswith(("0x", "0o")) else 10),
    "float": lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
}
