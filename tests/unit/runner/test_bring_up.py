"""`deploy/swarm/stack`: in which order it brings what, and what it says at the end; where it stops it says why in a sentence."""

import json
from pathlib import Path

import pytest

from deploy.swarm import bring_up, members
from deploy.swarm.bring_up import main
from deploy.swarm.engine import Stopped
from deploy.swarm.machines import machines_active
from deploy.swarm.networks import check_encrypted
from deploy.swarm.stack_file import ONCE, Tree
from deploy.swarm.waiting import JobFailed
from tests.unit.runner.conftest import ASKED, EVERYWHERE, NO_IMAGE, TASKS, Docker, task

LACKING = bring_up.lacking


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"info": "false []"}, "cette machine n’est pas un manager d’un Swarm"),
        ({"info": 'true ["name=seccomp"]'}, "no-new-privileges"),
    ],
)
def test_an_engine_that_cannot_carry_a_stack_is_refused(docker: Docker, asked: dict[str, str], said: str) -> None:
    docker(asked)

    with pytest.raises(Stopped, match=said):
        bring_up.check_engine()


def test_a_network_that_was_made_without_encryption_is_not_taken_for_encrypted(docker: Docker) -> None:
    made: Tree = {"networks": {"web": {"driver_opts": {"encrypted": ""}}, "alone": {"internal": True}}}
    there = {"network ls": "town_web\ntown_alone"}
    docker(there | {"network inspect": '{"com.docker.network.driver.overlay.vxlanid_list":"4097","encrypted":""}'})
    check_encrypted("town", made)
    docker({"network ls": "town_alone"})
    check_encrypted("town", made)

    docker(there | {"network inspect": '{"com.docker.network.driver.overlay.vxlanid_list":"4097"}'})
    with pytest.raises(Stopped, match=r"^town_web a été fait sans chiffrement.*docker stack rm town"):
        check_encrypted("town", made)


# --- what lacks at the end, and a check that fails while nothing of what it is about changed


JOB: Tree = {"deploy": {"restart_policy": ONCE}}
MADE: Tree = {"services": {"whole": JOB, "migrate": JOB, "requests": {"deploy": {}}}, "networks": {}}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is deployed, in its order, on an engine where the service of MADE runs."""
    done: list[str] = []
    for passed_over in ("check_engine", "clear_away"):
        monkeypatch.setattr(bring_up, passed_over, lambda *_: None)
    monkeypatch.setattr(bring_up, "make_known", lambda *_: True)
    monkeypatch.setattr(bring_up, "differences", list)
    monkeypatch.setattr(bring_up, "crowded", lambda _services: [])
    monkeypatch.setattr(bring_up, "lacking", lambda *_: [])
    for module in (bring_up, members):
        monkeypatch.setattr(module, "services", lambda _name: {"town_requests"})
    monkeypatch.setattr(bring_up, "deploy", lambda _name, _made, names: done.extend(names))
    return done


def test_what_is_up_to_date_in_whole_is_said_and_ends_well(
    deployed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring_up.bring_up("town", MADE, [["whole"], ["migrate"], ["requests"]], {"whole": {"one"}})
    assert deployed == ["whole", "migrate", "requests"]
    assert capsys.readouterr() == ("Le portail est à jour.\n", "")


# Of two, as many as are wanted at this moment, before Swarm tries again; none of one.
@pytest.mark.parametrize(("first", "where"), [("Running 2 days ago", " partout"), ("Rejected 3 seconds ago", "")])
def test_a_service_that_a_machine_does_not_run_is_said_at_the_end(
    first: str,
    where: str,
    deployed: list[str],
    docker: Docker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bring_up, "lacking", LACKING)
    docker(
        {
            "service ps --no-trunc": f"{NO_IMAGE}\n\n{NO_IMAGE}",
            "service ls": "town_requests 1/1",
            TASKS: f"{task('town_requests.1', first)}\n{task('town_requests.2', 'Rejected 1 second ago')}",
        }
    )

    assert not bring_up.bring_up("town", MADE, [["migrate"], ["requests"]], {})
    assert deployed == ["migrate", "requests"]
    last = "Le portail est à jour, sauf ce qui est dit plus haut."
    assert capsys.readouterr().err == f"requests ne tourne pas{where} :\n{NO_IMAGE}\n{last}\n"


def test_machines_that_differ_are_said_first_and_keep_nothing_from_changing(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bring_up, "differences", lambda: ["Deux machines diffèrent."])

    assert bring_up.bring_up("town", MADE, [["migrate"], ["requests"]], {})
    assert deployed == ["migrate", "requests"]
    assert capsys.readouterr().err == "Deux machines diffèrent.\n"


def fails_with(why: Exception, deployed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def deploy(_name: str, _made: Tree, names: list[str]) -> None:
        if "whole" in names:
            raise why
        deployed.extend(names)

    monkeypatch.setattr(bring_up, "deploy", deploy)


def test_a_cluster_that_is_not_whole_lets_the_rest_change_and_is_said_at_the_end(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_with(JobFailed("whole a échoué."), deployed, monkeypatch)

    assert not bring_up.bring_up("town", MADE, [["whole"], ["migrate"], ["requests"]], {"whole": {"one"}})
    assert deployed == ["migrate", "requests"]
    said = capsys.readouterr().err.splitlines()
    assert (said[0], said[-1]) == ("whole a échoué.", "Le portail est à jour, sauf ce qui est dit plus haut.")


def test_cron_sees_by_the_code_that_a_cluster_is_not_whole(
    secrets: Path, docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = {"name": "town", "secrets": {"master_key": {"file": str(secrets / "master_key")}}}
    docker({"compose --profile": json.dumps(compose)})
    for one in ("stack", "stages", "checks"):
        monkeypatch.setattr(bring_up, one, lambda *_: {})
    monkeypatch.setattr(bring_up, "bring_up", lambda *_: False)

    assert main([]) == 1


def test_an_engine_that_refuses_a_check_ends_the_run(deployed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(Stopped("docker stack deploy : refusé"), deployed, monkeypatch)

    with pytest.raises(Stopped, match="refusé"):
        bring_up.bring_up("town", MADE, [["whole"], ["migrate"], ["requests"]], {"whole": {"one"}})
    assert deployed == []


def test_what_needs_no_member_changes_while_a_machine_is_away(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bring_up, "members_away", lambda *_: {"one"})

    assert not bring_up.bring_up("town", MADE, [["migrate"], ["requests"]], {})
    assert deployed == ["migrate", "requests"]
    assert capsys.readouterr().err == "Le portail est à jour, sauf ce qui est dit plus haut.\n"


def test_what_is_about_a_machine_that_is_away_is_not_checked(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_up, "members_away", lambda *_: {"one"})

    assert not bring_up.bring_up("town", MADE, [["whole"], ["migrate"], ["requests"]], {"whole": {"one", "two"}})
    assert deployed == ["migrate", "requests"]


# --- tasks of a service that are all on one machine


@pytest.mark.parametrize(
    ("machines", "places", "moved"),
    [
        ("one two three", "one one", True),
        ("one two three", "one two", False),
        ("one two three", "one", False),
        ("one two", "one one", False),
    ],
)
def test_a_service_that_is_on_one_of_three_machines_is_spread(
    machines: str, places: str, moved: bool, docker: Docker, tmp_path: Path
) -> None:
    docker(
        {
            "node ls": "\n".join(f"{machine}\tReady Active" for machine in machines.split()),
            TASKS: "\n".join(
                task(f"town_requests.{number}", "Running 2 days ago", place)
                for number, place in enumerate(places.split())
            ),
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": f"town_requests 2/{len(places.split())}",
        }
    )

    bring_up.spread("town", ["requests"])

    asked = (tmp_path / ASKED).read_text("utf-8").splitlines()
    assert ("service update --force --detach --quiet town_requests" in asked) is moved


def test_a_machine_that_is_dead_or_drained_takes_no_tasks(docker: Docker) -> None:
    docker({"node ls": "one\tReady Active\ntwo\tDown Active\nthree\tReady Drain"})

    assert machines_active() == ["one"]
