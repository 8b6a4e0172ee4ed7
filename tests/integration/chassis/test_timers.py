"""A timer runs once for all replicas, by the clock of the database: theirs may be minutes apart."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from types import SimpleNamespace
from uuid import uuid4

import pytest

from services.chassis.rpc import entrypoints
from services.chassis.settings import Settings
from tests.servers.notebook import Notebook
from tests.support.clocks import AheadClock

EVERY = 600.0


@pytest.fixture
def replicas(own_settings: Settings) -> Iterator[list[Notebook]]:
    """Of one service, on machines ten minutes apart."""
    stores = [Notebook(own_settings, "tests", clock=AheadClock(timedelta(minutes=ahead))) for ahead in (5, -5)]
    yield stores
    for store in stores:
        store.close()


def claimed(store: Notebook, timer: str) -> bool:
    return entrypoints._claimed(SimpleNamespace(store=store), timer, EVERY)


def passes(store: Notebook, timer: str, seconds: float) -> None:
    """As if its last turn had been so much earlier."""
    with store.transaction() as tx:
        tx.conn.execute(
            "UPDATE timers SET ran_at = ran_at - make_interval(secs => %s) WHERE name = %s", (seconds, timer)
        )


@pytest.mark.parametrize("first", [0, 1], ids=["fast first", "slow first"])
def test_replicas_whose_clocks_are_minutes_apart_share_one_turn_and_skip_none(
    replicas: list[Notebook], first: int
) -> None:
    timer = f"timer-{uuid4().hex}"
    turn = cycle(replicas[first:] + replicas[:first])

    assert [claimed(next(turn), timer) for _ in range(4)] == [True, False, False, False]
    passes(replicas[0], timer, EVERY)
    assert [claimed(next(turn), timer) for _ in range(4)] == [True, False, False, False]
    passes(replicas[0], timer, EVERY / 2)
    assert not claimed(next(turn), timer)
