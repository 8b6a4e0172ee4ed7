"""Pages made to be printed: all that a folder holds of a request, labels of addresses."""

from collections.abc import Sequence
from typing import TypeVar

from flask import render_template, request

from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.pages.agent.file import frame
from gateway.pages.agent.selection import chosen_numbers, list_address
from gateway.permissions import FILE_READER
from gateway.routes import Pages, now
from gateway.shared.piece_names import named
from gateway.shared.tracked import case_of
from services.documents.schemas.pieces import ListRequestDocuments
from services.messaging.schemas.exchanges import ListExchanges
from services.requests.schemas.letters import ListRecipients
from services.requests.schemas.selection import MOST_CHOSEN

V = TypeVar("V")

page = Pages("agent_print", __name__)
LABELS_OF_A_SHEET = 24
"""Three beside each other, eight below each other: 70 by 37 mm on A4."""
AT_ONCE = 20
"""Of how many addresses are asked at a time."""


@page.get("/agent/demandes/<numero>/imprimer", permission=FILE_READER, limit=READ)
def print_page(numero: str) -> str:
    """Internal notes stay out of it: a folder may be handed to the person. Printing opens no message that waits."""
    view = case_of(numero)
    shown = "exchanges" in view.tabs
    return render_template(
        "agent/print.html",
        exchanges=clients().send(ListExchanges(grant=view.grant)).items if shown else [],
        documents=clients().send(ListRequestDocuments(grant=view.grant)).documents,
        history=named(view),
        at=now(),
        **frame(view),
    )


@page.get("/agent/demandes/etiquettes", permission=FILE_READER, limit=READ)
def labels() -> str:
    """The postal addresses of the requests that were chosen in the list, on sheets of labels; the look is in the journal."""
    numbers = chosen_numbers()[:MOST_CHOSEN]
    found = [one for part in _parts(numbers, AT_ONCE) for one in clients().send(ListRecipients(numbers=part)).items]
    first = label_place(request.args.get("debut", ""))
    places = [None] * (first - 1) + [one for one in found if one.lines]
    return render_template(
        "agent/labels.html",
        sheets=_parts(places, LABELS_OF_A_SHEET) if len(places) >= first else [],
        numbers=numbers,
        first=first,
        of_a_sheet=LABELS_OF_A_SHEET,
        without=[one for one in found if not one.lines],
        hidden=len(numbers) - len(found),
        list_address=list_address(),
        listed=request.args.get("liste", ""),
    )


def label_place(typed: str) -> int:
    """The first free place of a sheet that was begun; 1 for anything else that was typed."""
    place = int(typed) if typed.isdecimal() and len(typed) < 3 else 1
    return place if 1 <= place <= LABELS_OF_A_SHEET else 1


def _parts(values: Sequence[V], size: int) -> list[tuple[V, ...]]:
    return [tuple(values[start : start + size]) for start in range(0, len(values), size)]
