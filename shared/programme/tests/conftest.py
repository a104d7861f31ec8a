from collections.abc import Callable
from pathlib import Path

import pytest

from nextstep_programme import CohortError, LoadedCohort, Problem, cohort_path, load_cohort

Edited = Callable[..., Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """The 2024-25 file with texts replaced; each must stand in it, so that no edit is lost."""

    def edit(*changes: tuple[str, str]) -> Path:
        text = cohort_path("2024-25").read_text("utf-8")
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after, 1)
        path = tmp_path / "cohort.yaml"
        path.write_text(text, "utf-8")
        return path

    return edit


@pytest.fixture
def problems_of(edited: Edited) -> Callable[..., tuple[Problem, ...]]:
    def problems(*changes: tuple[str, str]) -> tuple[Problem, ...]:
        with pytest.raises(CohortError) as refused:
            load_cohort(edited(*changes))
        return refused.value.problems

    return problems


@pytest.fixture
def loaded(edited: Edited) -> Callable[..., LoadedCohort]:
    return lambda *changes: load_cohort(edited(*changes))


@pytest.fixture
def line_of() -> Callable[[str], int]:
    """The line of the packaged file on which a text first stands, from 1."""
    text = cohort_path("2024-25").read_text("utf-8")
    return lambda wanted: text[: text.index(wanted)].count("\n") + 1
