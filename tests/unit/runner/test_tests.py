"""`parvis test`: what runs side by side, what runs alone afterwards, what ends early, and what is said at the end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deploy.local import tests
from deploy.local.tests import DEPLOYED_SECONDS, Run, exit_code, is_over, runs

SIDE_BY_SIDE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--campaign=without"]
ALONE = ["--campaign=only", "-n", "0"]


def test_everything_runs_with_all_workers_and_the_campaign_with_one() -> None:
    assert runs([]) == [SIDE_BY_SIDE, ["--faults=gate", "tests/faults", *ALONE]]


def test_a_choice_by_name_or_count_is_given_to_both() -> None:
    given = ["-k", "crossing", "--faults=release", "-n", "4"]
    assert runs(given) == [[*SIDE_BY_SIDE, *given], ["--faults=gate", "tests/faults", *given, *ALONE]]


def test_the_deployment_is_tested_alone_and_in_order() -> None:
    [arguments] = runs(["--compose", "-x"])
    assert arguments[:5] == ["tests/compose", "--compose", "-x", "-s", "-n"]
    assert arguments[5:] == ["0", "-p", "no:randomly", f"--timeout={DEPLOYED_SECONDS}"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["tests/unit"], [SIDE_BY_SIDE]),
        (["tests/unit/runner/test_tests.py::test_x"], [SIDE_BY_SIDE]),
        (["tests/faults"], [ALONE]),
        (["tests/faults/test_kills.py"], [ALONE]),
        (["tests/unit", "tests/faults"], [SIDE_BY_SIDE, ALONE]),
        (["tests"], [SIDE_BY_SIDE, ALONE]),
    ],
)
def test_paths_leave_what_they_name(paths: list[str], expected: list[list[str]]) -> None:
    assert [[part for part in one if part not in (*paths, "--faults=gate")] for one in runs(paths)] == expected


@pytest.mark.parametrize(
    ("codes", "told"),
    [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([2], 2), ([-9], -9)],
)
def test_the_exit_code_is_that_of_the_run_that_failed(codes: list[int], told: int) -> None:
    assert exit_code(codes) == told


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that says a word, waits for a line of the test's, and fails."""
    (tmp_path / ".parvis").mkdir()
    os.mkfifo(tmp_path / "line")
    monkeypatch.setattr(tests, "ROOT", tmp_path)
    program = "print('word', flush=True); open('line').read(); raise SystemExit(1)"
    monkeypatch.setattr(tests, "module", lambda *_: [sys.executable, "-c", program])
    run = Run(1, [], os.environ)
    run.begin_aside()
    return run


def test_a_run_aside_works_at_once_and_speaks_at_its_end(
    aside: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "line").write_text("go on", encoding="ascii")  # returns once the other end is opened: it is at work
    assert capsys.readouterr().out == ""

    assert (aside.end(), capsys.readouterr().out, aside.suites()) == (1, "word\n", [])


def test_a_run_aside_ends_with_those_that_stop_at_the_first_failure(aside: Run) -> None:
    aside.give_up()

    assert aside.end() != 0


@pytest.mark.parametrize(
    ("code", "given", "over"),
    [
        (0, ["-x"], False),
        (1, [], False),
        (1, ["-x"], True),
        (1, ["--exitfirst"], True),
        (5, ["-x"], False),
        (2, [], True),
    ],
)
def test_what_ends_the_runs_that_follow(code: int, given: list[str], over: bool) -> None:
    assert is_over(code, given) == over


def test_the_last_line_counts_what_all_runs_have_done(capsys: pytest.CaptureFixture[str]) -> None:
    first = """<testsuite time="2.5"><testcase classname="tests.unit.a.test_b" name="test_c" time="1.0"/>
      <testcase classname="tests.unit.a.test_b" name="test_d" time="0.5"><failure message="no"/></testcase></testsuite>"""
    second = (
        """<testsuite time="40"><testcase classname="tests.faults.test_kills" name="test_e" time="39"/></testsuite>"""
    )
    tests.show([tests.ElementTree.fromstring(text) for text in (first, second)], tests.Console(), seconds=41.25)
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said if line.startswith("tests/")] == [
        ["tests/faults", "1", "39.0"],
        ["tests/unit/a", "2", "1.5"],
    ]
    assert said[-2:] == ["FAILED tests.unit.a.test_b::test_d", "===== 1 failed, 2 passed in 41.25s ====="]
