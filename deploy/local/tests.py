"""`parvis test`: brings what the tests need besides, runs pytest, and sums up its runs."""

import argparse
import os
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from deploy.command.console import Console
from deploy.command.layout import ROOT, caller_path
from deploy.local import patroni
from deploy.local.browser import find_browser
from deploy.local.instance import module
from deploy.local.other_clock import OPTION, moved_to
from deploy.local.packages import Packages

WORKERS = 2
APART = {"--compose": "tests/compose", "--cluster": "tests/cluster", "--swarm": "tests/swarm"}
"""What wants a run of its own, one test after the other: its option and its folder."""
APART_SECONDS = 900  # of one test and what it brings up
CAMPAIGN = (ROOT / "tests" / "faults").resolve()
PASSED, FAILED, NOTHING_CHOSEN = 0, 1, 5  # pytest's exit codes
STOP_AT_ONCE = {"-x", "--exitfirst"}
COMPILE_AGAIN = "PYTHONDONTWRITEBYTECODE"
"""Set on many a machine, and then every program that a test starts compiles whatever it imports: here they keep it."""
OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}  # of a test in the report, else it passed


def tests(options: argparse.Namespace) -> int:
    """Runs pytest on everything, or as its own arguments say; ends with the seconds of each folder and what failed.

    `--at=MOMENT` is ours: the same tests on another day, at another hour (other_clock.py). The fault campaign measures and kills, so it comes afterwards, when the machine does nothing else.
    """
    console = Console()
    packages = Packages(ROOT / ".parvis" / "packages")
    packages.folder.mkdir(parents=True, exist_ok=True)
    packages.unpacked("broker", console)
    if "--cluster" in options.arguments:
        packages.unpacked("etcd", console)
        patroni.programs(console)
    browser = find_browser(packages, console)
    given = [argument for argument in options.arguments if argument != "--"]
    moments = [argument.removeprefix(OPTION) for argument in given if argument.startswith(OPTION)]
    environment = {**os.environ, **browser.environment}
    environment.pop(COMPILE_AGAIN, None)
    for moment in moments[-1:]:
        environment |= moved_to(moment, packages, console)
    codes: list[int] = []
    suites: list[Element] = []
    for number, arguments in enumerate(runs([argument for argument in given if not argument.startswith(OPTION)])):
        report = ROOT / ".parvis" / f"tests-{number}.xml"
        report.unlink(missing_ok=True)
        line = module("pytest", "-q", f"--junit-xml={report}", *arguments)
        codes.append(subprocess.run(line, cwd=ROOT, env=environment, check=False).returncode)
        if report.exists():
            suites += ElementTree.parse(report).iter("testsuite")
        if codes[-1] not in (PASSED, FAILED, NOTHING_CHOSEN):
            break
        if codes[-1] == FAILED and STOP_AT_ONCE.intersection(options.arguments):
            break
    if suites:
        show(suites, console)
    return exit_code(codes)


def runs(given: Sequence[str]) -> list[list[str]]:
    """pytest's arguments, a run each: everything but the campaign with all workers, then the campaign alone; or, when it is
    asked for, only what tests a deployment, or a cluster.

    Paths are read from where the command was typed; they may select one of the two runs only.
    """
    arguments = [_from_root(argument) for argument in given]
    for folder in (APART[option] for option in arguments if option in APART):
        where = [] if any(map(_path, arguments)) else [folder]
        return [[*where, *arguments, "-s", "-n", "0", "-p", "no:randomly", f"--timeout={APART_SECONDS}"]]
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
    counted = [code for code in codes if code != NOTHING_CHOSEN] or [NOTHING_CHOSEN]
    return next((code for code in counted if code != PASSED), PASSED)


def _path(argument: str) -> Path | None:
    """The file or folder that an argument names, or None."""
    path = ROOT / argument.partition("::")[0]
    return path.resolve() if not argument.startswith("-") and path.exists() else None


def _from_root(argument: str) -> str:
    path, separator, name = argument.partition("::")
    if argument.startswith("-") or (ROOT / path).exists() or not caller_path(path).exists():
        return argument
    return str(caller_path(path).resolve()) + separator + name


def show(suites: Iterable[Element], console: Console) -> None:
    """A table over all runs, what did not pass, and a last line as pytest's own."""
    seconds: dict[str, float] = defaultdict(float)
    count: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    elapsed = 0.0
    for suite in suites:
        elapsed += float(suite.get("time", 0))
        for case in suite.iter("testcase"):
            name = case.get("classname", "")
            folder = "/".join(takewhile(lambda part: not part.startswith("test_"), name.split(".")[:3]))
            seconds[folder] += float(case.get("time", 0))
            count[folder] += 1
            outcome = next((OUTCOMES[part.tag] for part in case if part.tag in OUTCOMES), "passed")
            outcomes[outcome] += 1
            if outcome in ("failed", "error"):
                wrong.append(f"{outcome.upper()} {name}::{case.get('name')}")
    console.say(f"\n{'dossier':<40} {'tests':>6} {'secondes':>9}")
    for folder in sorted(seconds, key=lambda name: -seconds[name]):
        console.say(f"{folder:<40} {count[folder]:>6} {seconds[folder]:>9.1f}")
    console.say(f"{'total':<40} {count.total():>6} {sum(seconds.values()):>9.1f}\n")
    for line in wrong:
        console.say(line)
    summary = ", ".join(
        f"{outcomes[name]} {name}" for name in ("failed", "passed", "skipped", "error") if outcomes[name]
    )
    console.say(f"===== {summary or 'no tests ran'} in {elapsed:.2f}s =====")
