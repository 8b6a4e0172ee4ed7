"""`parvis test` and `parvis bench`: bring what they need besides, then hand over."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from deploy.local.browser import find_browser
from deploy.local.console import Console
from deploy.local.instance import module
from deploy.local.layout import ROOT, caller_path
from deploy.local.other_clock import OPTION, moved_to
from deploy.local.packages import Packages

WORKERS = 2
DEPLOYED = "--compose"
DEPLOYED_SECONDS = 900  # of one test and what it brings up
CAMPAIGN = (ROOT / "tests" / "faults").resolve()
PASSED, FAILED, NOTHING_CHOSEN = 0, 1, 5  # pytest's exit codes
RELEASE = {"--faults=release", "release"}  # as one word or two
STOP_AT_ONCE = {"-x", "--exitfirst"}
OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}  # of a test in the report, else it passed


def tests(options: argparse.Namespace) -> int:
    """Runs pytest on everything, or as its own arguments say; ends with the seconds of each folder and what failed.

    `--at=MOMENT` is ours: the same tests on another day, at another hour (other_clock.py). The fault campaign has servers of its
    own and leaves out the time that the machine keeps from it, so at gate counts it runs beside the others; at release counts its
    figures are what is asked for, and it runs last, alone.
    """
    console = Console()
    packages = Packages(ROOT / ".parvis" / "packages")
    packages.folder.mkdir(parents=True, exist_ok=True)
    packages.unpacked("broker", console)
    browser = find_browser(packages, console)
    given = [argument for argument in options.arguments if argument != "--"]
    moments = [argument.removeprefix(OPTION) for argument in given if argument.startswith(OPTION)]
    environment = {**os.environ, **browser.environment}
    for moment in moments[-1:]:
        environment |= moved_to(moment, packages, console)
    begun = time.monotonic()
    chosen = [
        Run(number, arguments, environment)
        for number, arguments in enumerate(runs([argument for argument in given if not argument.startswith(OPTION)]))
    ]
    if RELEASE.isdisjoint(given):
        for campaign in chosen[1:]:
            campaign.begin_aside()
    codes: list[int] = []
    for run in chosen:
        if codes and is_over(codes[-1], given):
            run.give_up()
            break
        codes.append(run.end())
    suites = [suite for run in chosen for suite in run.suites()]
    if suites:
        show(suites, console, seconds=time.monotonic() - begun)
    return exit_code(codes)


class Run:
    """One pytest, its report, and the place where it speaks while it runs beside another."""

    def __init__(self, number: int, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._report = ROOT / ".parvis" / f"tests-{number}.xml"
        self._report.unlink(missing_ok=True)
        self._line = module("pytest", "-q", f"--junit-xml={self._report}", *arguments)
        self._environment = environment
        self._said = ROOT / ".parvis" / f"tests-{number}.log"
        self._aside: subprocess.Popen[bytes] | None = None

    def begin_aside(self) -> None:
        """Starts it beside what runs in the foreground; what it prints is kept until its end."""
        with self._said.open("wb") as out:
            self._aside = subprocess.Popen(
                self._line, cwd=ROOT, env=self._environment, stdout=out, stderr=subprocess.STDOUT
            )

    def end(self) -> int:
        """Its exit code, once it has ended and all that it prints has been shown."""
        if self._aside is None:
            return subprocess.run(self._line, cwd=ROOT, env=self._environment, check=False).returncode
        code = self._aside.wait()
        sys.stdout.write(self._said.read_text(encoding="utf-8", errors="replace"))
        sys.stdout.flush()
        return code

    def give_up(self) -> None:
        """Ends it as Ctrl-C does, where it has begun: what it started is stopped."""
        if self._aside is not None:
            self._aside.send_signal(signal.SIGINT)
            self._aside.wait()

    def suites(self) -> list[Element]:
        """What its report holds; nothing where it wrote none."""
        return list(ElementTree.parse(self._report).iter("testsuite")) if self._report.exists() else []


def is_over(code: int, arguments: Sequence[str]) -> bool:
    """Whether the runs after one that ended with this code are left out."""
    if code == FAILED:
        return bool(STOP_AT_ONCE.intersection(arguments))
    return code not in (PASSED, NOTHING_CHOSEN)


def runs(given: Sequence[str]) -> list[list[str]]:
    """pytest's arguments, a run each: everything but the campaign with all workers, then the campaign with one; or, when it
    is asked for, only what tests the deployment.

    Paths are read from where the command was typed; they may leave no more than one of the two.
    """
    arguments = [_from_root(argument) for argument in given]
    if DEPLOYED in arguments:
        return [
            [
                *([] if any(map(_path, arguments)) else ["tests/compose"]),
                *arguments,
                "-s",
                "-n",
                "0",
                "-p",
                "no:randomly",
                f"--timeout={DEPLOYED_SECONDS}",
            ]
        ]
    paths = [path for path in map(_path, arguments) if path is not None]
    found = []
    if not paths or not all(path.is_relative_to(CAMPAIGN) for path in paths):
        found.append(
            ["-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder", "--campaign=without", *arguments]
        )
    if not paths or any(path.is_relative_to(CAMPAIGN) or CAMPAIGN.is_relative_to(path) for path in paths):
        here = [] if paths else ["tests/faults"]  # nothing else is even read
        found.append(["--faults=gate", *here, *arguments, "--campaign=only", "-n", "0"])
    return found


def exit_code(codes: Sequence[int]) -> int:
    """pytest's own, for both: a run that chose no test is no failure when the other chose some."""
    told = [code for code in codes if code != NOTHING_CHOSEN] or [NOTHING_CHOSEN]
    return next((code for code in told if code != PASSED), PASSED)


def _path(argument: str) -> Path | None:
    """The file or folder that an argument names, or None."""
    path = ROOT / argument.partition("::")[0]
    return path.resolve() if not argument.startswith("-") and path.exists() else None


def _from_root(argument: str) -> str:
    path, separator, name = argument.partition("::")
    if argument.startswith("-") or (ROOT / path).exists() or not caller_path(path).exists():
        return argument
    return str(caller_path(path).resolve()) + separator + name


def show(suites: Iterable[Element], console: Console, *, seconds: float) -> None:
    """A table over all runs, what did not pass, and a last line as pytest's own, with the seconds that they took together."""
    by_folder: dict[str, float] = defaultdict(float)
    count: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for suite in suites:
        for case in suite.iter("testcase"):
            name = case.get("classname", "")
            folder = "/".join(takewhile(lambda part: not part.startswith("test_"), name.split(".")[:3]))
            by_folder[folder] += float(case.get("time", 0))
            count[folder] += 1
            outcome = next((OUTCOMES[part.tag] for part in case if part.tag in OUTCOMES), "passed")
            outcomes[outcome] += 1
            if outcome in ("failed", "error"):
                wrong.append(f"{outcome.upper()} {name}::{case.get('name')}")
    console.say(f"\n{'dossier':<40} {'tests':>6} {'secondes':>9}")
    for folder in sorted(by_folder, key=lambda name: -by_folder[name]):
        console.say(f"{folder:<40} {count[folder]:>6} {by_folder[folder]:>9.1f}")
    console.say(f"{'total':<40} {count.total():>6} {sum(by_folder.values()):>9.1f}\n")
    for line in wrong:
        console.say(line)
    told = ", ".join(f"{outcomes[name]} {name}" for name in ("failed", "passed", "skipped", "error") if outcomes[name])
    console.say(f"===== {told or 'no tests ran'} in {seconds:.2f}s =====")


def bench(options: argparse.Namespace) -> int:
    """Measures on an instance of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench", *[part for part in options.arguments if part != "--"]],
        cwd=ROOT,
        check=False,
    )
    return done.returncode
