"""Departments that handle requests and where no agent may answer a demand for erasure at once."""

from collections.abc import Iterable, Iterator

from deploy.command.deployed import typed
from deploy.operator.calls import KEEPER
from services.accounts.schemas.agents import AgentShown, AgentState, ListAgents
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import RpcClient, ServiceFailed, send

RIGHT = "handle_data_rights"
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


def warnings(rpc: RpcClient, handling: Iterable[str] = ()) -> Iterator[str]:
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
