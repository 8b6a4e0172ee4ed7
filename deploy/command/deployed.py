"""What to type: `./parvis` on this machine; beside a deployment, the container of tools or Compose itself."""

import os

COMMAND, TOOLS = "./parvis", "docker compose run --rm tools"
OF_COMPOSE = {
    "up": "docker compose up -d --wait",
    "down": "docker compose stop",
    "status": "docker compose ps",
    "logs": "docker compose logs",
    "psql": "docker compose exec postgres psql -U parvis -d",
}
"""The commands that a container cannot do for the deployment around it, and what does."""


def is_deployed() -> bool:
    """Whether this runs in the container of tools, whose settings are the environment's."""
    return os.environ.get("PARVIS_SETTINGS") == "environment"


def typed(words: str = "") -> str:
    """The command line for these words, wherever this runs."""
    if not is_deployed():
        return f"{COMMAND} {words}".rstrip()
    name, _, rest = words.partition(" ")
    return f"{OF_COMPOSE.get(name, f'{TOOLS} {name}')} {rest}".rstrip()


def left_to_compose(command: str, service: str | None) -> str | None:
    """Who does what this container cannot, in one sentence; None for a command that works here."""
    if not is_deployed() or command not in OF_COMPOSE:
        return None
    elsewhere = " ; pour un PostgreSQL de la mairie, psql sur ce serveur-là" if command == "psql" else ""
    return f"« {command} » est ici l’affaire de Compose : {typed(command)} {service or ''}".rstrip() + f"{elsewhere}."
