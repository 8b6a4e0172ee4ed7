"""The town hall's team, asked for and changed: what pages and API share."""

from collections.abc import Collection
from typing import TypeVar

from gateway.clients import CommandId
from gateway.conversation import clients
from gateway.town import town_book
from services.chassis.contracts import RemoteCall
from services.chassis.errors import Invalid

A = TypeVar("A")
OF_THE_SERVICE = "agent."


class DepartmentUnknown(Invalid):
    message = "Ce service n’existe pas."


def departments() -> dict[str, str]:
    """The town's departments: slug and name, in the town's order."""
    return {entry.slug: entry.name for entry in town_book().town().departments}


def send(asked: RemoteCall[A], chosen: Collection[str], command_id: CommandId) -> A:
    """The invitation or change of a member; `chosen`: the departments in it.

    Raises Invalid with each fault under the name of its field, Conflict where another change came first or no administrator
    would be left.
    """
    if not set(chosen) <= set(departments()):
        raise DepartmentUnknown(fields={"departments": "Choisissez parmi les services de la commune."})
    try:
        return clients().send(asked, command_id=command_id)
    except Invalid as refusal:  # accounts names a field `agent.role`, pages and API `role`
        refusal.fields = {name.removeprefix(OF_THE_SERVICE): said for name, said in refusal.fields.items()}
        raise
