"""`parvis check`: style, types, layers, known weaknesses and secrets left in files."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from deploy.local.console import Console
from deploy.local.layout import ROOT

OURS = ("services", "gateway", "deploy", "tests")
TOOLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style", ("ruff", "check", ".")),
    ("mise en forme", ("ruff", "format", "--check", ".")),
    ("couches", ("lint-imports",)),
    ("sécurité", ("bandit", "-q", "-r", "services", "gateway", "deploy", "-c", "pyproject.toml")),
    ("migrations", ("squawk", "--no-error-on-unmatched-pattern", "services/*/migrations/*.sql")),
    ("types", ("basedpyright", "--level", "error")),
)


def checks(_options: argparse.Namespace) -> int:
    """Runs every check, even after a failure; 0 only when all pass."""
    console = Console()
    failed = [name for name, argv in TOOLS if not _passes(name, argv, console)]
    if not _passes("secrets", secret_scan(), console):
        failed.append("secrets")
    console.say(f"Échec : {', '.join(failed)}." if failed else "Tout est en ordre.")
    return 1 if failed else 0


def _passes(name: str, argv: tuple[str, ...], console: Console) -> bool:
    began = time.monotonic()
    scripts = Path(sys.executable).parent
    files = [part for part in argv[1:] if "*" not in part]
    files += [str(file) for part in argv[1:] if "*" in part for file in sorted(ROOT.glob(part))]
    console.step(f"{name} ({argv[0]})")
    done = subprocess.run([str(scripts / argv[0]), *files], cwd=ROOT, check=False)
    console.step(f"{name} : {'réussi' if done.returncode == 0 else 'ÉCHEC'} en {time.monotonic() - began:.1f} s")
    return done.returncode == 0


def secret_scan() -> tuple[str, ...]:
    """detect-secrets over our own files; what it may find is listed, with why, in its baseline."""
    files = [
        file.relative_to(ROOT).as_posix()
        for folder in (*OURS, "docs")
        for file in sorted((ROOT / folder).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]
    return ("detect-secrets-hook", "--baseline", ".secrets.baseline", *files)
