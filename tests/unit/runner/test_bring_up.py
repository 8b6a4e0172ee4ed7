"""deploy/swarm/stack: the names of what it brings betray nothing, and where it stops it says why in a sentence."""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.swarm import bring_up
from deploy.swarm.bring_up import JobFailed, main, wait_for_job, wait_for_service
from deploy.swarm.engine import Stopped
from deploy.swarm.hashes import contents, keyed_by
from deploy.swarm.machines import machines_active
from deploy.swarm.networks import check_encrypted
from deploy.swarm.stack_file import ONCE, Tree

NO_IMAGE = 'machine3\u00a0: "No such image: parvis:2"'
BEFORE = {"Spec": {"TaskTemplate": {"image": "parvis:1"}, "Mode": {"Replicated": {}}}}
EVERYWHERE = {"Spec": {"Name": "parvis_proxy", "TaskTemplate": {"image": "haproxy:3"}, "Mode": {"Global": {}}}}
LACKING = bring_up.lacking
Docker = Callable[..., None]
UPDATING = {"State": "updating", "StartedAt": "2026-12-02T06:00:00Z"}
TWO_RUN = "Running 2 days ago\nRunning 1 second ago"
ASKED = "asked"
"""The file with each command that the program was given."""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """Makes a program `docker` that answers the commands which begin with these words, or fails with what it says of them; to all others it says
    nothing. It writes each down."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    def answers(said: dict[str, str], fails: dict[str, str] | None = None) -> None:
        cases: list[str] = []
        for number, (words, answer) in enumerate([*said.items(), *(fails or {}).items()]):
            kept = program.with_name(f"answer-{number}")
            kept.write_text(f"{answer}\n", "utf-8")
            cases.append(f'"{words}"*) cat {kept} {"" if words in said else ">&2; exit 1"} ;;')
        kept_calls = f'echo "$*" >>{tmp_path / ASKED}'
        program.write_text("\n".join(["#!/bin/sh", kept_calls, 'case "$*" in', *cases, "esac", ""]), "utf-8")
        program.chmod(0o755)

    return answers


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    for name, content in {"master_key": "key", "smtp_url": "smtp://town:summer@relay", "other_url": "smtp://"}.items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


# --- names


def named(secrets: Path, name: str) -> str:
    return keyed_by(str(secrets / "master_key"))(str(secrets / name))[""]


def test_the_name_of_a_secret_changes_with_its_content_alone(secrets: Path) -> None:
    first = named(secrets, "smtp_url")
    assert named(secrets, "smtp_url") == first
    assert named(secrets, "other_url") != first

    (secrets / "smtp_url").write_text("smtp://town:winter@relay", "utf-8")

    assert named(secrets, "smtp_url") != first


def test_no_password_can_be_tried_by_the_name_of_a_secret(secrets: Path) -> None:
    first, content = named(secrets, "smtp_url"), (secrets / "smtp_url").read_bytes()
    assert not hashlib.sha256(content).hexdigest().startswith(first)

    (secrets / "master_key").write_text("another", "utf-8")

    assert named(secrets, "smtp_url") != first


def test_each_file_of_a_folder_has_a_name_of_its_own(secrets: Path) -> None:
    found = keyed_by(str(secrets / "master_key"))(str(secrets))

    assert len(set(found.values())) == len({"master_key", "smtp_url", "other_url"} & set(found)) == 3


# --- where it stops


def test_a_stack_without_its_secrets_is_refused(
    tmp_path: Path, docker: Docker, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "secrets" / "master_key"
    docker({"compose --profile": json.dumps({"secrets": {"master_key": {"file": str(missing)}}})})

    assert main([]) == 1
    said = capsys.readouterr().err.replace("\u00a0", " ")
    assert said.startswith(
        f"stack : {missing} n’existe pas : remettez-le de votre sauvegarde. Pour un portail qui n’a jamais tourné : deploy/make-secrets ; "
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError, "secrets/key n’est pas lisible par ce compte : relancez sous celui qui l’a créé."),
        (OSError, "secrets/key n’a pas pu être lu : vérifiez ce que c’est, et le disque."),
    ],
)
def test_a_secret_that_cannot_be_read_is_refused_with_the_reason_in_french(
    monkeypatch: pytest.MonkeyPatch, error: type[OSError], sentence: str
) -> None:
    def refused(_: Path) -> bool:
        raise error

    monkeypatch.setattr(Path, "is_file", refused)
    with pytest.raises(Stopped) as stopped:
        contents("secrets/key")
    assert str(stopped.value).replace("\u00a0", " ") == sentence


def test_a_secret_that_is_empty_or_gone_is_refused_by_its_name(secrets: Path) -> None:
    hashes = keyed_by(str(secrets / "master_key"))
    (secrets / "smtp_url").write_bytes(b"")
    (secrets / "other_url").unlink()

    with pytest.raises(Stopped, match=rf"^{secrets}/smtp_url est vide.*relancez deploy/make-secrets\.$"):
        hashes(str(secrets / "smtp_url"))
    with pytest.raises(Stopped, match=rf"^{secrets}/other_url n’existe pas"):
        hashes(str(secrets / "other_url"))


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


def test_a_job_whose_image_a_machine_lacks_ends_the_run_with_what_swarm_says(docker: Docker) -> None:
    docker({"service ps --format": "Rejected 2 seconds ago", "service ps --no-trunc": NO_IMAGE})

    with pytest.raises(JobFailed, match=f"^parvis_migrate a échoué.\n{NO_IMAGE}$"):
        wait_for_job("parvis_migrate")


@pytest.mark.parametrize("ended", ["Orphaned 2 hours ago m1", "Shutdown 3 seconds ago m1", "Failed 2 seconds ago m1"])
def test_a_job_that_was_ended_is_not_waited_for_and_stays(docker: Docker, ended: str, tmp_path: Path) -> None:
    docker({"service ps --format": ended})

    with pytest.raises(JobFailed, match=r"^parvis_migrate a échoué"):
        wait_for_job("parvis_migrate")
    assert "service rm" not in (tmp_path / ASKED).read_text("utf-8")


def test_a_job_whose_machine_died_is_not_waited_for(docker: Docker) -> None:
    docker({"service ps --format": "Running 3 minutes ago m2", "node ls": "Ready m1\nDown m2\nUnknown m3"})

    with pytest.raises(JobFailed, match=r"^parvis_migrate tournait sur m2, qui ne répond plus\s: relancez\.$"):
        wait_for_job("parvis_migrate")


def test_a_job_that_completed_on_a_machine_that_died_since_is_done_and_removed(docker: Docker, tmp_path: Path) -> None:
    docker({"service ps --format": "Complete 3 minutes ago m2", "node ls": "Down m2"})

    wait_for_job("parvis_migrate")

    assert "service rm parvis_migrate" in (tmp_path / ASKED).read_text("utf-8").splitlines()


def test_a_machine_that_joined_anew_under_its_name_is_not_down(docker: Docker) -> None:
    docker({"node ls": "Down m2\nReady m2\nDown m3"})

    assert bring_up.machines_down() == {"m3"}


def test_a_service_whose_image_a_machine_lacks_is_not_waited_for_without_end(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_up, "FIRST_SECONDS", 0)
    docker(
        {
            "service inspect": json.dumps([BEFORE]),
            "service ls": "parvis_relay 1/2",
            "service ps --filter": "Running 1 second ago\nRejected 1 second ago",
            "service ps": f"{NO_IMAGE}\n{NO_IMAGE}",
        }
    )

    with pytest.raises(Stopped, match=rf"^parvis_relay n’est pas prêt après 0 s \(1 sur 2\)\.\n{NO_IMAGE}$"):
        wait_for_service("parvis_relay", None)


def test_an_update_whose_image_a_machine_lacks_is_said_to_have_gone_back(docker: Docker) -> None:
    now = {**BEFORE, "UpdateStatus": {"State": "rollback_completed"}}
    docker({"service inspect": json.dumps([now]), "service ps": NO_IMAGE})

    with pytest.raises(Stopped, match=f"celle d’avant est revenue.\n{NO_IMAGE}"):
        wait_for_service("parvis_relay", BEFORE)


@pytest.mark.parametrize(
    ("then", "ends"),
    [
        ({"State": "completed"}, None),
        ({"State": "rollback_completed"}, "celle d’avant est revenue"),
        (None, None),  # all had been replaced
    ],
)
def test_what_an_interrupted_run_was_replacing_is_waited_for(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, then: Tree | None, ends: str | None
) -> None:
    said = iter([UPDATING, None, {**UPDATING, "StartedAt": "2026-12-02T06:01:00Z"}, then])
    monkeypatch.setattr(bring_up, "inspected", lambda _: {**BEFORE, "UpdateStatus": next(said)})
    looks = SimpleNamespace(monotonic=iter(range(0, 100, 2)).__next__, sleep=lambda _: None)
    monkeypatch.setattr(bring_up, "time", looks)
    docker({"service ls": "parvis_relay 2/2", "service ps --filter": TWO_RUN})
    was = {**BEFORE, "UpdateStatus": UPDATING}

    with pytest.raises(Stopped, match=ends) if ends else nullcontext():
        wait_for_service("parvis_relay", was)
    assert [*said] == []


def test_a_member_that_was_scaled_to_nothing_and_changed_is_not_said_to_be_replaced(docker: Docker) -> None:
    was = {"Spec": {"TaskTemplate": {"image": "rabbitmq:4.0.1"}, "Mode": {"Replicated": {"Replicas": 0}}}}
    now = {"Spec": {"TaskTemplate": {"image": "rabbitmq:4.0.2"}, "Mode": {"Replicated": {"Replicas": 1}}}}
    docker(
        {
            "service inspect": json.dumps([now]),
            "service ls": "parvis_rabbitmq1 1/1",
            "service ps": "Running 1 second ago",
        }
    )

    wait_for_service("parvis_rabbitmq1", was)


def test_a_swarm_without_a_leader_is_not_taken_for_one_without_the_service(docker: Docker) -> None:
    docker({}, fails={"service inspect": "Error response from daemon: rpc error: The swarm does not have a leader."})
    with pytest.raises(Stopped, match="does not have a leader"):
        bring_up.inspected("parvis_relay")

    docker({}, fails={"service inspect": "[]\nError: no such service: parvis_relay"})
    assert bring_up.inspected("parvis_relay") is None


def test_a_proxy_whose_image_one_machine_lacks_keeps_nothing_else_waiting(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_up, "ELSEWHERE_SECONDS", -1)
    docker(
        {
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "parvis_proxy 3/4",
            "service ps --filter": "Running 2 days ago\nRejected 1 second ago",
            "service ps --format": "parvis_proxy.a Running 2 days ago\nparvis_proxy.b Rejected 1 second ago",
        }
    )

    wait_for_service("parvis_proxy", EVERYWHERE)


@pytest.mark.parametrize(
    ("running", "states"),
    [
        ("", "parvis_proxy.a Rejected 1 second ago"),
        ("Running 2 days ago", "parvis_proxy.a Running 2 days ago\nparvis_proxy.b Starting 1 second ago"),
        ("Running 2 days ago", "parvis_proxy.a Running 2 days ago\nparvis_proxy.a Rejected 3 days ago"),
    ],
)
def test_a_proxy_that_runs_nowhere_or_is_about_to_run_is_waited_for(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, running: str, states: str
) -> None:
    monkeypatch.setattr(bring_up, "ELSEWHERE_SECONDS", -1)
    monkeypatch.setattr(bring_up, "FIRST_SECONDS", 0)
    docker(
        {
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "parvis_proxy 3/4",
            "service ps --filter": running,
            "service ps --format": states,
        }
    )

    with pytest.raises(Stopped, match="n’est pas prêt après 0 s"):
        wait_for_service("parvis_proxy", None)


# --- what lacks at the end, and a check that fails while nothing of what it is about changed


JOB: Tree = {"deploy": {"restart_policy": ONCE}}
MADE: Tree = {"services": {"whole": JOB, "migrate": JOB, "requests": {"deploy": {}}}, "networks": {}}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is deployed, in its order, on an engine where the service of MADE runs."""
    done: list[str] = []
    for passed_over in ("check_engine", "clear_away"):
        monkeypatch.setattr(bring_up, passed_over, lambda *_: None)
    monkeypatch.setattr(bring_up, "differences", list)
    monkeypatch.setattr(bring_up, "crowded", lambda _services: [])
    monkeypatch.setattr(bring_up, "lacking", lambda *_: [])
    monkeypatch.setattr(bring_up, "services", lambda _name: {"town_requests"})
    monkeypatch.setattr(bring_up, "deploy", lambda _name, _made, names: done.extend(names))
    return done


def test_what_is_up_to_date_in_whole_is_said_and_ends_well(
    deployed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring_up.bring_up("town", MADE, [["whole"], ["migrate"], ["requests"]], {"whole": {"one"}})
    assert deployed == ["whole", "migrate", "requests"]
    assert capsys.readouterr() == ("Le portail est à jour.\n", "")


# Of two, as many as are wanted at this moment, before Swarm tries again; none of one.
@pytest.mark.parametrize(("running", "where"), [(1, " partout"), (0, "")])
def test_a_service_that_a_machine_does_not_run_is_said_at_the_end(
    running: int,
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
            "service ps --format": "town_requests.1 Running 2 days ago\ntown_requests.2 Rejected 1 second ago",
        }
    )
    monkeypatch.setattr(bring_up, "replicas", lambda _service: (running, 1))

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


def test_a_service_that_is_taken_away_meanwhile_ends_the_run(docker: Docker) -> None:
    docker({"service ls": "town_requests-2 1/2 (max 1 per node)"})

    with pytest.raises(Stopped, match="town_requests n’est plus là"):
        bring_up.replicas("town_requests")


def test_the_tasks_of_a_machine_that_died_are_not_waited_for(docker: Docker) -> None:
    """Swarm lists them as running for as long as the machine is away, and no longer wants them to."""
    docker(
        {
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "parvis_proxy 3/2",
            "service ps --filter desired-state=running --format {{.CurrentState}} parvis_proxy": TWO_RUN,
        }
    )

    wait_for_service("parvis_proxy", EVERYWHERE)


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
            "service ps --filter desired-state=running --format {{.Node}}": "\n".join(places.split()),
            "service ps --filter desired-state=running --format {{.CurrentState}}": TWO_RUN,
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "town_requests 2/2",
        }
    )

    bring_up.spread("town", ["requests"])

    asked = (tmp_path / ASKED).read_text("utf-8").splitlines()
    assert ("service update --force --detach --quiet town_requests" in asked) is moved


def test_a_machine_that_is_dead_or_drained_takes_no_tasks(docker: Docker) -> None:
    docker({"node ls": "one\tReady Active\ntwo\tDown Active\nthree\tReady Drain"})

    assert machines_active() == ["one"]


def test_what_is_not_to_be_waited_for_is_given_to_the_engine_all_the_same(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(bring_up, "wait_for_service", lambda service, _was: waited.append(service))
    service: Tree = {"deploy": {}, "configs": [], "secrets": [], "networks": {}, "volumes": []}
    made: Tree = {"services": {"one": service}, **{kind: {} for kind in ("configs", "secrets", "networks", "volumes")}}
    docker({"stack deploy": "", "service inspect": "[]"})

    bring_up.deploy("town", made, ["one"], waits=False)
    assert waited == []
    bring_up.deploy("town", made, ["one"])
    assert waited == ["town_one"]
