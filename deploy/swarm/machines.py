"""What the machines of a swarm are, and in what they differ although they should not: that is said, and the portal goes on."""

from collections import Counter
from collections.abc import Collection, Iterator

from deploy.swarm.engine import docker, tasks


def differences() -> list[str]:
    """A sentence for each."""
    lines = docker("node", "ls", "--format", "{{.Hostname}}\t{{.EngineVersion}}").splitlines()
    found = [(name, version) for name, version in (line.split("\t") for line in lines)]
    versions = sorted({version for _, version in found if version})
    said: list[str] = []
    if len(versions) > 1:
        where = " ; ".join(
            f"{version} sur {', '.join(sorted(a for a, b in found if b == version))}" for version in versions
        )
        said.append(f"Toutes les machines n’ont pas la même version de Docker : {where}. Donnez-leur la même.")
    for name, count in sorted(Counter(name for name, _ in found).items()):
        if count > 1:
            said.append(
                f"{count} machines se nomment {name} (docker node ls) : donnez à l’une un autre nom (hostnamectl set-hostname), ou retirez "
                "celle qui n’est plus là (docker node rm). D’ici là, les commandes demandent leur identifiant."
            )
    return said


def machines_down() -> set[str]:
    """By name. One that joined anew under its name is not down, although its entry from before is."""
    said = docker("node", "ls", "--format", "{{.Status}} {{.Hostname}}").splitlines()
    known = [(state == "Down", machine) for state, _, machine in (line.partition(" ") for line in said)]
    return {machine for down, machine in known if down} - {machine for down, machine in known if not down}


def machines_active() -> list[str]:
    """Those that take tasks."""
    said = docker("node", "ls", "--format", "{{.Hostname}}\t{{.Status}} {{.Availability}}").splitlines()
    return [name for name, _, state in (line.partition("\t") for line in said) if state == "Ready Active"]


def crowded(services: Collection[str]) -> Iterator[str]:
    """Those with several tasks, all on one machine, which would take them away by its death; none where there are no three to choose from."""
    if len(machines_active()) > 2:
        for service, found in tasks(services).items():
            nodes = [task.node for task in found if task.desired == "Running"]
            if len(nodes) > 1 == len(set(nodes)):
                yield service
