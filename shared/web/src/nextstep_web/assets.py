"""Are the built style sheet and scripts those that their sources give?

`python -m nextstep_web.assets check` compares digests that the build left in `static/built.json`,
so it needs neither Node nor a network. It runs in the repository; an installed package has no
sources to compare with. `npm run check` there builds again and compares every byte.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata, version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
FOLDER = PACKAGE.parent.parent
"""The folder shared/web of the repository."""
SOURCES = ("assets/**/*", "build.mjs", "package.json", "package-lock.json")


def main(arguments: list[str]) -> int:
    """Run the command; 0 when everything is current."""
    if arguments != ["check"]:
        print("usage: python -m nextstep_web.assets check", file=sys.stderr)  # noqa: T201 - a command
        return 2
    found = list(problems(FOLDER))
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201 - a command
    return 1 if found else 0


def problems(folder: Path) -> Iterator[str]:
    """Yield what is not current, in words that say what to do."""
    static = folder / "src/nextstep_web/static"
    built = json.loads((static / "built.json").read_text())
    if built["sources"] != digest_of_sources(folder):
        yield "The sources of the style sheet or scripts have changed since: run make assets"
    there = {
        path.relative_to(static).as_posix(): _digest(path.read_bytes())
        for path in static.rglob("*")
        if path.is_file() and path.name != "built.json"
    }
    for name in sorted(there.keys() | built["files"].keys()):
        if there.get(name) != built["files"].get(name):
            yield f"static/{name} is not what was built: run make assets"
    yield from _other_frontend(built["packages"])


def digest_of_sources(folder: Path) -> str:
    """One digest of everything that the build reads, as the build computes it."""
    paths = sorted(
        path.relative_to(folder).as_posix()
        for pattern in SOURCES
        for path in folder.glob(pattern)
        if path.is_file()
    )
    return _digest("".join(f"{p} {_digest((folder / p).read_bytes())}\n" for p in paths).encode())


def _other_frontend(packages: Mapping[str, Any]) -> Iterator[str]:
    """The templates are a port of one version of nhsuk-frontend: the styles must be its own."""
    port = version("nhsuk-frontend-jinja")
    table = str(metadata("nhsuk-frontend-jinja").get_payload())  # type: ignore[attr-defined] # typeshed knows only the mapping's half of it
    stated = re.search(rf"^\| ([\d.]+) \| {re.escape(port)} \|$", table, re.MULTILINE)
    if stated and stated[1] != packages["nhsuk-frontend"]:
        yield (
            f"nhsuk-frontend-jinja {port} is the port of nhsuk-frontend {stated[1]}, "
            f"but the style sheet is built from {packages['nhsuk-frontend']}"
        )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
