"""What the installer says and does on a machine that lacks everything."""

import shutil
import subprocess
from pathlib import Path

import pytest

from nextstep_local import machine

EVERYTHING = ("python", "rabbitmq", "chromium", "clamd")
PACKAGES = "rabbitmq-server chromium libatomic1 clamav-daemon"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine with bash, a few tools and nothing else: the script looks for all of it in here."""
    bin_folder = tmp_path / "usr/bin"
    bin_folder.mkdir(parents=True)
    (tmp_path / "usr/sbin").mkdir()
    for tool in ("bash", "chmod", "python3", "rm"):
        (bin_folder / tool).symlink_to(Path(shutil.which(tool) or tool).resolve())
    script = machine.INSTALL.read_text().replace("/usr/", f"{tmp_path}/usr/")
    (tmp_path / "install").write_text(script)
    return tmp_path


def program(path: Path, text: str) -> None:
    path.write_text(f"#!{shutil.which('bash')}\n{text}\n")
    path.chmod(0o755)


def installed(bare: Path, *parts: str, **env: str) -> "subprocess.CompletedProcess[str]":
    path = {"PATH": str(bare / "usr/bin")}
    words = [str(bare / "usr/bin/bash"), str(bare / "install"), *parts]
    return subprocess.run(words, env=path | env, capture_output=True, text=True, check=False)


def test_who_may_not_install_reads_one_message_with_every_choice(bare: Path) -> None:
    done = installed(bare, *EVERYTHING)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This machine lacks ")
    assert done.stderr.count("This machine lacks") == 1
    for choice in (
        f"apt-get install --no-install-recommends {PACKAGES}\n",
        "docker compose up",
        "NEXTSTEP_CHROMIUM=",
        'make test WITHOUT="rabbitmq chromium clamd"',
        "NEXTSTEP_AMQP_URL and NEXTSTEP_MONGO_URL",
    ):
        assert choice in done.stderr


def test_only_choices_that_help_are_named(bare: Path) -> None:
    said = installed(bare, "chromium").stderr
    assert "docker" not in said
    assert 'WITHOUT="chromium"' in said
    driver = installed(bare, "chromium", NEXTSTEP_CHROMIUM="/somewhere/chrome").stderr
    assert driver.startswith("This machine lacks libatomic1, and")


def test_a_part_that_nobody_knows_is_refused(bare: Path) -> None:
    done = installed(bare, "browser")
    assert (done.returncode, done.stderr.split()[0]) == (2, "usage:")


@pytest.fixture
def apt(bare: Path) -> Path:
    """An apt-get that brings clamd unless it is told to fail, and whoever is here may use it."""
    program(bare / "usr/bin/sudo", 'shift; exec "$@"')
    program(bare / "usr/bin/true", "")
    clamd = bare / "usr/bin/clamd"
    lines = (
        f"may=$({bare}/usr/sbin/policy-rc.d; echo $?)",
        f'echo "$DEBIAN_FRONTEND $*; services: $may" >>{bare}/asked',
        "[[ $* == *install* ]] || exit 0",
        f"[[ ! -e {bare}/offline ]] || exit 100",
        f'echo "#!" >{clamd}; chmod 755 {clamd}',
    )
    program(bare / "usr/bin/apt-get", "\n".join(lines))
    return bare


def test_packages_are_installed_without_their_services_and_only_once(apt: Path) -> None:
    done = installed(apt, "clamd")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Installing clamav-daemon.\n", "")
    first, second = (apt / "asked").read_text().splitlines()
    assert first.startswith("noninteractive ")
    assert first.endswith(" update; services: 101")
    assert second.endswith(" install --no-install-recommends clamav-daemon; services: 101")
    assert not (apt / "usr/sbin/policy-rc.d").exists()
    again = installed(apt, "clamd")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len((apt / "asked").read_text().splitlines()) == 2


def test_when_apt_fails_the_choices_are_named_too(apt: Path) -> None:
    (apt / "offline").touch()
    done = installed(apt, "clamd")
    assert done.returncode == 1
    assert "lacks clamav-daemon, and apt-get could not install it." in done.stderr
    assert 'make test WITHOUT="clamd"' in done.stderr
    assert not (apt / "usr/sbin/policy-rc.d").exists()
