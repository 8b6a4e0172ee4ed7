"""What work costs: CPU seconds of every process of an instance, from the kernel's own accounts, and its memory."""

import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local import object_store

APART = frozenset({"PostgreSQL"})
PYTHON = frozenset(
    {
        "accounts",
        "content",
        "documents",
        "messaging",
        "procedures",
        "requests",
        "gateway",
        "relay",
        "mail",
        "supervision",
    }
)
PARTS = ("services", "broker", "database", "etcd", "objects")
SERVERS = {"rabbitmq": "broker", "postgres": "database", "etcd": "etcd", object_store.NAME.lower(): "objects"}
"""What a server's name begins with, and its part; what is no server is a service."""
MEBIBYTE = 1024 * 1024
SLEPT = "voluntary_ctxt_switches:"


def part_of(process: str) -> str:
    return next((part for name, part in SERVERS.items() if process.lower().startswith(name)), "services")


def by_part(processes: Mapping[str, float]) -> dict[str, float]:
    """What each of PARTS that is there has of it, in their order."""
    found: dict[str, float] = {}
    for name, value in processes.items():
        found[part_of(name)] = found.get(part_of(name), 0.0) + value
    return {part: found[part] for part in PARTS if part in found}


@dataclass
class Cost:
    """CPU seconds by process within a stretch of time, and what the rest of the machine used meanwhile."""

    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    wakes: dict[str, float] = field(default_factory=dict)
    foreign_cores: float = 0.0

    @property
    def counted(self) -> float:
        """CPU seconds of our processes, RabbitMQ and the object store."""
        return sum(used for name, used in self.cpu.items() if name not in APART)

    @property
    def apart(self) -> float:
        """CPU seconds of PostgreSQL, which every peer needs as well."""
        return sum(used for name, used in self.cpu.items() if name in APART)

    def by_part(self) -> dict[str, float]:
        """CPU seconds of each of PARTS that is there."""
        return by_part(self.cpu)

    def wakes_of(self, ours: frozenset[str] | None = None) -> float:
        """How often a second a thread went to sleep to be woken again: of these processes, or of all."""
        return sum(count for name, count in self.wakes.items() if ours is None or name in ours) / self.seconds

    def each(self, operations: int) -> dict[str, float]:
        """Milliseconds of CPU an operation of what is counted, by process, the largest first."""
        counted = {name: used for name, used in self.cpu.items() if name not in APART}
        shares = {name: round(1000 * used / max(operations, 1), 2) for name, used in counted.items()}
        return dict(sorted(shares.items(), key=lambda share: -share[1]))


class Meter:
    """Reads the accounts of these processes (name to pid), children included, also those that ended meanwhile."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids

    @contextmanager
    def measure(self) -> Generator[Cost]:
        """The Cost is filled in when the block ends."""
        cost = Cost()
        own, machine, started = self._used(), _machine(), time.monotonic()
        slept = self._slept()
        driver = _of_process(psutil.Process())
        yield cost
        cost.seconds = time.monotonic() - started
        after = self._used()
        cost.cpu = {name: after[name] - own[name] for name in own}
        cost.wakes = {name: float((count - slept[name]).total()) for name, count in self._slept().items()}
        driver = _of_process(psutil.Process()) - driver
        foreign = _machine() - machine - sum(cost.cpu.values()) - driver
        cost.foreign_cores = max(0.0, foreign) / cost.seconds

    def _used(self) -> dict[str, float]:
        return {name: sum(_of_process(one) for one in _family(pid)) for name, pid in self._pids.items()}

    def _slept(self) -> dict[str, Counter[str]]:
        """By thread: one that is new counts from its start, one that ended meanwhile not at all."""
        return {name: _sleeps(_family(pid)) for name, pid in self._pids.items()}

    def processes(self, name: str) -> int:
        """How many processes bear that name: itself and its children."""
        return len(_family(self._pids[name]))

    def on_disk(self, part: str) -> int:
        """The bytes that the processes of one of PARTS and their children have caused to be written, of those that live."""
        pids = (pid for name, pid in self._pids.items() if part_of(name) == part)
        return sum(_written(one) for pid in pids for one in _family(pid))

    def memory(self) -> dict[str, float]:
        """The share of memory (PSS) of each process with its children, in MiB."""
        return {name: sum(_memory(one) for one in _family(pid)) / MEBIBYTE for name, pid in self._pids.items()}


def _sleeps(processes: list[psutil.Process]) -> Counter[str]:
    found: Counter[str] = Counter()
    for process in processes:
        for status in Path(f"/proc/{process.pid}/task").glob("*/status"):
            with suppress(OSError):  # it ended meanwhile
                lines = status.read_text(encoding="utf-8").splitlines()
                found[str(status)] = next(int(line.split()[1]) for line in lines if line.startswith(SLEPT))
    return found


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.NoSuchProcess:
        return 0  # PostgreSQL ends a process with each connection


def _written(process: psutil.Process) -> int:
    try:
        return process.io_counters().write_bytes
    except psutil.NoSuchProcess:
        return 0


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    # the supervisor is everyone's parent, and stands for itself alone
    direct = [child for child in process.children() if child.name() != "setpriv"]
    return [process] if _is_supervisor(process) else [process, *direct, *_grandchildren(direct)]


def _grandchildren(processes: list[psutil.Process]) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile
            found += process.children(recursive=True)
    return found


def _is_supervisor(process: psutil.Process) -> bool:
    return "deploy.local" in process.cmdline()


def _of_process(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0  # its time is in the account of its parent, which has waited for it
    reaped = 0.0 if _is_supervisor(process) else times.children_user + times.children_system
    return times.user + times.system + reaped


def _machine() -> float:
    times = psutil.cpu_times()._asdict()
    return sum(times.values()) - sum(times[name] for name in ("idle", "iowait", "guest", "guest_nice"))
