"""`/_composants`: every part of the pages in every state, in development only."""

from flask import abort, current_app, render_template

from gateway.pages import Pages
from gateway.pages.controls import Control
from gateway.permissions import PUBLIC

page = Pages("catalogue", __name__)

DAYS = (("lundi", "Lundi"), ("mardi", "Mardi"), ("mercredi", "Mercredi"), ("jeudi", "Jeudi"))
SAMPLES = (
    Control(name="exemple.text", label="Repère", kind="text", help="Par exemple : face à l’abribus."),
    Control(name="exemple.longtext", label="Décrivez le problème", kind="longtext", required=True, max_length=600),
    Control(name="exemple.date", label="Dernier jour", kind="date", width="w-12", error="Indiquez une date à venir."),
    Control(name="exemple.email", label="Courriel", kind="email", required=True),
    Control(name="exemple.phone", label="Téléphone", kind="phone", width="w-20"),
    Control(name="exemple.number", label="Longueur, en mètres", kind="number", width="w-8", inputmode="decimal"),
    Control(name="exemple.address", label="Adresse", kind="address", required=True),
    Control(name="exemple.radios", label="Vous êtes", kind="radios", choices=DAYS[:2], value="lundi", required=True),
    Control(name="exemple.select", label="Jour", kind="select", choices=DAYS, value="mardi"),
    Control(name="exemple.checkboxes", label="Jours concernés", kind="checkboxes", choices=DAYS, value=["lundi"]),
    Control(name="exemple.checkbox", label="J’ai lu le règlement des salles", kind="checkbox", required=True),
)


@page.get("/_composants", permission=PUBLIC)
def parts() -> str:
    if not current_app.config["DEVELOPMENT"]:
        abort(404)
    return render_template("_composants/index.html", samples=SAMPLES)
