"""Compiles the MJML sources of emails into the committed HTML templates.

`python -m notifications.emails.compile` writes them; with `--check` it changes nothing and exits 1
if any is not current. MJML runs here, at build time, and Jinja at run time: in the other order a
name could smuggle in MJML. In the sources, square brackets are filled in now and curly ones later.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifications.emails.writing import FOLDER, WHERE

COMMAND = "python -m notifications.emails.compile"
SOURCE, COMPILED = "email.mjml", "email.html.j2"


def _builder() -> Environment:
    return Environment(  # noqa: S701 - its input is our own sources, its output MJML
        loader=FileSystemLoader(WHERE),
        undefined=StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )


def compiled() -> Iterator[tuple[Path, str]]:
    """Each HTML template's path and what it should hold."""
    # mjml-python is needed where emails are edited and checked, not where they are sent
    from mjml import mjml2html

    builder = _builder()
    for path in sorted(FOLDER.glob(f"*/{SOURCE}")):
        source = builder.get_template(f"{path.parent.name}/{SOURCE}").render()
        # no fonts: by default MJML links to a font service for some families
        html = mjml2html(source, fonts={})
        yield path.with_name(COMPILED), html.rstrip() + "\n"


def stale() -> list[str]:
    """Compiled templates that are missing, differ from their source, or have none."""
    wanted = dict(compiled())
    wrong = [p for p, html in wanted.items() if not p.exists() or p.read_text() != html]
    orphans = [p for p in FOLDER.glob(f"*/{COMPILED}") if p not in wanted]
    return sorted(str(path.relative_to(FOLDER)) for path in (*wrong, *orphans))


def main(arguments: list[str]) -> int:
    """Compile, or with `--check` only compare. Returns the exit code."""
    if arguments == ["--check"]:
        wrong = stale()
        for name in wrong:
            print(f"{name} is not current: run {COMMAND}", file=sys.stderr)  # noqa: T201
        return 1 if wrong else 0
    if arguments:
        print(f"usage: {COMMAND} [--check]", file=sys.stderr)  # noqa: T201
        return 2
    for path, html in compiled():
        path.write_text(html)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
