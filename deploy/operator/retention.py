"""`parvis retention`: elimination lists for the archives, until their visa and the end of what they name."""

import argparse

from deploy.command.console import Console
from deploy.command.deployed import typed
from deploy.operator.calls import send
from deploy.operator.operator_name import operator
from services.requests.schemas.retention import (
    ApproveElimination,
    DrawElimination,
    ListEliminations,
    ReadElimination,
)

ERASURE = {
    "asked": "effacement demandé",
    "accepted": "effacement accepté",
    "refused": "effacement refusé",
}
THEN = {"destroy": "à détruire", "sort": "à trier", "transfer": "à verser"}


def show_lists(_options: argparse.Namespace) -> int:
    """How many requests wait for a list, and the lists there are."""
    console, found = Console(), send(ListEliminations())
    console.say(f"Demandes à la durée de conservation écoulée, sans visa : {found.ended}.")
    for one in found.lists:
        state = f"approuvées le {one.approved_at[:10]} : {one.approved}" if one.approved_at else "sans visa"
        console.say(f"{one.list_id}  dressée le {one.drawn_at[:10]}  demandes : {one.requests}, {state}")
    return 0


def draw(_options: argparse.Namespace) -> int:
    """Draws a list; nothing is destroyed by it."""
    drawn = send(DrawElimination()).list_id
    Console().say(f"Liste dressée : {drawn} ({typed(f'retention show {drawn}')} la montre).")
    return 0


def show(options: argparse.Namespace) -> int:
    """One list, a line a request: what the departmental archives are to read."""
    console, found = Console(), send(ReadElimination(list_id=options.id))
    if found.approved_at:
        by = f" par {found.approved_by}" if found.approved_by else ""
        console.say(f"Approuvée le {found.approved_at[:10]}{by}, visa {found.visa}.")
    for line in found.lines:
        marks = [ERASURE.get(line.erasure or "", ""), "approuvée" if line.approved else ""]
        mark = ", ".join(filter(None, marks))
        console.say(
            f"{line.number:<16} {line.title:<52} close le {line.closed_on}  "
            f"à garder jusqu’au {line.kept_until}  {THEN.get(line.then, line.then):<10} {mark}".rstrip()
        )
    return 0


def approve(options: argparse.Namespace) -> int:
    """Notes the visa; what it covers is erased within a minute, in every service."""
    asked = ApproveElimination(list_id=options.id, visa=options.visa, numbers=options.numbers or None)
    send(asked, by=operator(options.by))
    Console().say("Le visa est enregistré ; les demandes approuvées sont effacées dans la minute.")
    return 0
