"""`parvis retention`: elimination lists for the archives, until their visa and the end of what they name."""

import argparse
from collections.abc import Iterator, Mapping

from deploy.command.deployed import typed
from deploy.operator.calls import send
from deploy.operator.operator_name import operator
from services.procedures.schemas.definitions.procedures import AfterRetention
from services.requests.schemas import retention as calls

ERASURE = {"asked": "effacement demandé", "accepted": "effacement accepté", "refused": "effacement refusé"}
THEN: Mapping[str, str] = {
    AfterRetention.DESTROY: "à détruire",
    AfterRetention.SORT: "à trier",
    AfterRetention.TRANSFER: "à verser",
}


def show_lists(_options: argparse.Namespace) -> Iterator[str]:
    """How many requests wait for a list, and the lists there are."""
    found = send(calls.ListEliminations())
    yield f"Demandes à la durée de conservation écoulée, sans visa : {found.ended}."
    for one in found.lists:
        state = f"approuvées le {one.approved_at[:10]} : {one.approved}" if one.approved_at else "sans visa"
        yield f"{one.list_id}  dressée le {one.drawn_at[:10]}  demandes : {one.requests}, {state}"


def draw(_options: argparse.Namespace) -> str:
    drawn = send(calls.DrawElimination()).list_id
    return f"Liste dressée : {drawn} ({typed(f'retention show {drawn}')} la montre)."


def show(options: argparse.Namespace) -> Iterator[str]:
    """One list, a line a request: what the departmental archives are to read."""
    found = send(calls.ReadElimination(list_id=options.id))
    if found.approved_at:
        by = f" par {found.approved_by}" if found.approved_by else ""
        yield f"Approuvée le {found.approved_at[:10]}{by}, visa {found.visa}."
    for line in found.lines:
        marks = [ERASURE.get(line.erasure or "", ""), "approuvée" if line.approved else ""]
        mark = ", ".join(filter(None, marks))
        yield (
            f"{line.number:<16} {line.title:<52} close le {line.closed_on}  "
            f"à garder jusqu’au {line.kept_until}  {THEN.get(line.then, line.then):<10} {mark}".rstrip()
        )


def approve(options: argparse.Namespace) -> str:
    """Notes the visa; what it covers is erased within a minute, in every service."""
    asked = calls.ApproveElimination(list_id=options.id, visa=options.visa, numbers=options.numbers or None)
    send(asked, by=operator(options.by))
    return "Le visa est enregistré ; les demandes approuvées sont effacées dans la minute."
