"""Find, read and check a cohort file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nextstep_programme.consistency import inconsistencies
from nextstep_programme.document import Document, parse
from nextstep_programme.findings import CohortError, Inconsistency, OpenPoint, Problem, spelled
from nextstep_programme.legal_pages import LegalPages, read_legal_pages
from nextstep_programme.model import Cohort
from nextstep_programme.open_points import open_points
from nextstep_programme.shape import shaped

_PACKAGED = Path(__file__).with_name("cohorts")


@dataclass(frozen=True, slots=True)
class LoadedCohort:
    """A usable cohort and the points that its source leaves open, in file order."""

    cohort: Cohort
    warnings: tuple[OpenPoint, ...]
    legal_pages: LegalPages


def cohort_path(cohort_id: str) -> Path:
    """The file of a cohort that this package ships, for example of `2024-25`.

    Raises:
        CohortError: no such cohort is shipped; names those that are.
    """
    shipped = {path.stem: path for path in sorted(_PACKAGED.glob("*.yaml"))}
    if cohort_id not in shipped:
        problem = Problem("no such cohort is packaged.", allowed=", ".join(shipped))
        raise CohortError(cohort_id, (problem,))
    return shipped[cohort_id]


def load(setting: str) -> LoadedCohort:
    """Load what a service's `cohort` setting names: a packaged cohort's id, or a file's path."""
    looks_like_path = "/" in setting or setting.endswith((".yaml", ".yml"))
    return load_cohort(Path(setting) if looks_like_path else cohort_path(setting))


def load_cohort(path: Path) -> LoadedCohort:
    """Read and check a cohort file.

    Raises:
        CohortError: the file cannot be used. It lists every problem with its line and field, and
            what is allowed there.
    """
    document, cohort = _checked(_text(path), path)
    legal = read_legal_pages(cohort, path.parent)
    _refuse(path, document, legal.faults)
    points = [
        OpenPoint(found.code, found.message, document.line(found.path), spelled(found.path))
        for found in (*open_points(cohort), *legal.remarks)
    ]
    in_order = tuple(sorted(points, key=lambda point: point.line or 0))
    return LoadedCohort(cohort, in_order, legal.pages)


@lru_cache(maxsize=4)  # tests build a service hundreds of times from the same file
def _checked(text: str, path: Path) -> tuple[Document, Cohort]:
    document = parse(text)
    if isinstance(document, Problem):
        raise CohortError(str(path), (document,))
    cohort, problems = shaped(document)
    found = inconsistencies(cohort) if cohort else []
    _refuse(path, document, found, *document.duplicates, *problems)
    if cohort is None:  # it has problems, then
        raise AssertionError(path)
    return document, cohort


def _refuse(
    path: Path, document: Document, found: Sequence[Inconsistency], *others: Problem
) -> None:
    """Raise if anything is wrong with the file."""
    located = [Problem(f.message, spelled(f.path), document.line(f.path), f.allowed) for f in found]
    if problems := sorted([*others, *located], key=lambda problem: problem.line or 0):
        raise CohortError(str(path), tuple(problems))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        problem = Problem(f"the file cannot be read: {reason}.", allowed="a readable YAML file")
        raise CohortError(str(path), (problem,)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = Problem("this is not UTF-8 text.", line=line, allowed="YAML saved as UTF-8")
        raise CohortError(str(path), (problem,)) from error
