"""Each line of the table of what is kept in a process names tests that are there (docs/decisions/0057-what-is-per-process.md)."""

import re
from pathlib import Path

import pytest

from tests.structure.lasting.record import ROOT

RECORD = ROOT / "docs" / "decisions" / "0057-what-is-per-process.md"
ROW = re.compile(r"^\| (?!what \||---)(.+) \|$", re.MULTILINE)
TESTS = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def lines() -> list[list[str]]:
    return [row.split(" | ") for row in ROW.findall(RECORD.read_text("utf-8"))]


@pytest.mark.parametrize("line", lines(), ids=lambda line: line[0][:40])
def test_each_line_names_tests_that_are_there(line: list[str]) -> None:
    _what, _where, several, tests = line

    assert re.match(r"(shared|divided|expires|of each|never changes|`RPC_KEY`|up to)", several)
    named = TESTS.findall(tests)
    assert len(named) == tests.count("`") / 2
    for file, test in named:
        text = (ROOT / "tests" / file).read_text("utf-8")
        assert f"def {test}(" in text, f"{file} has no {test}"


def test_each_place_that_is_named_is_there() -> None:
    named = {Path(one) for _, where, *_ in lines() for one in re.findall(r"`((?:services|gateway)/[\w/.]+)`", where)}

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
