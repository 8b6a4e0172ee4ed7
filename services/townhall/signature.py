"""How an agent signs: one rule for the history of a request and for its exchanges. Pure."""


def signed(agent: str | None, department: str, *, outside: bool) -> str:
    """To the person outside, the department; among agents, the function of the agent, or the department where none is known."""
    return department if outside else agent or department
