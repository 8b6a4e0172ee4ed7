"""A service that a machine no longer knows by its name is started anew, and none other is."""

import json
import os
import socket
from pathlib import Path

import pytest

from deploy.image import names as image_names
from deploy.swarm import names
from deploy.swarm.engine import Stopped
from deploy.swarm.names import Answers, look_up, make_known
from deploy.swarm.stack_file import MADE_OF, Tree
from tests.unit.runner.conftest import ASKED, Docker

NETWORKS = "n1\ttown_inside\nn2\ttown_web\nn9\tbridge"
ON_BOTH = "\n".join(
    json.dumps({"name": f"town_{name}", "networks": [{"Target": "n1"}, {"Target": "n2"}]})
    for name in ("gateway", "requests")
)
SWARM = {
    "network ls": NETWORKS,
    "service inspect": ON_BOTH,
    "node ls": "m1\tReady Active\nm2\tReady Active\nm3\tDown Active",
}
ENDED = {"service ps": "m1\tComplete 1 second ago\nm2\tComplete 1 second ago\nm3\tRunning 3 minutes ago"}
MEMBER: Tree = {"deploy": {"labels": {MADE_OF: "of something"}}}
MADE: Tree = {
    "services": {
        "gateway": {"deploy": {}},
        "requests": {"deploy": {}},
        "postgres1": MEMBER,
        "postgres2": MEMBER,
        "tools": {"deploy": {}, "image": "parvis:2"},
        "migrate": {"deploy": {"restart_policy": {"condition": "none"}}},
    }
}
RUNNING = {"town_gateway", "town_requests", "town_postgres1", "town_postgres2"}


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    return tmp_path / ASKED


# --- the question that each machine is asked


def test_a_name_is_looked_up_on_each_network_of_the_service_on_every_machine(docker: Docker, asked: Path) -> None:
    docker(SWARM | ENDED)

    found = look_up("town", "parvis:2", ["town_gateway", "town_requests"])

    assert (found.unknown, found.apart, found.silent) == ({}, set(), set())
    [created] = [line for line in asked.read_text("utf-8").splitlines() if line.startswith("service create")]
    assert "--mode global --restart-condition none" in created
    assert "--label com.docker.stack.namespace=town" in created, "what removes the stack removes it"
    assert "--network n1 --network n2" in created
    assert created.endswith(
        "parvis:2 -I -S deploy/image/names.py gateway.town_inside gateway.town_web requests.town_inside requests.town_web"
    )


def test_what_a_machine_does_not_know_is_found_once_with_its_machines(docker: Docker) -> None:
    said = "m1 gateway.town_web\nm1 gateway.town_inside\nm2 gateway.town_web\nerror from daemon: incomplete log stream"
    docker(SWARM | ENDED | {"service logs --raw --tail 4 town_names": said})

    assert look_up("town", "parvis:2", ["town_gateway", "town_requests"]).unknown == {"town_gateway": {"m1", "m2"}}


@pytest.mark.parametrize("fails", [{}, {"service create": "network town_inside is ambiguous"}])
def test_the_service_that_asks_is_gone_afterwards(docker: Docker, asked: Path, fails: dict[str, str]) -> None:
    docker(SWARM | ENDED, fails)

    if fails:
        with pytest.raises(Stopped, match="ambiguous"):
            look_up("town", "parvis:2", ["town_gateway"])
    else:
        look_up("town", "parvis:2", ["town_gateway"])

    assert asked.read_text("utf-8").splitlines()[-1] == f"service rm town_names_{os.getpid()}"


def test_a_machine_that_does_not_answer_is_not_waited_for_without_end_and_is_named(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "LOOK_UP_SECONDS", -1)
    docker(SWARM | {"service ps": "m1\tPreparing 1 second ago\nm2\tComplete 1 second ago"})

    assert look_up("town", "parvis:2", ["town_gateway"]).silent == {"m1"}


# --- what becomes of the answers


@pytest.fixture
def started_anew(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services that are, in their order, of those of MADE, which run with two containers each on m1 and m2."""
    done: list[str] = []
    monkeypatch.setattr(names, "services", lambda _stack: RUNNING | {"town_migrate"})
    monkeypatch.setattr(
        names, "running", lambda services: {one: {(f"{one}.1", "m1"), (f"{one}.2", "m2")} for one in services}
    )
    monkeypatch.setattr(names, "machines_down", set)
    monkeypatch.setattr(names, "start_anew", done.append)
    return done


def answers(*said: str, silent: str = "") -> Answers:
    """Where m1, m2 and m3 were asked for nine names."""
    asked = {f"{service.removeprefix('town_')}.{network}": service for service in RUNNING for network in ("a", "b")}
    return Answers(asked, said, ["m1", "m2", "m3"], {"m1", "m2", "m3"} - {silent})


def test_what_is_not_known_somewhere_is_started_anew_and_a_next_run_is_to_look(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(names, "look_up", lambda *_: answers("m3 requests.a", "m1 requests.a", "m1 requests.b"))

    assert not make_known("town", MADE, set())

    assert started_anew == ["town_requests"]
    said = capsys.readouterr().err.replace("\u00a0", " ")
    assert said == "town_requests : son nom est inconnu sur m1, m3, on le relance\n"


def test_where_all_is_known_nothing_is_started_anew_or_said(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looked_up: list[list[str]] = []
    monkeypatch.setattr(names, "look_up", lambda _stack, _image, services: looked_up.append([*services]) or answers())

    assert make_known("town", MADE, {"postgres2"})

    assert (started_anew, capsys.readouterr()) == ([], ("", ""))
    assert looked_up == [["town_gateway", "town_postgres1", "town_requests"]], "no job, nothing of a dead machine"


def test_one_member_of_a_cluster_is_started_anew_in_a_run_after_the_services(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ("m3 postgres1.a", "m3 postgres2.a", "m3 requests.a")
    monkeypatch.setattr(names, "look_up", lambda *_: answers(*said))

    assert not make_known("town", MADE, set())

    assert started_anew == ["town_requests", "town_postgres1"]
    assert "town_postgres2 : son nom est inconnu sur m3, on le relancera la prochaine fois" in (
        capsys.readouterr().err.replace("\u00a0", " ")
    )


def test_a_machine_that_knows_hardly_any_is_not_reached_and_nothing_is_started_anew(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apart = [f"m3 {service.removeprefix('town_')}.{network}" for service in RUNNING for network in ("a", "b")]
    monkeypatch.setattr(names, "look_up", lambda *_: answers(*apart, "m1 postgres1.a"))

    assert not make_known("town", MADE, set())

    assert started_anew == []
    assert "m3 ne connaît presque aucun service par son nom" in capsys.readouterr().err


def test_what_was_replaced_meanwhile_or_ran_on_a_machine_that_died_is_left_alone(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "look_up", lambda *_: answers("m3 requests.a"))
    monkeypatch.setattr(names, "machines_down", lambda: {"m2"})
    make_known("town", MADE, set())
    assert started_anew == []

    monkeypatch.setattr(names, "machines_down", set)
    number = iter(range(100))
    monkeypatch.setattr(names, "running", lambda services: {one: {(f"{one}.{next(number)}", "m1")} for one in services})
    make_known("town", MADE, set())
    assert started_anew == []


def test_a_look_up_that_the_engine_refuses_keeps_nothing_from_changing(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> Answers:
        raise Stopped("docker service create : refusé")

    monkeypatch.setattr(names, "look_up", refused)

    assert not make_known("town", MADE, set())
    assert capsys.readouterr().err.endswith("docker service create : refusé\n")


def test_a_machine_that_did_not_say_is_named_and_the_run_ends_well(
    started_anew: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(names, "look_up", lambda *_: answers(silent="m3"))

    assert make_known("town", MADE, set())
    assert (
        capsys.readouterr().err
        == "m3 n’a pas dit si elle connaît les services par leur nom\u00a0: a-t-elle l’image\u00a0?\n"
    )


def test_where_nothing_runs_yet_no_name_is_looked_up(started_anew: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "services", lambda _stack: set())
    monkeypatch.delattr(names, "look_up")

    assert make_known("town", MADE, set())


# --- what a container can look up


def test_a_container_prints_what_it_cannot_look_up_after_a_while(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(image_names, "PATIENCE_SECONDS", -1.0)

    assert image_names.main(["no-such-service.town_inside"]) == 0
    assert capsys.readouterr().out == f"{socket.gethostname()} no-such-service.town_inside\n"


def test_a_name_that_is_known_a_moment_later_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(image_names, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(image_names, "is_known", lambda _name: next(answers))

    image_names.main(["gateway.town_inside"])

    assert capsys.readouterr().out == ""


def test_the_service_is_waited_for_longer_than_a_name_is_asked_for() -> None:
    assert names.LOOK_UP_SECONDS > image_names.PATIENCE_SECONDS + 30
