"""`parvis test` and `parvis bench`: bring what they need besides, then hand over."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from defusedxml import ElementTree

from deploy.local.browser import find_browser
from deploy.local.console import Console
from deploy.local.instance import module
from deploy.local.layout import ROOT, caller_path
from deploy.local.packages import Packages

WORKERS = 2


def tests(options: argparse.Namespace) -> int:
    """Runs pytest on everything, or as its own arguments say; ends with the seconds that each folder took."""
    console = Console()
    packages = Packages(ROOT / ".parvis" / "packages")
    packages.folder.mkdir(parents=True, exist_ok=True)
    packages.unpacked("broker", console)
    browser = find_browser(packages, console)
    report = ROOT / ".parvis" / "tests.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [
            *module("pytest", "-q", "-n", str(WORKERS), "--dist", "loadfile", f"--junit-xml={report}"),
            *_arguments(options.arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "PARVIS_BROWSER": str(browser.program), **browser.environment},
        check=False,
    )
    if report.exists():
        _show_seconds(report, console)
    return done.returncode


def _arguments(given: list[str]) -> list[str]:
    """pytest's arguments, paths read from where the command was typed."""
    return [_from_root(argument) for argument in given if argument != "--"]


def _from_root(argument: str) -> str:
    path, separator, name = argument.partition("::")
    if argument.startswith("-") or (ROOT / path).exists() or not caller_path(path).exists():
        return argument
    return str(caller_path(path).resolve()) + separator + name


def _show_seconds(report: Path, console: Console) -> None:
    seconds: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for case in ElementTree.parse(report).iter("testcase"):
        folder = "/".join(case.get("classname", "").split(".")[:3])
        seconds[folder] += float(case.get("time", 0))
        count[folder] += 1
    console.say(f"\n{'dossier':<40} {'tests':>6} {'secondes':>9}")
    for folder in sorted(seconds, key=lambda name: -seconds[name]):
        console.say(f"{folder:<40} {count[folder]:>6} {seconds[folder]:>9.1f}")
    console.say(f"{'total':<40} {sum(count.values()):>6} {sum(seconds.values()):>9.1f}")


def bench(options: argparse.Namespace) -> int:
    """Measures on an instance of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench", *[part for part in options.arguments if part != "--"]],
        cwd=ROOT,
        check=False,
    )
    return done.returncode
