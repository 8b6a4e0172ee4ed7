"""The members of one's family."""

import uuid

from gateway.api.operations import Operations
from gateway.api.schemas import family as schemas
from gateway.clients import Json
from gateway.conversation import clients
from gateway.permissions import CITIZEN
from services.accounts.schemas import family as calls
from services.chassis.contracts import to_json

family = Operations("family", "Les membres de ma famille, pour qui je peux faire une demande.")


@family.get("/profile/family", permission=CITIZEN, returns=schemas.Family)
def list_family() -> Json:
    """Les membres de ma famille, dans l’ordre de leur ajout."""
    return to_json(clients().send(calls.ListFamily()))


@family.post(
    "/profile/family",
    permission=CITIZEN,
    body=schemas.DescribedMember,
    returns=schemas.FamilyMember,
    status=201,
    refuses=(404, 409),
    command=True,
)
def add_family_member(body: Json, command_id: uuid.UUID) -> Json:
    """Ajoute un membre. Le même nom né le même jour est refusé (`member_twice`) tant que `even_if_there` n’est pas vrai."""
    return to_json(clients().send(calls.AddFamilyMember(**body), command_id=command_id))


@family.put(
    "/profile/family/<uuid:member_id>",
    permission=CITIZEN,
    body=schemas.DescribedMember,
    returns=schemas.FamilyMember,
    refuses=(404, 409),
    command=True,
)
def change_family_member(member_id: uuid.UUID, body: Json, command_id: uuid.UUID) -> Json:
    """Remplace ce que l’espace dit d’un membre. Les demandes déposées restent comme elles étaient."""
    return to_json(clients().send(calls.ChangeFamilyMember(member_id=member_id, **body), command_id=command_id))


@family.delete("/profile/family/<uuid:member_id>", permission=CITIZEN, command=True, refuses=(404,))
def remove_family_member(member_id: uuid.UUID, command_id: uuid.UUID) -> None:
    """Retire un membre. Les demandes déposées pour cette personne restent comme elles étaient."""
    clients().send(calls.RemoveFamilyMember(member_id=member_id), command_id=command_id)
