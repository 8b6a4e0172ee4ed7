"""A report about a road, and a hall with its appointment, on their way through the steps."""

from werkzeug.test import TestResponse

from tests.support.judge import Client

ROAD = "/demarches/signalement-voirie"
HALL = "/demarches/location-salle"
FIRST = {"/demarches/acte-naissance": {"commune_evenement": "ici"}}
"""By procedure, what it asks before anything is begun, and an answer with which it goes on."""


def begin(visitor: Client, address: str = ROAD, **typed: str) -> str:
    """Begins the procedure of that address, which is given back."""
    assert visitor.submit(address, "main form[method=post]", **FIRST.get(address, {}), **typed).status_code == 303
    return address


def answer(visitor: Client) -> None:
    """Begins, and goes through the steps up to the summary."""
    begin(visitor)
    who = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}
    visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", **who)
    where = {"lieu.line1": "2 quai de l’Orne", "lieu.postcode": "61990", "lieu.city": "Saint-Aubin-sur-Orne"}
    what = {"type_probleme": "chaussee", "description": "Un trou dans la chaussée.", **where}
    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", **what)
    assert sent.location == f"{ROAD}/etape/recapitulatif"


def choose_slot(citizen: Client, rank: int = 0) -> TestResponse:
    """Takes that slot of the first week for the appointment about the hall."""
    slots = citizen.page(f"{HALL}/etape/rendez-vous").select("input[name=creneau]")
    return citizen.submit(f"{HALL}/etape/rendez-vous", "main form", creneau=slots[rank]["value"], action="valider")
