"""A YAML document with the line of every field, so that whatever is found can be pointed at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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


def parse(text: str) -> Document | Problem:
    """Read YAML 1.2. Dates become ISO text: what type a field has is the model's decision."""
    try:
        # The round-trip loader's nodes know their lines; the safe loader gives plain values.
        node = YAML().compose(text)
        loader = YAML(typ="safe", pure=True)
        loader.allow_duplicate_keys = True  # all of them are reported, not only the first
        data = loader.load(text)
        if node is None:
            return Problem("the file is empty.", line=1, allowed="a mapping of fields")
        lines: dict[FieldPath, int] = {}
        duplicates = tuple(_visit(node, (), lines))
        return Document(_plain(data), lines, duplicates)
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
            name = key.value if isinstance(key, ScalarNode) else str(key.value)
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


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, date):  # datetimes too
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
