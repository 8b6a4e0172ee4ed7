"""Two sides measured by turns: what one costs beside the other, whatever the machine does meanwhile.

Each pair is measured within minutes or seconds, and what counts is its ratio: a machine that gets slower between two pairs changes the
figures of both sides and hardly their ratio.
"""

import hashlib
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.load.report import NOT_COMPARABLE

WORK = json.dumps(list(range(2000)))
REPEATS = 2000


@dataclass(frozen=True)
class Spread:
    """Of some values."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def turns(pairs: int) -> Iterator[tuple[int, ...]]:
    """The sides in their order, for each pair: the second of one pair is the first of the next."""
    for pair in range(pairs):
        yield (0, 1) if pair % 2 == 0 else (1, 0)


@dataclass
class Row:
    """One measure of one job: the values of each side, those of a pair at the same place."""

    job: str
    measure: str
    unit: str
    values: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    disturbed: int = 0  # values that were measured beside too much other work

    @property
    def ratio(self) -> Spread | None:
        """The second side's by the first's, over the pairs; None where a side lacks a value or the first has a zero."""
        before, after = self.values
        if not before or len(before) != len(after) or not all(before):
            return None
        return Spread.of([new / old for old, new in zip(before, after, strict=True)])

    @property
    def line(self) -> str:
        sides = " ".join(f"{statistics.median(side):>11.2f}" if side else f"{'–':>11}" for side in self.values)
        count = sum(map(len, self.values))
        note = f"  {self.disturbed} of {count} {NOT_COMPARABLE}" if self.disturbed else ""
        return f"{self.job:<42} {self.measure:<22} {sides} {self.unit:<5} {self.ratio or '–'}{note}"


@dataclass
class Pairs:
    """What was measured of two sides, by job and measure, and how fast the machine was meanwhile."""

    sides: tuple[str, str]
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    work: list[float] = field(default_factory=list)

    def row(self, job: str, measure: str, unit: str) -> Row:
        """That of the job and measure: a new one is the last of the table."""
        return self.rows.setdefault((job, measure), Row(job, measure, unit))

    def note(self, side: int, job: str, measure: str, value: float, unit: str, *, disturbed: bool = False) -> None:
        row = self.row(job, measure, unit)
        row.values[side].append(value)
        row.disturbed += disturbed

    def time_the_machine(self) -> None:
        """Does the same work as each time before, and notes what it took of a processor."""
        began = time.thread_time()
        for _ in range(REPEATS):
            hashlib.sha256(json.dumps(json.loads(WORK)).encode()).digest()
        self.work.append(1000 * (time.thread_time() - began))

    @property
    def drift(self) -> str:
        """How the machine's own speed changed: of that work, all times and the last by the first."""
        change = self.work[-1] / self.work[0]
        return (
            f"# the machine: the same work took {Spread.of(self.work)} CPU-ms, the last time {change:.2f} × the first"
        )

    def table(self) -> str:
        before, after = self.sides
        head = (
            f"{'job':<42} {'measure':<22} {before:>11} {after:>11} {'unit':<5} {after} by {before}: median (least–most)"
        )
        return "\n".join([head, *(row.line for row in self.rows.values()), self.drift])

    def as_json(self) -> dict[str, Any]:
        rows = [{**asdict(row), "ratio": row.ratio and asdict(row.ratio)} for row in self.rows.values()]
        return {"sides": self.sides, "rows": rows, "work": self.work}
