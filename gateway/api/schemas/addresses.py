"""Addresses proposed from the town's own file."""

from gateway.api.answers import answer
from gateway.api.bodies import body
from gateway.api.fields import SAYING, Flag, Text
from services.procedures.schemas import addresses as calls

ProposeAddresses = body(
    calls.ProposeAddresses,
    q=Text(
        calls.LONGEST_TYPED,
        shortest=1,
        pattern=SAYING,
        required=True,
        means="Le début de l’adresse, numéro d’abord s’il y en a un, sans égard aux accents ni à la casse.",
    ),
    in_town=Flag(means="Dans la commune seulement ; sinon elle vient d’abord."),
)
answer(
    calls.ProposedAddress,
    line1="Le numéro et la voie, comme le champ d’un formulaire les prend.",
    complete="Rien n’y manque ; sinon `line1` est une voie, et le numéro est à écrire devant.",
)
ProposedAddresses = answer(
    calls.ProposedAddresses,
    items="Huit au plus, la plus probable d’abord ; aucune pour trop peu de lettres, ou sans fichier d’adresses.",
)
