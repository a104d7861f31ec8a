"""Write or check what is made from the event catalogue.

    python -m nextstep_contracts export   write the schemas and the documents
    python -m nextstep_contracts check    exit 1 unless they are current and compatible

A schema that is already released is only ever replaced by a compatible one: a breaking change
is refused, and the answer is a new version of the event.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from nextstep_contracts.compatibility import breaking_changes
from nextstep_contracts.documents import as_json, asyncapi, events_page, json_schema, schema_file
from nextstep_contracts.registry import EVENTS


def _broken(schemas: Path) -> Iterator[str]:
    for event in EVENTS:
        path = schemas / schema_file(event)
        if path.exists():
            released = json.loads(path.read_text())
            for change in breaking_changes(released, json_schema(event)):
                yield f"{event.type_for()}: {change}"
    current = {schema_file(event) for event in EVENTS}
    for path in sorted(schemas.glob("*.json")):
        if path.name not in current:
            yield f"{path.stem} was released and is gone; keep its class"


def _wanted(root: Path) -> dict[Path, str]:
    schemas = root / "shared/contracts/schemas"
    files = {schemas / schema_file(event): as_json(json_schema(event)) for event in EVENTS}
    return files | {
        root / "docs/asyncapi.json": as_json(asyncapi()),
        root / "docs/events.md": events_page(),
    }


def main() -> int:
    """Run the command; 0 when all is well, 1 with the reasons on standard error otherwise."""
    parser = argparse.ArgumentParser(prog="nextstep_contracts", description=__doc__)
    parser.add_argument("action", choices=("export", "check"))
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the repository")
    arguments = parser.parse_args()
    broken = list(_broken(arguments.root / "shared/contracts/schemas"))
    if broken:
        print("Breaking changes; publish a new version of the event instead:", file=sys.stderr)
        print(*broken, sep="\n", file=sys.stderr)
        return 1
    stale = [
        path
        for path, text in _wanted(arguments.root).items()
        if not path.exists() or path.read_text() != text
    ]
    if arguments.action == "check" and stale:
        print("Not current; run `make docs` and commit:", *stale, sep="\n", file=sys.stderr)
        return 1
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_wanted(arguments.root)[path])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
