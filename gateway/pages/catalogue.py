"""`/_composants`: every part of the pages in every state, in development only."""

from flask import abort, current_app, render_template

from gateway.pages import Pages
from gateway.permissions import PUBLIC

page = Pages("catalogue", __name__)


@page.get("/_composants", permission=PUBLIC)
def parts() -> str:
    if not current_app.config["DEVELOPMENT"]:
        abort(404)
    return render_template("_composants/index.html")
