"""« Votre recherche »: the words of an address, and the page that says what they find."""

import re

from flask import render_template, request

from gateway.http.rate_limits import READ
from gateway.pages.components.facts import Responsible, department
from gateway.permissions import PUBLIC
from gateway.routes import Pages
from gateway.shared.search import Found, find
from gateway.town import town_book

page = Pages("search", __name__)
LONGEST = 200
_OLD_LETTER = re.compile("%([89A-F][0-9A-F])", re.IGNORECASE)


def readable(words: str) -> str:
    """The words of an address, also in Windows' letters: « caf%E9 » is « café »; U+0000 is shown as unreadable."""
    modern = _OLD_LETTER.sub(lambda found: bytes.fromhex(found[1]).decode("cp1252", "ignore"), words)
    return modern.replace("\0", "\N{REPLACEMENT CHARACTER}")


@page.get("/recherche", permission=PUBLIC, limit=READ)
def search() -> str:
    """What a search finds; without words, where to begin."""
    words = readable(request.args.get("q", "")).strip()[:LONGEST]
    found = find(words) if words else Found()
    return render_template("site/search.html", words=words, found=found, department=_department(found))


def _department(found: Found) -> Responsible | None:
    """Where all procedures that are found are of one area: its department, which can answer what no procedure does."""
    slugs = {item["area"] for item in (*found.full, *found.partly) if item["kind"] == "procedure"}
    concerned = [area.department for area in town_book().areas() if slugs == {area.slug}]
    return department(town_book().town(), concerned[0]) if concerned else None
