"""Whether each machine knows the services by their names. When a machine is back, its engine or the others' may have forgotten some for good
(moby/moby#47728): the containers run, `docker service ps` shows nothing, and those who need them cannot reach them."""

import json
import os
import sys
import time
from collections.abc import Collection, Iterable

from deploy.swarm.engine import ENDED, NO_SUCH, Stopped, docker, logged, tasks
from deploy.swarm.machines import machines_active, machines_down
from deploy.swarm.members import services
from deploy.swarm.networks import OF_STACK
from deploy.swarm.stack_file import TOOLS, Tree, is_job, is_member
from deploy.swarm.waiting import start_anew

LOOK_UP_SECONDS = 180
"""Longer than a name is asked for (deploy/image/names.py)."""
POLL_SECONDS = 0.5
CONTAINED = ("--cap-drop", "ALL", "--read-only", "--user", "nobody", "--limit-memory", "64m", "--limit-pids", "32")
QUICKLY = ("--env", "RES_OPTIONS=timeout:1 attempts:2")
HARDLY_ANY = 0.5
"""A machine that does not know more than this part of the names does not reach the others at all."""

Names = dict[str, set[str]]
"""Services, or machines, each with machines, or names."""


class Answers:
    """What the machines said of some services. `unknown`: of each service, the machines that do not know it; one of two containers that is unknown
    is not seen, nor is an address of before. `apart`: machines that know hardly any. `silent`: those that did not say, as one that lacks the image."""

    def __init__(
        self, asked: dict[str, str], said: Iterable[str], machines: Collection[str], done: Collection[str]
    ) -> None:
        by_machine: Names = {}
        for machine, _, name in (line.partition(" ") for line in said):
            if name in asked:
                by_machine.setdefault(machine, set()).add(name)
        self.apart = {machine for machine, names in by_machine.items() if len(names) > len(asked) * HARDLY_ANY}
        self.silent = {*machines} - {*done}
        self.unknown: Names = {}
        for machine, names in by_machine.items():
            for name in names:
                self.unknown.setdefault(asked[name], set()).add(machine)


def make_known(name: str, made: Tree, away: Collection[str]) -> bool:
    """Starts anew what a machine no longer knows by its name, which makes it known again: of members one, for the others are to be there. False
    where something was unknown: a next run sees whether it is known then."""
    lasting = {f"{name}_{one}" for one, service in made["services"].items() if one not in away and not is_job(service)}
    before = {one: ran for one, ran in running(sorted(lasting & services(name))).items() if ran}
    if not before:
        return True
    try:
        found = look_up(name, made["services"][TOOLS]["image"], before)
    except Stopped as why:
        print(f"Les machines n’ont pas pu dire si elles connaissent les services par leur nom : {why}", file=sys.stderr)
        return False
    for machine in sorted(found.silent):
        print(f"{machine} n’a pas dit si elle connaît les services par leur nom : a-t-elle l’image ?", file=sys.stderr)
    for machine in sorted(found.apart):
        print(
            f"{machine} ne connaît presque aucun service par son nom : ouvrez-lui les ports 7946 (TCP et UDP) et 4789 (UDP) des autres machines, et "
            "les siens aux autres. Rien n’est relancé pour cela.",
            file=sys.stderr,
        )
    if found.apart:
        return False
    down, one_member = machines_down(), False
    for service, machines in sorted(found.unknown.items(), key=lambda it: (_is_member(made, name, it[0]), it[0])):
        said = f"{service} : son nom est inconnu sur {', '.join(sorted(machines))}"
        if running([service])[service] != before[service] or {node for _, node in before[service]} & down:
            continue  # it was started anew meanwhile, or its machine has just died
        if _is_member(made, name, service) and one_member:
            print(f"{said}, on le relancera la prochaine fois", file=sys.stderr)
            continue
        one_member = one_member or _is_member(made, name, service)
        print(f"{said}, on le relance", file=sys.stderr)
        try:
            start_anew(service)
        except Stopped as why:
            print(why, file=sys.stderr)
    return not found.unknown


def _is_member(made: Tree, name: str, service: str) -> bool:
    return is_member(made["services"][service.removeprefix(f"{name}_")])


def look_up(stack: str, image: str, names: Collection[str]) -> Answers:
    """Asks every machine for each of these services, all of which run, on each network that the service is on. Takes some seconds, and minutes
    where something stays unknown. Raises Stopped where the engine refuses to ask."""
    of_networks = docker("network", "ls", "--no-trunc", "--format", "{{.ID}}\t{{.Name}}").splitlines()
    named = dict(line.split("\t") for line in of_networks)
    on = {one: [network for network in networks if network in named] for one, networks in _networks(names).items()}
    asked = {f"{one.removeprefix(f'{stack}_')}.{named[network]}": one for one, each in on.items() for network in each}
    service = f"{stack}_names_{os.getpid()}"
    try:
        docker(
            *("service", "create", "--detach", "--quiet", "--with-registry-auth", "--no-resolve-image"),
            *("--name", service, "--label", f"{OF_STACK}={stack}", "--mode", "global", "--restart-condition", "none"),
            *("--endpoint-mode", "dnsrr", "--log-driver", "json-file", *CONTAINED, *QUICKLY),
            *(word for network in sorted(set().union(*on.values())) for word in ("--network", network)),
            *("--hostname", "{{.Node.Hostname}}", "--entrypoint", "python"),
            *(image, "-I", "-S", "deploy/image/names.py", *sorted(asked)),
        )
        done = _done(service)
        return Answers(asked, logged(service, len(asked)).splitlines(), machines_active(), done)
    finally:
        docker("service", "rm", service, allowed=NO_SUCH)


def running(services: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Of each service, the id and the machine of each task that runs."""
    return {one: {(task.id, task.node) for task in found if task.runs} for one, found in tasks(services).items()}


def _networks(services: Collection[str]) -> dict[str, list[str]]:
    """Of each service as it is, by their ids."""
    form = '{"name": {{json .Spec.Name}}, "networks": {{json .Spec.TaskTemplate.Networks}}}'
    listed = docker("service", "inspect", "--format", form, *services, allowed=NO_SUCH).splitlines()
    found = [json.loads(line) for line in listed]
    return {one["name"]: [network["Target"] for network in one["networks"] or []] for one in found}


def _done(service: str) -> set[str]:
    """The machines where it ended well; returns once it has ended on each that takes tasks, or after LOOK_UP_SECONDS."""
    deadline = time.monotonic() + LOOK_UP_SECONDS
    while True:
        listed = docker("service", "ps", "--format", "{{.Node}}\t{{.CurrentState}}", service).splitlines()
        states = dict(line.split("\t") for line in listed)
        done = {node for node, state in states.items() if state.startswith("Complete")}
        ended = done | {node for node, state in states.items() if state.startswith(ENDED)}
        if ended >= {*machines_active()} or time.monotonic() > deadline:
            return done
        time.sleep(POLL_SECONDS)
