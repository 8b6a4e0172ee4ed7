"""Departments where no agent has a right that their requests need: to answer a demand for erasure at once, to open the files of
confidential procedures."""

from collections.abc import Iterable, Iterator

from deploy.command.deployed import typed
from deploy.operator.calls import KEEPER
from services.accounts.schemas.agents import AgentShown, AgentState, ListAgents
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import RpcClient, ServiceFailed, send

RIGHT = "handle_data_rights"
CONFIDENTIAL = "handle_confidential"
HANDLES = "change_status"
WORKING = (AgentState.ACTIVE, AgentState.INVITED)
SECONDS = 5.0


def departments_without(agents: Iterable[AgentShown], handling: Iterable[str] = ()) -> list[str]:
    """Slugs in order. `handling`: departments of procedures, beside those where an
    agent decides on requests."""
    working = [agent for agent in agents if agent.state in WORKING]

    def having(right: str) -> set[str]:
        return {slug for agent in working if right in agent.permissions for slug in agent.departments}

    return sorted((having(HANDLES) | set(handling)) - having(RIGHT))


def departments_locked(agents: Iterable[AgentShown], confidential: Iterable[str]) -> list[str]:
    """Slugs in order. `confidential`: departments of procedures whose files no working agent of theirs may open."""
    opened = {
        slug
        for agent in agents
        if agent.state in WORKING and {"read_requests", CONFIDENTIAL} <= set(agent.permissions)
        for slug in agent.departments
    }
    return sorted(set(confidential) - opened)


def warnings(rpc: RpcClient, handling: Iterable[str] = (), confidential: Iterable[str] = ()) -> Iterator[str]:
    """A line where there are such departments; none where accounts does not answer: nothing else depends on it."""
    try:
        agents = send(rpc, ListAgents(), actor=KEEPER, timeout=SECONDS).agents
    except (Refusal, Unavailable, ServiceFailed):
        return
    if lacking := departments_without(agents, handling):
        give = typed(f"agent rights NOM --add {RIGHT}")
        yield (
            f"Sans agent qui ait le droit {RIGHT} : {', '.join(lacking)}. Qui y demande l’effacement de ses données n’a de réponse que "
            f"dans les quatorze derniers jours du délai, par qui décide des demandes ; {give} donne ce droit."
        )
    if locked := departments_locked(agents, confidential):
        give = typed(f"agent rights NOM --add {CONFIDENTIAL}")
        yield (
            f"Sans agent qui ait le droit {CONFIDENTIAL} : {', '.join(locked)}. Les demandes de leurs démarches confidentielles ne sont "
            f"ouvertes à personne ; {give} donne ce droit."
        )
