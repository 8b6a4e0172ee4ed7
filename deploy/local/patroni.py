"""Patroni in a Python environment of its own, from hashed packages: for tests/cluster and the bench. No process of ours imports it."""

import shutil
import sys
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import ROOT
from deploy.command.trouble import Trouble

LOCK = ROOT / "deploy" / "patroni" / "requirements.lock"
MAKE_SECONDS = 600


def programs(console: Console) -> Path:
    """The folder of its programs, and of the Python that runs them; made first where it is missing or its lock has changed."""
    environment = ROOT / ".parvis" / "patroni"
    wanted = f"{environment} {sys.base_prefix}\n{LOCK.read_text(encoding='utf-8')}"
    stamp = environment / "parvis-installed"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(environment, ignore_errors=True)
        uv = Path(sys.executable).parent / "uv"
        python = environment / "bin" / "python"
        for argv in (
            [sys.executable, "-m", "venv", "--without-pip", environment],
            [uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", LOCK],
        ):
            log = environment.with_suffix(".log")
            try:
                code, said = console.run("Environnement Python de Patroni", argv, seconds=MAKE_SECONDS, log=log)
            except FileNotFoundError as error:
                raise Trouble(f"{uv} manque : supprimez le dossier .venv, puis relancez la commande.") from error
            if code != 0:
                raise Trouble(f"Patroni n’a pas pu être installé ({said[-200:]}) ; vérifiez le réseau ; voir {log}.")
        stamp.write_text(wanted, encoding="utf-8")
    return environment / "bin"
