"""The order in which streams are locked, so that transactions that cross never wait for each other in a ring. Pure.

A service that changes several streams in one transaction says the order of their kinds once, at import:
`declare_lock_order(("request",), ("quota", "day"))`. A kind is what stands before the first "-" of a stream's name. A
transaction may lock streams of one rank at once, then of a later rank; going back is a defect and raises LockOrder.
"""

import hashlib
from collections.abc import Iterable

_UNDECLARED = 0x7F
_ranks: dict[str, int] = {}


class LockOrder(RuntimeError):
    """Streams were asked for in an order in which two transactions could wait for each other."""


def declare_lock_order(*groups: tuple[str, ...]) -> None:
    """Ranks the kinds of streams; those never declared come last and are not checked."""
    for rank, kinds in enumerate(groups, start=1):
        for kind in kinds:
            _ranks[kind] = rank


def rank_of(stream: str) -> int:
    return _ranks.get(stream.partition("-")[0], _UNDECLARED)


def lock_key(stream: str) -> int:
    """A positive bigint: the rank of the stream's kind, then 56 bits of its hash."""
    return rank_of(stream) << 56 | int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=7).digest(), "big")


class Held:
    """The streams that a transaction has locked."""

    def __init__(self) -> None:
        self.streams: set[str] = set()
        self._highest = 0

    def missing(self, streams: Iterable[str]) -> list[str]:
        """Those still to be locked, now counted as held; raises LockOrder when their rank was passed."""
        wanted = [stream for stream in dict.fromkeys(streams) if stream not in self.streams]
        for stream in wanted:
            if rank_of(stream) <= self._highest and rank_of(stream) != _UNDECLARED:
                raise LockOrder(
                    f"{stream.partition('-')[0]} must be locked earlier, or together with the streams of its rank"
                )
        if wanted:
            self._highest = max(self._highest, *(rank_of(stream) for stream in wanted))
            self.streams.update(wanted)
        return wanted
