"""« Mes actualités »: the private news, and which of them their reader has opened."""

from contextlib import suppress
from uuid import NAMESPACE_URL, uuid5

from flask import render_template, request

from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.pages.components.pagination import page_number
from gateway.pages.components.reader import reader
from gateway.permissions import CITIZEN
from gateway.routes import Pages
from services.chassis.errors import Refusal
from services.content.schemas.own_news import ListOwnNews, MarkNewsRead

page = Pages("own_news", __name__)


@page.get("/mes-actualites", permission=CITIZEN, limit=READ)
def own_news() -> str:
    category = request.args.get("categorie", "")
    found = clients().send(ListOwnNews(category=category, page=page_number()))
    return render_template("content/own_news.html", found=found, category=category, number=page_number())


def opened_by_holder(slug: str) -> bool:
    """Whether who looks holds a space; marks this private article as read then. An article is shown all the same where
    that mark cannot be kept."""
    actor = reader()
    if actor is None or actor.kind != "citizen":
        return False
    with suppress(Refusal):
        # The same id each time: the service keeps the outcome, and a page that is opened again writes nothing.
        once = uuid5(NAMESPACE_URL, f"news read {actor.id} {slug}")
        clients().send(MarkNewsRead(slug=slug), command_id=once)
    return True
