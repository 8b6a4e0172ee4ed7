"""The shell script that makes the environment: what kills it leaves nothing in the way of the next one."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.command.layout import ROOT
from tests.integration.chassis.conftest import until

SLOW = """#!/bin/sh
echo $$ >"{root}/uv.pid"
until [ -e "{root}/quick" ]; do sleep 0.05; done
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is there but for its packages, which take their time until `quick` is there."""
    for name in ("parvis", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in ("deploy", "services"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "uv").write_text(SLOW.format(root=tmp_path))
    for program in programs.iterdir():
        program.chmod(0o755)
    stamp = f"requirements.lock {tmp_path} {platform.python_version()} {sys.base_prefix} of another lock"
    (tmp_path / ".venv" / "parvis-installed").write_text(stamp)
    return tmp_path


def start(checkout: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["sh", "parvis", "version"],
        cwd=checkout,
        env={**os.environ, "SSL_CERT_FILE": "/dev/null"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def installing(checkout: Path) -> psutil.Process:
    """The one that brings the packages, once it runs."""
    file = checkout / "uv.pid"
    until(lambda: file.exists() and file.read_text().strip().isdigit())
    return psutil.Process(int(file.read_text()))


def test_a_killed_start_leaves_neither_a_process_nor_its_lock(checkout: Path) -> None:
    with start(checkout) as killed:
        child = installing(checkout)
        killed.kill()
        child.wait(timeout=30)
    (checkout / "quick").touch()
    with start(checkout) as following:
        said, complaints = following.communicate()
    assert following.returncode == 0, complaints
    assert said.startswith("Parvis ")
    assert "Une autre commande" not in complaints


def test_a_start_that_waits_names_the_process_that_it_waits_for(checkout: Path) -> None:
    with start(checkout) as first:
        installing(checkout)
        with start(checkout) as second:
            assert second.stderr
            line = second.stderr.readline()
            (checkout / "quick").touch()
            first.communicate()
            second.communicate()
    assert f"Une autre commande (processus {first.pid}) prépare l’environnement" in line
    assert second.returncode == 0


def test_a_measure_brings_nothing_into_the_environment_of_a_portal_that_runs(checkout: Path) -> None:
    locks = subprocess.run(
        ["sh", "-c", "cat requirements.lock requirements-dev.lock | cksum"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    stamp = f"requirements.lock {checkout} {platform.python_version()} {sys.base_prefix} {locks.strip()}"
    (checkout / ".venv" / "parvis-installed").write_text(stamp)
    (checkout / "tests").symlink_to(ROOT / "tests")
    (checkout / "quick").touch()

    done = subprocess.run(
        ["sh", "parvis", "bench", "--jobs", "none-of-ours"],
        cwd=checkout,
        env={**os.environ, "SSL_CERT_FILE": "/dev/null"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "none-of-ours" in done.stderr
    assert not (checkout / "uv.pid").exists()
    assert (checkout / ".venv" / "parvis-installed").read_text() == stamp
