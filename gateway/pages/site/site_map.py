"""« Plan du site »: all that the menus lead to, for who reads it."""

from flask import render_template

from gateway.permissions import PUBLIC
from gateway.routes import Pages
from gateway.town import town_book

page = Pages("site_map", __name__)


@page.get("/plan-du-site", permission=PUBLIC)
def site_map() -> str:
    return render_template("site/site_map.html", areas=town_book().areas())
