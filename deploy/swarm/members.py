"""The members of the clusters, and the machines that they are for: each is on one, where its volumes are."""

import sys

from deploy.swarm.engine import Stopped, docker
from deploy.swarm.networks import OF_STACK
from deploy.swarm.stack_file import Tree, is_member

SERVING = ("Ready Active", "Ready Pause")
"""States of a machine whose containers run."""


def check_labels(made: Tree) -> None:
    """Each machine that a member is for is there, once."""
    named = machines_of(made, "{{.Hostname}}")
    for member, label in labels(made):
        found = named[label]
        if not found:
            raise Stopped(
                f"{member} : aucune machine n’a l’étiquette {label} : docker node update --label-add {label} MACHINE"
            )
        if len(found) > 1:
            raise Stopped(f"{member} : {len(found)} machines ont l’étiquette {label} : {', '.join(sorted(found))}.")


def members_away(name: str, made: Tree) -> set[str]:
    """Those whose machine is dead, out of reach or drained, which it says: they would be waited for in vain."""
    there, in_state = services(name), machines_of(made, "{{.Status}} {{.Availability}}")
    away = {
        member for member, label in labels(made) if f"{name}_{member}" in there and not {*SERVING} & {*in_state[label]}
    }
    if away:
        print(
            f"Membres dont la machine manque (docker node ls) : {', '.join(sorted(away))}. On ne les attend pas : ils auront leur nouvelle "
            "version quand elle reviendra.",
            file=sys.stderr,
        )
    return away


def labels(made: Tree) -> list[tuple[str, str]]:
    """Each member, and what the machine that it is for bears."""
    return [
        (member, constraint.removeprefix("node.labels.").replace(" == ", "="))
        for member, service in made["services"].items()
        if is_member(service)
        for constraint in service["deploy"]["placement"]["constraints"]
    ]


def machines_of(made: Tree, form: str) -> dict[str, list[str]]:
    """What is said of the machines that bear each label that a member is for."""
    return {
        label: docker("node", "ls", "--filter", f"node.label={label}", "--format", form).splitlines()
        for label in {label for _, label in labels(made)}
    }


def services(name: str) -> set[str]:
    return set(docker("service", "ls", "--filter", f"label={OF_STACK}={name}", "--format", "{{.Name}}").split())
