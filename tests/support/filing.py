"""A report about a road on its way through the steps."""

from tests.support.judge import Client

ROAD = "/demarches/signalement-voirie"


def begin(visitor: Client, address: str = ROAD) -> None:
    assert visitor.submit(address, "main form[method=post]").status_code == 303


def answer(visitor: Client) -> None:
    """Begins, and goes through the steps up to the summary."""
    begin(visitor)
    who = {"given_names": "Ariel", "usage_name": "Nouveau", "email": "ariel@courriel.example"}
    visitor.submit(f"{ROAD}/etape/informations", "form#formulaire", **who)
    where = {"lieu.line1": "2 quai de l’Orne", "lieu.postcode": "61990", "lieu.city": "Saint-Aubin-sur-Orne"}
    what = {"type_probleme": "chaussee", "description": "Un trou dans la chaussée.", **where}
    sent = visitor.submit(f"{ROAD}/etape/demande", "form#formulaire", **what)
    assert sent.location == f"{ROAD}/etape/recapitulatif"
