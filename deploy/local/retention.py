"""`parvis retention`: elimination lists for whoever keeps the archives, until their visa and the end of what they name."""

from __future__ import annotations

import argparse
from typing import Any

from deploy.local.console import Console
from deploy.local.import_town import IMPORTER
from deploy.local.instance import running_settings
from deploy.local.layout import here
from services.chassis.clock import Ids
from services.chassis.rpc import RpcClient

THEN = {"destroy": "à détruire", "sort": "à trier", "transfer": "à verser"}


def _ask(method: str, body: dict[str, Any], *, command: bool = False) -> dict[str, Any]:
    with RpcClient(running_settings(here())) as rpc:
        return rpc.call(f"requests.{method}", body, actor=IMPORTER, command_id=Ids().new() if command else None)


def show_lists(_options: argparse.Namespace) -> int:
    """How many requests wait for a list, and the lists there are."""
    console, told = Console(), _ask("eliminations", {})
    console.say(f"Demandes à la durée de conservation écoulée, sans visa : {told['ended']}.")
    for one in told["lists"]:
        state = f"approuvées le {one['approved_at'][:10]} : {one['approved']}" if one["approved_at"] else "sans visa"
        console.say(f"{one['list_id']}  dressée le {one['drawn_at'][:10]}  demandes : {one['requests']}, {state}")
    return 0


def draw(_options: argparse.Namespace) -> int:
    """Draws a list; nothing is destroyed by it."""
    drawn = _ask("draw_elimination", {}, command=True)["list_id"]
    Console().say(f"Liste dressée : {drawn} (./parvis retention show {drawn} la montre).")
    return 0


def show(options: argparse.Namespace) -> int:
    """One list, a line a request: what the departmental archives are to read."""
    console, told = Console(), _ask("elimination", {"list_id": options.id})
    for line in told["lines"]:
        mark = "approuvée" if line["approved"] else ""
        console.say(
            f"{line['number']:<16} {line['title']:<52} close le {line['closed_on']}  "
            f"à garder jusqu’au {line['kept_until']}  {THEN.get(line['then'], line['then']):<10} {mark}".rstrip()
        )
    return 0


def approve(options: argparse.Namespace) -> int:
    """Notes the visa; what it covers is erased within a minute, in every service."""
    body = {"list_id": options.id, "visa": options.visa, "numbers": options.numbers or None}
    _ask("approve_elimination", body, command=True)
    Console().say("Le visa est enregistré ; les demandes approuvées sont effacées dans la minute.")
    return 0
