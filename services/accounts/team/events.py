"""What administrators do with agents."""

from services.chassis.event_store.events import Event


class AgentAdded(Event):
    """An agent's account was made by an administrator, an operator's command or the town's files, with what the agent may do.

    `by`, here as in the other facts of agents: the id of the administrator, or the name of the process; "" in older facts.
    """

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    by: str = ""


class AgentChanged(Event):
    """An agent's account was changed by an administrator, an operator's command or the town's files; what the agent may do
    from now on."""

    role: str
    departments: tuple[str, ...]
    permissions: tuple[str, ...]
    changed: tuple[
        str, ...
    ]  # the fields that differ from before, also those whose values are not here: "email", "function"
    by: str = ""


class AgentDisabled(Event):
    """The administration shut an agent out: no log-in is accepted any more, and the agent's sessions are over."""

    by: str = ""


class AgentEnabled(Event):
    """The administration lets an agent who was shut out log in again, with the same password and second factor."""

    by: str = ""


class SecondFactorEnded(Event):
    """An administrator ended an agent's second factor and recovery codes, and the sessions: no log-in is accepted until the
    agent has taken a new factor by the mailed link. The password stays."""

    by: str = ""
