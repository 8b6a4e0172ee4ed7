"""`parvis check`, `parvis lock` and `parvis bench`: the tools of a developer, run one after the other."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from deploy.command.console import Console
from deploy.command.layout import ROOT
from deploy.command.trouble import Trouble

OLDEST_PYTHON = "3.11"
TOOLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style", ("ruff", "check", ".")),
    ("mise en forme", ("ruff", "format", "--check", ".")),
    ("couches", ("lint-imports",)),
    # What bandit is unsure of, ruff's own S rules have looked at line by line.
    ("sécurité", ("bandit", "-q", "-ll", "-ii", "-r", "services", "gateway", "deploy")),
    ("migrations", ("squawk", "services/*/migrations/*.sql")),
    ("types", ("python", "-m", "tests.structure.type_borders")),
    ("secrets", ("python", "-m", "deploy.local.secret_scan")),
)
"""What `check` runs: its name, and the program of the environment with its arguments."""


def checks(_options: argparse.Namespace) -> int:
    """Runs every check, even after a failure; 0 only when all pass."""
    console = Console()
    failed = [name for name, argv in TOOLS if not _passes(name, argv, console)]
    console.say(f"Échec : {', '.join(failed)}." if failed else "Tout est en ordre.")
    return 1 if failed else 0


def _passes(name: str, argv: tuple[str, ...], console: Console) -> bool:
    """Runs one tool; what it finds is shown as it says it."""
    log = ROOT / ".parvis" / "check.log"
    code, said = console.run(f"{name} ({argv[0]})", [_program(argv[0]), *argv[1:]], seconds=600, cwd=ROOT, log=log)
    console.step(f"{name} : {'réussi' if code == 0 else 'ÉCHEC'} ({argv[0]})")
    if code != 0:
        console.say(said)
    return code == 0


def lock(_options: argparse.Namespace) -> int:
    """Versions and hashes of every Python package, for 3.11 to 3.13, from the lists of what we import and of what Patroni does."""
    console = Console()
    options = ("--universal", "--generate-hashes", "-p", OLDEST_PYTHON, "--no-header", "-q")
    for name in ("requirements", "requirements-dev", "deploy/patroni/requirements"):
        argv = [str(_program("uv")), "pip", "compile", *options, f"{name}.in", "-o", f"{name}.lock"]
        if subprocess.run(argv, cwd=ROOT, check=False).returncode != 0:
            raise Trouble(f"{name}.in n’a pas pu être figé ; la raison est au-dessus.")
        console.step(f"{name}.lock écrit")
    return 0


def bench(options: argparse.Namespace) -> NoReturn:
    """Measures on an instance of its own, in place of this process: an interruption is the measure's, which stops the instance."""
    arguments = [part for part in options.arguments if part != "--"]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "tests.load.bench", *arguments])  # noqa: S606 (our own)


def _program(name: str) -> Path:
    return Path(sys.executable).parent / name
