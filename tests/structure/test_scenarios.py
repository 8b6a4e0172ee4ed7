"""Each sentence of the town's scenarios is played in a browser, or stands in a list with what it waits for."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.scenarios.not_played import BY_OTHER_TESTS, IN_PART, TO_COME
from tests.e2e.scenarios.steps import Place, every

ROOT = Path(__file__).parent.parent.parent
PLAYED = ROOT / "tests" / "e2e" / "scenarios"


def played() -> Iterator[tuple[Path, Place, str]]:
    """The file, step and digest of each `with step("S03", 4, sees="…")`, or `step("S03", "outcome 1", sees="…")`."""
    for path in sorted(PLAYED.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="step"),
                    args=[ast.Constant(value=str(scenario)), ast.Constant(value=int() | str() as number)],
                    keywords=[ast.keyword(arg="sees", value=ast.Constant(value=str(digest)))],
                ):
                    yield path, (scenario, number), digest


def test_each_step_is_played_or_stands_in_one_of_the_lists() -> None:
    counted = Counter([*(step for _, step, _ in played()), *TO_COME, *BY_OTHER_TESTS])

    assert [step for step in every() if counted[step] != 1] == []
    assert set(counted) - set(every()) == set()
    assert set(IN_PART) - {step for _, step, _ in played()} == set()


def test_each_digest_is_that_of_the_sentence_as_the_file_has_it() -> None:
    changed = [f"{path.name}: {step}" for path, step, digest in played() if every()[step].digest != digest]

    assert changed == []


def test_a_scenario_has_a_file_of_its_own() -> None:
    homes = {(path, scenario) for path, (scenario, _), _ in played()}

    assert [str(path) for path, scenario in homes if not path.name.startswith(f"test_{scenario.lower()}_")] == []
    assert len({path for path, _ in homes}) == len({scenario for _, scenario in homes})


def test_every_test_named_as_proof_of_a_sentence_exists() -> None:
    for file, _, name in (test.partition("::") for tests in BY_OTHER_TESTS.values() for test in tests):
        assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), name
    named = [file for reason in IN_PART.values() for file in re.findall(r"tests/\S+\.py", reason)]
    assert [file for file in named if not (ROOT / file).is_file()] == []
