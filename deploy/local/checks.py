"""`parvis check`: style, types, layers, migrations, known weaknesses and secrets left in files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import ROOT

TOOLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style", ("ruff", "check", ".")),
    ("mise en forme", ("ruff", "format", "--check", ".")),
    ("couches", ("lint-imports",)),
    # What bandit is unsure of, ruff's own S rules have looked at line by line.
    ("sécurité", ("bandit", "-q", "-ll", "-ii", "-r", "services", "gateway", "deploy")),
    ("migrations", ("squawk", "services/*/migrations/*.sql")),
    ("types", ("basedpyright", "--level", "error")),
    ("secrets", ("python", "-m", "deploy.local.secret_scan")),
)


def checks(_options: argparse.Namespace) -> int:
    """Runs every check, even after a failure; 0 only when all pass."""
    console = Console()
    failed = [name for name, argv in TOOLS if not _passes(name, argv, console)]
    console.say(f"Échec : {', '.join(failed)}." if failed else "Tout est en ordre.")
    return 1 if failed else 0


def _passes(name: str, argv: tuple[str, ...], console: Console) -> bool:
    """Runs one tool; what it finds is shown as it says it."""
    log = ROOT / ".parvis" / "check.log"
    program = Path(sys.executable).parent / argv[0]
    code, said = console.run(f"{name} ({argv[0]})", [program, *argv[1:]], seconds=600, cwd=ROOT, log=log)
    console.step(f"{name} : {'réussi' if code == 0 else 'ÉCHEC'} ({argv[0]})")
    if code != 0:
        console.say(said)
    return code == 0
