"""`/_composants`: every part of the pages in every state, in development only."""

from flask import abort, current_app, render_template

from gateway.pages import Pages
from gateway.pages.controls import COUNTRIES, Control
from gateway.pages.steps import piece
from gateway.permissions import PUBLIC
from services.chassis.missing import missing
from services.chassis.pieces import Limits

page = Pages("catalogue", __name__)

DAYS = (("lundi", "Lundi"), ("mardi", "Mardi"), ("mercredi", "Mercredi"), ("jeudi", "Jeudi"))
SAMPLES = (
    Control(name="exemple.text", label="Repère", kind="text", help="Par exemple : face à l’abribus."),
    Control(name="exemple.longtext", label="Décrivez le problème", kind="longtext", required=True, max_length=600),
    Control(name="exemple.date", label="Dernier jour", kind="date", width="w-12", error="Indiquez une date à venir."),
    Control(name="exemple.email", label="Courriel", kind="email", required=True),
    Control(name="exemple.phone", label="Téléphone", kind="phone", width="w-20"),
    Control(name="exemple.number", label="Longueur, en mètres", kind="number", width="w-8", inputmode="decimal"),
    Control(name="exemple.address", label="Adresse", kind="address", required=True, choices=COUNTRIES),
    Control(name="exemple.radios", label="Vous êtes", kind="radios", choices=DAYS[:2], value="lundi", required=True),
    Control(name="exemple.select", label="Jour", kind="select", choices=DAYS, value="mardi"),
    Control(name="exemple.checkboxes", label="Jours concernés", kind="checkboxes", choices=DAYS, value=["lundi"]),
    Control(
        name="exemple.checkbox",
        label="J’ai lu le règlement des salles",
        kind="checkbox",
        required=True,
        agrees_to={
            "title": "Règlement des salles",
            "text": "- La musique s’arrête à 1 h.\n- La salle est rendue propre.",
        },
    ),
)

PHOTOGRAPH = {"slug": "exemple-photo", "label": "Photographie", "formats": ["jpg", "png"], "max_files": 3}
CERTIFICATE = {"slug": "exemple-attestation", "label": "Attestation d’assurance", "formats": ["pdf"], "required": True}
GIVEN = {"id": "1", "name": "trottoir.jpg", "size": 2400000, "type": "image/jpeg"}
PIECES = (
    piece(PHOTOGRAPH, [GIVEN], "", Limits()),
    piece(CERTIFICATE, [], missing("piece", CERTIFICATE["label"]), Limits()),
)


@page.get("/_composants", permission=PUBLIC)
def parts() -> str:
    if not current_app.config["DEVELOPMENT"]:
        abort(404)
    return render_template("_composants/index.html", samples=SAMPLES, pieces=PIECES)
