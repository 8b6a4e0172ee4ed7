"""The steps of the town's scenarios and what holds at their end, and how a test says which one it plays.

`python -m tests.e2e.scenarios.steps S03` prints each sentence of S03 with the digest that its test holds.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parents[3] / "deploy" / "demo-town" / "scenarios.yaml"
DIGEST_LENGTH = 12
ENDS = ("outcome", "also_check")
"""The lists of sentences that stand after the steps of a scenario."""

Place = tuple[str, int | str]
"""The scenario, and the number of the step or what stands after them: `("S03", 4)`, `("S03", "outcome 1")`."""


@dataclass(frozen=True)
class Step:
    """One step as in the town's file; a sentence after the steps has no action."""

    who: str
    does: str
    sees: str

    @property
    def digest(self) -> str:
        """The first hexadecimal digits of the SHA-256 of what must be seen."""
        return hashlib.sha256(self.sees.encode()).hexdigest()[:DIGEST_LENGTH]


@cache
def every() -> dict[Place, Step]:
    """All steps and all sentences after them, in the file's order; numbers begin with 1."""
    found: dict[Place, Step] = {}
    for scenario in yaml.safe_load(FILE.read_text(encoding="utf-8"))["scenarios"]:
        for number, step in enumerate(scenario["steps"], start=1):
            found[scenario["id"], number] = Step(**step)
        for end in ENDS:
            for number, sentence in enumerate(scenario.get(end, ()), start=1):
                found[scenario["id"], f"{end} {number}"] = Step(who=end, does="", sees=sentence)
    return found


@contextmanager
def step(scenario: str, number: int | str, *, sees: str) -> Iterator[None]:
    """Plays one step of a scenario, or what holds after them (`"outcome 1"`): a failure in the block names it.

    `sees` is the digest of the sentence that the block's assertions were written for: a changed sentence fails until
    somebody has read both and written the new digest.
    """
    row = every()[scenario, number]
    assert row.digest == sees, f"{scenario}.{number} now says « {row.sees} » ({row.digest}): do the assertions hold it?"
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"{scenario}.{number}, {row.who}: {row.does}\n  must be seen: {row.sees}")
        raise


if __name__ == "__main__":
    for (scenario, number), row in every().items():
        if scenario in sys.argv[1:]:
            sys.stdout.write(f"{scenario} {number} {row.digest} {row.who}: {row.does}\n    {row.sees}\n")
