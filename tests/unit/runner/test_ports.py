"""Ports are free, low, and do not wander from one start to the next."""

import ast
import socket
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from deploy.local import ports
from deploy.local.instance import gateway_port

HOME = Path("/a/town")


def test_every_name_keeps_a_port_of_its_own_below_22000() -> None:
    chosen = ports.choose(["one", "two", "three"], home=HOME)
    assert len(set(chosen.values())) == 3
    assert all(ports.LOWEST <= port <= ports.HIGHEST for port in chosen.values())
    before = ports.choose(["one", "two"], home=HOME)
    assert ports.choose(["new", "one", "two"], home=HOME, known=before).items() >= before.items()
    assert ports.choose(["one"], home=Path("/a/town")) != ports.choose(["one"], home=Path("/another/town"))
    assert ports.kept({"smtp": 15000, "s3": None, "gateway": 8000}) == {"smtp": 15000, "gateway": 8000}


def test_a_port_taken_meanwhile_is_replaced() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        assert ports.choose(["one"], home=HOME, known={"one": taken})["one"] != taken


def test_a_port_that_another_process_chose_is_not_chosen_before_it_is_used() -> None:
    line = f"from pathlib import Path; from deploy.local import ports; print(ports.choose(['one'], home=Path('{HOME}/one')), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", line], stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdin and other.stdout
        theirs = ast.literal_eval(other.stdout.readline())
        ours = ports.choose(["one"], home=HOME / "one")
        assert ours != theirs
        assert ports.choose(["one"], home=HOME / "two", known=ours) != ours
        other.stdin.close()
    assert ports.choose(["one"], home=HOME / "one", known=theirs) == theirs  # its process has ended


@pytest.mark.parametrize(
    "found", [None, [], 3, "ports", {"smtp": "15000"}, {"smtp": 0}, {"smtp": 70000}, {"smtp": True}]
)
def test_an_invalid_port_in_a_file_is_chosen_anew(found: object) -> None:
    known = ports.kept(found)

    assert known == {}
    assert ports.choose(["smtp"], home=HOME, known=known).keys() == {"smtp"}


def test_a_second_port_above_the_first_stays_below_22000_as_well() -> None:
    names = ["s3", "filer", "postgres"]
    chosen = ports.choose(names, home=HOME, known={"s3": 15000}, with_inner=names[:2])
    all_of_them = {*chosen.values(), *(chosen[name] + ports.INNER_PROTOCOL_OFFSET for name in names[:2])}
    assert len(all_of_them) == 5
    assert max(all_of_them) <= ports.HIGHEST


def test_a_second_port_that_is_taken_makes_both_be_chosen_anew() -> None:
    before = ports.choose(["s3"], home=HOME, with_inner=["s3"])
    with socket.create_server(("127.0.0.1", before["s3"] + ports.INNER_PROTOCOL_OFFSET)):
        assert ports.choose(["s3"], home=HOME, known=before, with_inner=["s3"]) != before


@pytest.mark.parametrize(
    ("host", "ours"), [("127.0.0.1", True), ("0.0.0.0", True), ("203.0.113.9", False), ("::9", False)]
)
def test_an_address_of_another_machine_cannot_be_listened_on(host: str, ours: bool) -> None:
    assert ports.is_ours(host) is ours


def test_the_port_of_the_portal_is_chosen_for_one_instance_alone() -> None:
    first = gateway_port(HOME / "one", "127.0.0.1", 0, None)
    assert gateway_port(HOME / "two", "127.0.0.1", 0, None) != first
