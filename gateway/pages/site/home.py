"""The front page of the town."""

from flask import render_template

from gateway.dates import local
from gateway.pages.components.facts import good_to_know, week_table
from gateway.pages.components.reader import reader
from gateway.permissions import PUBLIC
from gateway.routes import Pages, now
from gateway.town import town_book

page = Pages("site", __name__)


@page.get("/", permission=PUBLIC, cacheable=True, brief=True)
def home() -> str:
    town = town_book().town()
    today = local(now()).date()
    return render_template(
        "site/home.html",
        areas=town_book().areas(),
        featured=town_book().featured().answer,
        news=town_book().news(reader()),
        week=week_table(town.opening_hours.weekly, today),
        hours_label=town.opening_hours.label,
        good_to_know=good_to_know(town, today),
    )
