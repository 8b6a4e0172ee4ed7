"""What programs send and read of the next request to handle, and of the person of a file."""

from gateway.api.answers import answer
from gateway.api.bodies import body
from gateway.api.schemas.agents import narrowing
from services.requests.schemas import decisions, person

TakeNext = body(decisions.TakeNext, "", "TakeNext", **narrowing())
NextTaken = answer(
    decisions.NextTaken, number="La demande, désormais à l’agent ; nul s’il n’en reste aucune à prendre."
)
answer(
    person.OtherRequest,
    member="Le membre de la famille pour qui elle est ; vide si elle est pour la personne.",
    duplicate="Elle semble demander la même chose : même démarche, pour la même personne, à trente jours près.",
)
OthersOfPerson = answer(
    person.OthersOfPerson,
    by="Par quoi elles sont de la même personne : son espace (account), son courriel (email) ; vide si rien ne le dit.",
    more="Il y en a d’autres que celles de la liste.",
)
