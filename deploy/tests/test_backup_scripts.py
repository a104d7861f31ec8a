"""backup.sh and restore.sh: all four services at once, old backups thrown away, and back again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nextstep_messaging.operating.erased_words import KEPT

DEPLOY = Path(__file__).parents[1]


def run(script: str, *words: object, env: dict[str, str] | None = None):
    return subprocess.run(
        [DEPLOY / script, *map(str, words)],
        env=os.environ | {"NEXTSTEP_PYTHON": sys.executable} | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def test_backups_are_not_kept_for_longer_than_the_names_of_the_erased_are_known(tmp_path):
    done = run("backup.sh", tmp_path / "b", tmp_path / "k", env={"KEEP_DAYS": "41"})
    assert (done.returncode, KEPT.days) == (2, 40)
    assert "KEEP_DAYS is 40 at most" in done.stderr


@pytest.mark.parametrize(
    ("script", "words", "said"),
    [
        ("backup.sh", [], "usage: deploy/backup.sh BACKUPS KEYS"),
        ("backup.sh", ["{0}/b", "{0}/b/keys"], "Keep the keys apart from the backups."),
        ("restore.sh", ["{0}"], "usage: deploy/restore.sh BACKUPS KEYS"),
        ("restore.sh", ["{0}", "{0}", "--when", "x"], "usage: deploy/restore.sh"),
        (
            "restore.sh",
            ["{0}", "{0}", "--day", "20261130"],
            "There is no backup of applications of 20261130 in",
        ),
    ],
)
def test_what_cannot_be_done_is_said(script, words, said, tmp_path):
    done = run(script, *[one.format(tmp_path) for one in words])
    assert done.returncode == 2
    assert said in done.stderr


def test_where_one_is_not_restored_the_script_says_which_and_what_was(tmp_path):
    for service in ("applications", "scheduling"):
        (tmp_path / f"{service}-20261130T010000Z-ab").mkdir()
    # without settings no service restores anything; the first stops it
    given = ("--service", "scheduling", "--service", "applications")
    done = run("restore.sh", tmp_path, tmp_path, *given)
    assert done.returncode == 1
    assert "scheduling was not restored. Restored before it: none." in done.stderr
    assert "applications" not in done.stderr
