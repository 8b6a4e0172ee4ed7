"""Whether the networks of a stack are as they should be: one that exists stays as it was made, whatever a stack says of it."""

from deploy.swarm.engine import Stopped, docker
from deploy.swarm.stack_file import ENCRYPTED, Tree

OF_STACK = "com.docker.stack.namespace"
"""The label of all that belongs to a stack."""


def check_encrypted(name: str, made: Tree) -> None:
    """Each of its networks that is there is encrypted where it should be. Raises Stopped."""
    encrypted = {f"{name}_{one}" for one, made_of in made["networks"].items() if "driver_opts" in made_of}
    if not encrypted:
        return
    there = docker("network", "ls", "--filter", f"label={OF_STACK}={name}", "--format", "{{.Name}}").split()
    for network in sorted(encrypted & {*there}):
        if ENCRYPTED not in docker("network", "inspect", "--format", "{{json .Options}}", network):
            raise Stopped(
                f"{network} a été fait sans chiffrement, et un réseau ne change plus : arrêtez tout par « docker stack rm {name} » (les données "
                "restent), attendez que « docker network ls » ne le montre plus, puis relancez."
            )
