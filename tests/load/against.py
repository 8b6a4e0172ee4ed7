"""This version beside that of another commit: `./parvis bench --against COMMIT`.

Each runs its own bench, on an instance of its own that is made anew, one after the other: what one costs is not in the other's figures.
The code of the commit lies beside the instances for as long as that takes, in one folder with them, of which nothing stays.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.command.console import bound_to_us
from deploy.command.layout import ROOT
from deploy.command.trouble import Trouble
from tests.load.pairs import Pairs, turns
from tests.load.report import NOT_COMPARABLE, Say
from tests.servers.history import NotInHistory, unpack, whole_name

BENCH = "tests.load.bench"
ENDED_WELL = (0, 1)  # 1: a bar is missed
LOCK = "requirements.lock"
OF_PACKAGES = ("deploy/debian-packages.txt", "deploy/local/packages.py")
"""What packages are brought, and how: another list would take the place of ours."""
HERE = "here"


def measure(home: Path, options: argparse.Namespace, say: Say) -> Pairs:
    try:
        commit = whole_name(options.against)
    except NotInHistory as why:
        reason = f" ({why})" if str(why) else ""
        raise Trouble(f"--against : « {options.against} » n’est pas un commit de ce dépôt{reason}.") from None
    with TemporaryDirectory(prefix=f"{home.name}-against-", dir=home.parent, ignore_cleanup_errors=True) as folder:
        checkout = _unpacked(commit, Path(folder, "checkout"))
        other = Side(_python(checkout), checkout, Path(folder, "other"))
        sides = (other, Side(Path(sys.executable), ROOT, Path(folder, HERE)))
        pairs = Pairs((commit[:8], HERE))
        words = passed_on(options)
        for number, turn in enumerate(turns(options.pairs), 1):
            for side in turn:
                pairs.time_the_machine()
                say(f"# pair {number} of {options.pairs}: {pairs.sides[side]}")
                for line in sides[side].measured(words):
                    disturbed = NOT_COMPARABLE in line["note"]
                    pairs.note(side, line["job"], line["measure"], line["value"], line["unit"], disturbed=disturbed)
        pairs.time_the_machine()
    return pairs


def passed_on(options: argparse.Namespace) -> list[str]:
    """What both benches are asked: of the options, those that a measure depends on, and of these no more than it needs, for an older
    bench knows fewer."""
    names = ["jobs", "sizes", "seconds"]
    names += ["chain_seconds", "chain_rate"] if "chain" in options.jobs else []
    names += ["repeats"] if "append" in options.jobs else []
    names += ["listed"] if {"list-page", "file-page"} & {*options.jobs} else []
    return [word for name in names for word in _words(name, getattr(options, name))]


def _words(name: str, value: Any) -> Iterator[str]:
    yield f"--{name.replace('_', '-')}"
    yield from map(str, value if isinstance(value, list) else [value])


def _unpacked(commit: str, folder: Path) -> Path:
    """The code of that commit; it shares the packages that are the same there."""
    unpack(commit, folder)
    if not (folder / f"{BENCH.replace('.', '/')}.py").exists():
        raise Trouble(f"--against : {commit[:8]} n’a pas encore de ./parvis bench.")
    if all(_is_same(folder, name) for name in OF_PACKAGES):
        packages = ROOT / ".parvis" / "packages"
        packages.mkdir(parents=True, exist_ok=True)
        (folder / ".parvis").mkdir()
        (folder / ".parvis" / "packages").symlink_to(packages)
    return folder


def _is_same(checkout: Path, name: str) -> bool:
    other = checkout / name
    return other.exists() and other.read_bytes() == (ROOT / name).read_bytes()


def _python(checkout: Path) -> Path:
    """Ours where both versions have the same packages; else that of an environment of the checkout's own, which its command makes
    before anything else, also where there is nothing to stop."""
    if _is_same(checkout, LOCK):
        return Path(sys.executable)
    made = _down(checkout / "parvis", checkout=checkout, home=checkout / "none")
    if made.returncode != 0:
        raise Trouble("--against : l’environnement Python de ce commit n’a pas pu être créé ; la raison est au-dessus.")
    return checkout / ".venv" / "bin" / "python"


def _down(*command: str | Path, checkout: Path, home: Path) -> subprocess.CompletedProcess[bytes]:
    own = {"PARVIS_HOME": str(home), "PARVIS_PYTHON": sys.executable}
    return subprocess.run([*command, "down"], cwd=checkout, env={**os.environ, **own}, stdout=sys.stderr, check=False)


@dataclass(frozen=True)
class Side:
    """One version: its code, the Python that runs it, and where its instances are."""

    python: Path
    checkout: Path
    home: Path

    def measured(self, words: list[str]) -> list[dict[str, Any]]:
        """The lines of its bench, as its JSON has them; nothing of the instance runs afterwards, however that ends."""
        argv = [self.python, "-m", BENCH, *words, "--json", "--home", self.home]
        # In a session of its own: an interruption of ours reaches it once, by us.
        with subprocess.Popen(
            bound_to_us([str(word) for word in argv], orphan_signal="INT"),
            cwd=self.checkout,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as child:
            try:
                said, _ = child.communicate()
            except KeyboardInterrupt:
                child.send_signal(signal.SIGINT)
                child.communicate()
                raise
            finally:
                if child.returncode not in ENDED_WELL:
                    _down(self.python, "-m", "deploy.local", checkout=self.checkout, home=self.home)
        if child.returncode not in ENDED_WELL or not said:
            raise Trouble("--against : un des deux bancs n’a rien mesuré ; la raison est au-dessus.")
        return json.loads(said)["lines"]
