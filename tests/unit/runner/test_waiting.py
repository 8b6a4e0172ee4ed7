"""What `deploy/swarm/stack` waits for, for how long, and what it says where that is in vain."""

import json
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.swarm import bring_up, waiting
from deploy.swarm.engine import Stopped, inspected
from deploy.swarm.machines import machines_down
from deploy.swarm.stack_file import Tree
from deploy.swarm.waiting import JobFailed, wait_for_job, wait_for_service
from tests.unit.runner.conftest import ASKED, EVERYWHERE, NO_IMAGE, TASKS, Docker, task

BEFORE = {"Spec": {"TaskTemplate": {"image": "parvis:1"}, "Mode": {"Replicated": {}}}}
UPDATING = {"State": "updating", "StartedAt": "2026-12-02T06:00:00Z"}


def two_run(service: str) -> str:
    return "\n".join(task(f"{service}.{number}", "Running 2 days ago") for number in (1, 2))


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

    assert machines_down() == {"m3"}


def test_a_service_whose_image_a_machine_lacks_is_not_waited_for_without_end(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FIRST_SECONDS", 0)
    docker(
        {
            "service inspect": json.dumps([BEFORE]),
            "service ls": "parvis_relay 1/2",
            TASKS: f"{task('parvis_relay.1', 'Running 1 second ago')}\n{task('parvis_relay.2', 'Rejected 1 second ago')}",
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
    monkeypatch.setattr(waiting, "inspected", lambda _: {**BEFORE, "UpdateStatus": next(said)})
    looks = SimpleNamespace(monotonic=iter(range(0, 100, 2)).__next__, sleep=lambda _: None)
    monkeypatch.setattr(waiting, "time", looks)
    docker({"service ls": "parvis_relay 2/2", TASKS: two_run("parvis_relay")})
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
            TASKS: task("parvis_rabbitmq1.1", "Running 1 second ago"),
        }
    )

    wait_for_service("parvis_rabbitmq1", was)


def test_a_swarm_without_a_leader_is_not_taken_for_one_without_the_service(docker: Docker) -> None:
    docker({}, fails={"service inspect": "Error response from daemon: rpc error: The swarm does not have a leader."})
    with pytest.raises(Stopped, match="does not have a leader"):
        inspected("parvis_relay")

    docker({}, fails={"service inspect": "[]\nError: no such service: parvis_relay"})
    assert inspected("parvis_relay") is None


def test_a_proxy_whose_image_one_machine_lacks_keeps_nothing_else_waiting(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "ELSEWHERE_SECONDS", -1)
    docker(
        {
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "parvis_proxy 3/4",
            TASKS: f"{task('parvis_proxy.a', 'Running 2 days ago')}\n{task('parvis_proxy.b', 'Rejected 1 second ago')}",
        }
    )

    wait_for_service("parvis_proxy", EVERYWHERE)


@pytest.mark.parametrize(
    "tasks",
    [
        [task("parvis_proxy.a", "Rejected 1 second ago")],
        [task("parvis_proxy.a", "Running 2 days ago"), task("parvis_proxy.b", "Starting 1 second ago")],
        [
            task("parvis_proxy.a", "Running 2 days ago"),
            task("parvis_proxy.a", "Rejected 3 days ago", desired="Shutdown"),
        ],
    ],
)
def test_a_proxy_that_runs_nowhere_or_is_about_to_run_is_waited_for(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, tasks: list[str]
) -> None:
    monkeypatch.setattr(waiting, "ELSEWHERE_SECONDS", -1)
    monkeypatch.setattr(waiting, "FIRST_SECONDS", 0)
    docker(
        {
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "parvis_proxy 3/4",
            TASKS: "\n".join(tasks),
        }
    )

    with pytest.raises(Stopped, match="n’est pas prêt après 0 s"):
        wait_for_service("parvis_proxy", None)


def test_a_service_that_is_taken_away_meanwhile_ends_the_run(docker: Docker) -> None:
    docker({"service ls": "town_requests-2 1/2 (max 1 per node)"})

    with pytest.raises(Stopped, match="town_requests n’est plus là"):
        waiting.counts(["town_requests"])


def test_the_tasks_of_a_machine_that_died_are_not_waited_for(docker: Docker) -> None:
    """Swarm lists them as running for as long as the machine is away, and no longer wants them to."""
    docker(
        {
            "service inspect": json.dumps([EVERYWHERE]),
            "service ls": "parvis_proxy 3/2",
            TASKS: f"{two_run('parvis_proxy')}\n{task('parvis_proxy.3', 'Running 3 days ago', desired='Shutdown')}",
        }
    )

    wait_for_service("parvis_proxy", EVERYWHERE)


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
