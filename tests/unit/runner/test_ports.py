"""Ports are free, low, and do not wander from one start to the next."""

from __future__ import annotations

import socket
from pathlib import Path

from deploy.local import ports

HOME = Path("/a/town")


def test_every_name_has_a_port_of_its_own_below_22000() -> None:
    chosen = ports.choose(["one", "two", "three"], home=HOME)
    assert len(set(chosen.values())) == 3
    assert all(ports.LOWEST <= port <= ports.HIGHEST for port in chosen.values())


def test_a_port_stays_the_same_at_the_next_start() -> None:
    before = ports.choose(["one", "two"], home=HOME)
    assert ports.choose(["new", "one", "two"], home=HOME, known=before).items() >= before.items()


def test_a_port_taken_meanwhile_is_replaced() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        assert ports.choose(["one"], home=HOME, known={"one": taken})["one"] != taken


def test_two_instances_search_from_different_places() -> None:
    assert ports.choose(["one"], home=Path("/a/town")) != ports.choose(["one"], home=Path("/another/town"))
