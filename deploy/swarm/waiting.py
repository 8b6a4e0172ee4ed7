"""Until what the engine was asked for is there: a job is done, a service serves."""

import time
from collections.abc import Collection
from typing import NamedTuple

from deploy.swarm.engine import ENDED, NO_SUCH, Stopped, docker, errors, inspected, logged, tasks
from deploy.swarm.machines import machines_down
from deploy.swarm.stack_file import Tree

POLL_SECONDS = 0.5
FIRST_SECONDS = 300  # until a service that was not there serves
ELSEWHERE_SECONDS = 20  # for a machine that refuses its own task of a service, while others serve
UPDATE_SECONDS = 1800  # until all its tasks are replaced, one after the other
JOB_SECONDS = 1800
GOING_ON = ("updating", "rollback_started")
GOES_ON_SECONDS = 5  # until an engine that was given the same again says whether it has anything left to replace
ROLLED_BACK = ("rollback_completed", "rollback_paused")
NONE_WANTED = {"Replicated": {"Replicas": 0}}


class JobFailed(Stopped):
    """It ran and did not end well, or not in time."""


class Count(NamedTuple):
    """Of the tasks of a service. `refused`: one cannot be taken where it is to run, as by a machine that lacks the image. Swarm asks again and
    again, and between two times it does not count that task as wanted."""

    running: int
    wanted: int
    refused: bool


def wait_for_job(service: str) -> None:
    """One that ended well is removed; one that failed stays, for its log. Swarm counts a job as running for a day after its machine died, and
    does not run it elsewhere."""
    deadline = time.monotonic() + JOB_SECONDS
    while True:
        tasks = docker("service", "ps", "--format", "{{.CurrentState}} {{.Node}}", service).splitlines()
        if any(task.startswith("Complete") for task in tasks):
            docker("service", "rm", service, allowed=NO_SUCH)
            return
        going_on = [task for task in tasks if not task.startswith(ENDED)]
        if tasks and not going_on:
            raise JobFailed(f"{service} a échoué.\n{logged(service) or errors(service)}")
        if dead := {task.rpartition(" ")[2] for task in going_on} & machines_down():
            raise JobFailed(f"{service} tournait sur {', '.join(sorted(dead))}, qui ne répond plus : relancez.")
        if time.monotonic() > deadline:
            raise JobFailed(f"{service} n’est pas fini après {JOB_SECONDS} s.\n{errors(service)}")
        time.sleep(POLL_SECONDS)


def wait_for_service(service: str, was: Tree | None) -> None:
    """`was`: the service before. Where its tasks are made from something else now, or a run before this one was ended in the middle, Swarm
    replaces them, and undoes that by itself where the new ones do not get ready; where it had none, it says nothing of that. A machine that
    cannot take its own task is waited for no longer than it keeps the others."""
    begun, before = time.monotonic(), update(was or {})
    had = was["Spec"]["TaskTemplate"] if was and was["Spec"].get("Mode") != NONE_WANTED else None
    while True:
        now = inspected(service)
        if now is None:
            raise Stopped(f"{service} n’est plus là.")
        replaces = had is not None and had != now["Spec"]["TaskTemplate"]
        waited = time.monotonic() - begun
        state = replacement(before, update(now))
        goes_on = before.get("State") in GOING_ON and waited < GOES_ON_SECONDS
        if state in ROLLED_BACK:
            raise Stopped(
                f"{service} : la nouvelle version n’est pas devenue prête, celle d’avant est revenue.\n{errors(service)}"
            )
        if state == "paused":
            raise Stopped(f"{service} : la nouvelle version ne tourne pas.\n{errors(service)}")
        running, wanted, refused = counts([service])[service]
        changes = replaces or goes_on or bool(state)
        if running == wanted and (state == "completed" or not changes):
            return
        elsewhere = "Global" in now["Spec"]["Mode"] and running and not changes
        if elsewhere and waited > ELSEWHERE_SECONDS and refused:
            return
        seconds = UPDATE_SECONDS if changes else FIRST_SECONDS
        if waited > seconds:
            raise Stopped(f"{service} n’est pas prêt après {seconds} s ({running} sur {wanted}).\n{errors(service)}")
        time.sleep(POLL_SECONDS)


def replacement(before: Tree, now: Tree) -> str:
    """How far Swarm is with that of the tasks; "" where it was over before this run. Both as `update` gives them."""
    state: str = now.get("State", "")
    return state if now != before or state in GOING_ON else ""


def start_anew(service: str) -> None:
    """All its tasks, one after the other; returns once they serve."""
    was = inspected(service)
    docker("service", "update", "--force", "--detach", "--quiet", service)
    wait_for_service(service, was)


def update(service: Tree) -> Tree:
    """How far the replacement of its tasks is, and since when."""
    return service.get("UpdateStatus") or {}


def counts(services: Collection[str]) -> dict[str, Count]:
    """Of each of these services. In the list of services the tasks of a dead machine count as if they ran."""
    lines = docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}").splitlines() if services else []
    listed = dict(line.split()[:2] for line in lines)
    for service in services:
        if service not in listed:
            raise Stopped(f"{service} n’est plus là.")
    found: dict[str, Count] = {}
    for service, each in tasks(services).items():
        run = {task.name for task in each if task.state.startswith("Running")}
        refused = any(task.state.startswith("Rejected") and task.name not in run for task in each)
        wanted = int(listed[service].partition("/")[2])
        found[service] = Count(sum(task.runs for task in each), wanted, refused)
    return found
