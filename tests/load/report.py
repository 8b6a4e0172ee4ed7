"""The table: each job beside its bar and its peer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.load.meter import Cost

MOST_FOREIGN = 0.5
NOT_COMPARABLE = "NOT COMPARABLE"
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measured figure. `most` or `least` is its bar; `peer` what stands beside it in the design."""

    job: str
    measure: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    peer: str = ""
    note: str = ""

    @property
    def held(self) -> bool | None:
        if self.most is not None:
            return self.value <= self.most
        return self.value >= self.least if self.least is not None else None

    @property
    def bar(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else ""

    @property
    def ratio(self) -> str:
        """How many times better than its bar; below 1 it is missed."""
        if self.most is not None:
            return f"{self.most / self.value:.2f}" if self.value else "–"
        return f"{self.value / self.least:.2f}" if self.least else ""


@dataclass
class Report:
    """Lines in the order of measuring; each is shown as soon as it is known."""

    say: Say
    lines: list[Line] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, **known: Any) -> None:
        line = Line(**known)
        self.lines.append(line)
        self.say(shown(line))

    def table(self) -> str:
        head = f"{'job':<42} {'measure':<22} {'value':>9} {'unit':<7} {'bar':>8} {'×':>6}      peer"
        return "\n".join([head, *(shown(line) for line in self.lines)])

    def as_json(self) -> dict[str, Any]:
        lines = [{**asdict(line), "held": line.held} for line in self.lines]
        return {"lines": lines, "details": self.details}

    @property
    def missed(self) -> list[Line]:
        return [line for line in self.lines if line.held is False]


def shown(line: Line) -> str:
    mark = {True: "ok", False: "MISS", None: ""}[line.held]
    figures = f"{line.value:>9.2f} {line.unit:<7} {line.bar:>8} {line.ratio:>6} {mark:<4}"
    return f"{line.job:<42} {line.measure:<22} {figures} {line.peer} {line.note}".rstrip()


def disturbed(cost: Cost) -> str:
    """Said of a figure that other programs have driven up: twice to three times, beside more than a core of theirs."""
    note = f"; foreign {cost.foreign_cores:.1f} cores"
    return f"{note}: {NOT_COMPARABLE}" if cost.foreign_cores > MOST_FOREIGN else note


def dominant(shares: dict[str, float]) -> str:
    """The processes that cost most, by name."""
    return ", ".join(f"{name} {share:.1f}" for name, share in list(shares.items())[:5])
