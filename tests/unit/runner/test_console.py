"""A wait shows what it waits for, whatever it is stuck in."""

import errno
import io
import os
import re
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.command import console as consoles
from deploy.command.console import Console
from deploy.command.trouble import Trouble
from deploy.local.logs import dated
from deploy.local.up import so_far


class Paper(io.StringIO):
    """What was printed; `full` once three lines are on it."""

    def __init__(self) -> None:
        super().__init__()
        self.full = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.getvalue().count("\n") >= 3:
            self.full.set()
        return written


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consoles, "SIGN_OF_LIFE_SECONDS", 0.01)


def late() -> Trouble:
    return Trouble("Trop tard.")


def test_a_wait_that_is_stuck_in_one_call_still_shows_signs_of_life() -> None:
    paper = Paper()

    Console(paper).wait("Démarrage de PostgreSQL", lambda: paper.full.wait(20), 30, late)

    for line in paper.getvalue().splitlines():
        assert re.search(r"Démarrage de PostgreSQL : encore en cours, depuis \d+ s", line)


def test_each_sign_of_life_names_what_is_waited_for_now() -> None:
    paper, names = Paper(), iter(["content", "accounts", "requests"])

    # a busy machine may print more than are looked at
    Console(paper).wait(lambda: f"Démarrage de {next(names, 'messaging')}", lambda: paper.full.wait(20), 30, late)

    assert [line.split()[4] for line in paper.getvalue().splitlines()[:3]] == ["content", "accounts", "requests"]


def test_many_short_waits_show_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consoles, "SIGN_OF_LIFE_SECONDS", 2.0)  # longer than one wait takes on a busy machine
    paper = Paper()
    console = Console(paper)
    waits = 0
    while not paper.getvalue():
        console.wait("Ouverture d’un paquet", iter((False, True)).__next__, 30, late)
        waits += 1
        assert waits < 1000

    assert waits > 1


def test_a_full_disk_loses_only_printed_lines_and_a_wait_raises_its_error() -> None:
    with pytest.raises(Trouble, match="Trop tard"):
        Console(Paper()).wait("Démarrage", lambda: False, 0, late)
    Console(Gone(errno.ENOSPC)).say("Démarrage")


def test_no_sign_of_life_is_printed_after_the_wait() -> None:
    paper = Paper()
    with Console(paper).busy("Attente"):
        paper.full.wait(20)
    printed = paper.getvalue()

    assert "signs of life" not in [one.name for one in threading.enumerate()]
    assert paper.getvalue() == printed


def test_the_last_step_of_a_child_process_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "import.log"
    assert so_far(log) == ""
    log.write_text(
        "  1.2 s  Commune publiée\n  3.0 s  Import de Saint-Aubin : comptes : encore en cours, depuis 1 s\n  4"
    )

    assert so_far(log) == " (Import de Saint-Aubin : comptes)"


class Gone(io.StringIO):
    """A terminal that was closed, or a log on a full disk."""

    def __init__(self, why: int) -> None:
        super().__init__()
        self._why = why

    def write(self, _text: str) -> int:
        raise OSError(self._why, os.strerror(self._why))


@pytest.mark.parametrize("why", [errno.EPIPE, errno.EIO])
def test_a_closed_output_stops_the_command_once(why: int) -> None:
    console = Console(Gone(why))
    with pytest.raises(KeyboardInterrupt):
        console.say("Démarrage")
    console.say("Arrêt dans l’ordre")


def test_lines_redirected_to_a_log_have_their_time(tmp_path: Path) -> None:
    script = f"""
        from pathlib import Path
        from deploy.command.console import Console
        console = Console()
        console.step("first")
        console.redirect(Path({str(tmp_path / "log")!r}))
        console.step("second")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert done.stdout == "  0.0 s  first\n"
    [(time, line)] = dated((tmp_path / "log").read_text().splitlines())
    assert datetime.fromisoformat(f"{time}+00:00") <= datetime.now(UTC)
    assert line.endswith("  second")
