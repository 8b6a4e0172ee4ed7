"""`parvis test`: what runs side by side, what runs alone afterwards, and what is said at the end."""

import pytest

from deploy.local import tests
from deploy.local.tests import APART_SECONDS, exit_code, runs

SIDE_BY_SIDE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--campaign=without"]
ALONE = ["--campaign=only", "-n", "0"]


def test_everything_runs_side_by_side_and_then_the_campaign_alone() -> None:
    assert runs([]) == [SIDE_BY_SIDE, ["--faults=gate", "tests/faults", *ALONE]]
    given = ["-k", "crossing", "--faults=release", "-n", "4"]
    assert runs(given) == [[*SIDE_BY_SIDE, *given], ["--faults=gate", "tests/faults", *given, *ALONE]]


@pytest.mark.parametrize("name", ["compose", "cluster", "swarm"])
def test_deployments_and_the_cluster_are_tested_alone_and_in_order(name: str) -> None:
    [arguments] = runs([f"--{name}", "-x"])
    assert arguments[:5] == [f"tests/{name}", f"--{name}", "-x", "-s", "-n"]
    assert arguments[5:] == ["0", "-p", "no:randomly", f"--timeout={APART_SECONDS}"]


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
def test_paths_choose_the_runs_that_have_them(paths: list[str], expected: list[list[str]]) -> None:
    assert [[part for part in one if part not in (*paths, "--faults=gate")] for one in runs(paths)] == expected


@pytest.mark.parametrize(
    ("codes", "code"),
    [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([2], 2), ([-9], -9)],
)
def test_the_exit_code_is_that_of_the_run_that_failed(codes: list[int], code: int) -> None:
    assert exit_code(codes) == code


def test_the_last_line_counts_what_all_runs_have_done(capsys: pytest.CaptureFixture[str]) -> None:
    first = """<testsuite time="2.5"><testcase classname="tests.unit.a.test_b" name="test_c" time="1.0"/>
      <testcase classname="tests.unit.a.test_b" name="test_d" time="0.5"><failure message="no"/></testcase></testsuite>"""
    second = (
        """<testsuite time="40"><testcase classname="tests.faults.test_kills" name="test_e" time="39"/></testsuite>"""
    )
    tests.show([tests.ElementTree.fromstring(text) for text in (first, second)], tests.Console())
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said if line.startswith("tests/")] == [
        ["tests/faults", "1", "39.0"],
        ["tests/unit/a", "2", "1.5"],
    ]
    assert said[-2:] == ["FAILED tests.unit.a.test_b::test_d", "===== 1 failed, 2 passed in 42.50s ====="]
