"""« Récépissé »: what was filed, to be printed or saved, with the code by which anybody can check it."""

from flask import Response, render_template

from gateway.files import downloads
from gateway.http.rate_limits import READ
from gateway.pages.components.reader import logging_in_helps
from gateway.permissions import FOLLOWER
from gateway.routes import Pages
from gateway.shared import receipts

page = Pages("receipt", __name__)


@page.get("/demande/<numero>/recepisse", permission=FOLLOWER, limit=READ)
def receipt_page(numero: str) -> str:
    with logging_in_helps():
        receipt = receipts.read(numero)
    return render_template("tracking/receipt.html", receipt=receipt)


@page.get("/demande/<numero>/recepisse.html", permission=FOLLOWER, limit=READ)
def receipt_file(numero: str) -> Response:
    """« Enregistrer ce récépissé »."""
    with logging_in_helps():
        kept = receipts.saved(numero)
    return downloads.receipt(kept.number, kept.page)
