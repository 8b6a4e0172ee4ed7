"""The town hall's team, asked for and changed: what pages and API share."""

import uuid
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from gateway.clients import CommandId
from gateway.conversation import clients
from gateway.town import town_book
from services.accounts.schemas.team import ChangeMember, Invited, InviteMember
from services.chassis.errors import Invalid

OF_THE_SERVICE = "agent."


class DepartmentUnknown(Invalid):
    code = "department_unknown"
    message = "Ce service n’existe pas."


def departments() -> dict[str, str]:
    """The town's departments: slug and name, in the town's order."""
    return {entry.slug: entry.name for entry in town_book().town().departments}


def invite(
    *,
    username: str,
    email: str,
    function: str,
    role: str,
    departments: list[str],
    permissions: list[str] | None,
    command_id: CommandId,
) -> Invited:
    """Raises Invalid with each fault under the name of its field."""
    _must_be_known(departments)
    with _plain_fields():
        asked = InviteMember(
            username=username,
            email=email,
            function=function,
            role=role,
            departments=tuple(departments),
            permissions=None if permissions is None else tuple(permissions),
        )
        return clients().send(asked, command_id=command_id)


def change(
    agent_id: uuid.UUID,
    *,
    seen: str,
    email: str,
    function: str,
    role: str,
    departments: list[str],
    permissions: list[str],
    command_id: CommandId,
) -> None:
    """Raises Invalid as `invite`, Conflict where another change came first or no administrator would be left."""
    _must_be_known(departments)
    with _plain_fields():
        asked = ChangeMember(
            agent_id=agent_id,
            seen=seen,
            email=email,
            function=function,
            role=role,
            departments=tuple(departments),
            permissions=tuple(permissions),
        )
        clients().send(asked, command_id=command_id)


def _must_be_known(slugs: Iterable[str]) -> None:
    if not set(slugs) <= set(departments()):
        raise DepartmentUnknown(fields={"departments": "Choisissez parmi les services de la commune."})


@contextmanager
def _plain_fields() -> Generator[None]:
    """Faults as accounts names them (`agent.role`) under the names that pages and API give the fields (`role`)."""
    try:
        yield
    except Invalid as refusal:
        refusal.fields = {name.removeprefix(OF_THE_SERVICE): said for name, said in refusal.fields.items()}
        raise
