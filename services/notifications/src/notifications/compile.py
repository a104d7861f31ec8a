"""Compiles the MJML sources of mails into the committed HTML templates.

`python -m notifications.compile` writes them; with `--check` it changes nothing and exits 1 if any
is not current. MJML runs here, at build time, and Jinja at run time: in the other order a name
could smuggle in MJML. In the sources, square brackets are filled in now and curly ones later.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "mail"
SOURCES = FOLDER / "sources"
COMPILED = FOLDER / "templates"
SHARED = frozenset({"frame", "parts"})
"""Sources that others build on and that are no mail themselves."""


def _builder() -> Environment:
    return Environment(  # noqa: S701 - its input is our own sources, its output MJML
        loader=FileSystemLoader(SOURCES),
        undefined=StrictUndefined,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )


def mail_names() -> list[str]:
    """The names of all mails, sorted."""
    return sorted(source.stem for source in SOURCES.glob("*.mjml") if source.stem not in SHARED)


def compiled() -> Iterator[tuple[Path, str]]:
    """Each HTML template's path and what it should hold."""
    # mjml-python is needed where mails are edited and checked, not where they are sent
    from mjml import mjml2html

    builder = _builder()
    for name in mail_names():
        source = builder.get_template(f"{name}.mjml").render()
        # no fonts: by default MJML links to a font service for some families
        html = mjml2html(source, fonts={})
        yield COMPILED / f"{name}.html.j2", html.rstrip() + "\n"


def stale() -> list[str]:
    """Compiled templates that are missing, differ from their source, or have none."""
    wanted = dict(compiled())
    wrong = [p.name for p, html in wanted.items() if not p.exists() or p.read_text() != html]
    orphans = [p.name for p in COMPILED.glob("*.html.j2") if p not in wanted]
    return sorted(wrong + orphans)


def main(arguments: list[str]) -> int:
    """Compile, or with `--check` only compare. Returns the exit code."""
    if arguments == ["--check"]:
        wrong = stale()
        for name in wrong:
            print(f"{name} is not current: run python -m notifications.compile", file=sys.stderr)  # noqa: T201
        return 1 if wrong else 0
    if arguments:
        print("usage: python -m notifications.compile [--check]", file=sys.stderr)  # noqa: T201
        return 2
    for path, html in compiled():
        path.write_text(html)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
