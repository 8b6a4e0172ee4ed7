"""The order in which streams are locked, so that transactions that cross never wait for each other in a ring. Pure.

A service that changes several streams in one transaction declares the rank of their kinds once, beside its events:
`declare_lock_order({"request": 1, "quota": 2, "day": 2})`. A kind is what stands before the first "-" of a stream's name. A
transaction may lock streams of one rank at once, then of a later rank; going back is a defect and raises LockOrder.

The rank is part of the lock's key: two releases that run side by side, or a process that does not know it, would with
another rank lock something else and not keep each other out. So a kind has its rank for ever.
"""

import hashlib
from collections.abc import Iterable, Mapping

_UNDECLARED = 0x7F
_ranks: dict[str, int] = {}


class LockOrder(RuntimeError):
    """Streams were asked for in an order in which two transactions could wait for each other."""


def declare_lock_order(ranks: Mapping[str, int]) -> None:
    """Ranks kinds of streams, from 0 on; those never declared come last and are not checked."""
    _ranks.update(ranks)


def rank_of(stream: str) -> int:
    return _ranks.get(stream.partition("-")[0], _UNDECLARED)


def lock_key(stream: str) -> int:
    """A positive bigint: the rank of the stream's kind, then 56 bits of its hash."""
    return rank_of(stream) << 56 | int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=7).digest(), "big")


class HeldLocks:
    """The streams that a transaction has locked."""

    def __init__(self) -> None:
        self.streams: set[str] = set()
        self._highest = -1

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
