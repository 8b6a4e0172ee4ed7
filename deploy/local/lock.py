"""`parvis lock`: versions and hashes of every Python package, for 3.11 to 3.13, from the two lists of what we import."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import ROOT
from deploy.command.trouble import Trouble

OLDEST_PYTHON = "3.11"


def lock(_options: argparse.Namespace) -> int:
    console = Console()
    for name in ("requirements", "requirements-dev"):
        done = subprocess.run(
            [
                *(str(Path(sys.executable).parent / "uv"), "pip", "compile", "--universal", "--generate-hashes"),
                *("-p", OLDEST_PYTHON, "--no-header", "-q", f"{name}.in", "-o", f"{name}.lock"),
            ],
            cwd=ROOT,
            check=False,
        )
        if done.returncode != 0:
            raise Trouble(f"{name}.in n’a pas pu être figé ; la raison est au-dessus.")
        console.step(f"{name}.lock écrit")
    return 0
