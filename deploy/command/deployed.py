"""What to type: `./parvis` on this machine; beside a deployment, the container of tools or what keeps the others running."""

import os
from typing import NamedTuple


class Engine(NamedTuple):
    """What keeps the containers of a deployment running. `tools`: how a command is begun there. `others`: what is typed in the place of a
    command that a container cannot do for those around it, {} for a service's name; `unnamed`: for that of one which is not said."""

    name: str
    tools: str
    others: dict[str, str]
    unnamed: str = ""


COMMAND = "./parvis"
COMPOSE = Engine(
    "Compose",
    "docker compose run --rm tools",
    {
        "up": "docker compose up -d --wait {}",
        "down": "docker compose stop {}",
        "status": "docker compose ps {}",
        "logs": "docker compose logs {}",
        "psql": "docker compose exec postgres psql -U parvis -d {}",
    },
)
SWARM = Engine(
    "Swarm",
    "deploy/swarm/parvis",
    {
        "up": "deploy/swarm/stack",
        "down": "docker stack rm parvis (les données restent, deploy/swarm/stack le remet en marche)",
        "status": "docker service ls",
        "logs": "docker service logs parvis_{}",
        "psql": "docs/clustering.md, « PostgreSQL sur trois machines »",
    },
    unnamed="NOM",
)


def is_deployed() -> bool:
    """Whether this runs in the container of tools, whose settings are the environment's."""
    return os.environ.get("PARVIS_SETTINGS") == "environment"


def engine() -> Engine:
    """Of the deployment around this container; that of a stack is said by stack_file.py."""
    return SWARM if os.environ.get("PARVIS_ENGINE") == "swarm" else COMPOSE


def typed(words: str = "") -> str:
    """The command line for these words, wherever this runs."""
    if not is_deployed():
        return f"{COMMAND} {words}".rstrip()
    around, (name, _, rest) = engine(), words.partition(" ")
    if name in around.others:
        return around.others[name].format(rest or around.unnamed).rstrip()
    return f"{around.tools} {words}".rstrip()


def left_to_engine(command: str, service: str | None) -> str | None:
    """Who does what this container cannot, in one sentence; None for a command that works here."""
    around = engine()
    if not is_deployed() or command not in around.others:
        return None
    elsewhere = " ; pour un PostgreSQL de la mairie, psql sur ce serveur-là" if command == "psql" else ""
    there = typed(f"{command} {service or ''}".rstrip())
    return f"« {command} » est ici l’affaire de {around.name} : {there}{elsewhere}."
