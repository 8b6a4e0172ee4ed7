"""The members of one's family."""

from gateway.api.operations import Operations
from gateway.api.schemas import family as schemas
from gateway.permissions import CITIZEN
from services.accounts.schemas import family as calls

family = Operations("family", "Les membres de ma famille, pour qui je peux faire une demande.")

family.get("/profile/family", permission=CITIZEN).sends(
    calls.ListFamily, "Les membres de ma famille, dans l’ordre de leur ajout."
)
family.post("/profile/family", permission=CITIZEN, body=schemas.DescribedMember, status=201, refuses=(404, 409)).sends(
    calls.AddFamilyMember,
    "Ajoute un membre. Le même nom né le même jour est refusé (`member_twice`) tant que `even_if_there` n’est pas vrai.",
)
family.put(
    "/profile/family/<uuid:member_id>", permission=CITIZEN, body=schemas.DescribedMember, refuses=(404, 409)
).sends(
    calls.ChangeFamilyMember,
    "Remplace ce que l’espace dit d’un membre. Les demandes déposées restent comme elles étaient.",
)
family.delete("/profile/family/<uuid:member_id>", permission=CITIZEN, refuses=(404,)).sends(
    calls.RemoveFamilyMember, "Retire un membre. Les demandes déposées pour cette personne restent comme elles étaient."
)
