"""« Mes données »: what the town holds of the person, and where it is read, corrected and ended (glossary D3)."""

from flask import render_template

from gateway.pages import Pages
from gateway.permissions import CITIZEN
from gateway.rate_limits import READ

page = Pages("own_data", __name__)


@page.get("/mon-espace/mes-donnees", permission=CITIZEN, limit=READ)
def own_data() -> str:
    """Where each part of it is."""
    return render_template("account/own_data.html")
