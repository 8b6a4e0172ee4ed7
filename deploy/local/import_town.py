"""`parvis import DIR`: a town's YAML files, through the door that any town uses: the services' own import calls."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml

from deploy.local.console import Console
from deploy.local.instance import running_settings
from deploy.local.layout import Layout, caller_path, here
from deploy.local.logins import add_logins
from deploy.local.trouble import Trouble
from services.chassis.actors import Actor
from services.chassis.errors import Refusal
from services.chassis.rpc import RpcClient

REQUIRED = ("town", "service_areas", "procedures", "agendas")
CONTENT = ("news", "activities", "practical_info", "polls")
IMPORTER = Actor(kind="system", id="import")
IMPORT_SECONDS = 120.0

Town = Mapping[str, Any]


def run(options: argparse.Namespace) -> int:
    layout, console = here(), Console()
    settings = running_settings(layout)
    import_town(read_town(caller_path(options.folder)), RpcClient(settings), layout, console)
    console.say(f"Import terminé. Comptes : {layout.logins}")
    return 0


def read_town(folder: Path) -> Town:
    """The documents of a town's folder by the names of their files; raises Trouble for what cannot be read."""
    if not folder.is_dir():
        raise Trouble(f"Le dossier {folder} n’existe pas.")
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            found[file.stem] = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise Trouble(f"{file} ne peut pas être lu : {' '.join(str(error).split())[:300]}") from error
    missing = [f"{name}.yaml" for name in REQUIRED if name not in found]
    if missing:
        raise Trouble(f"Il manque dans {folder} : {', '.join(missing)}.")
    return found


def import_town(town: Town, rpc: RpcClient, layout: Layout, console: Console) -> None:
    """Publishes the town, then its accounts, its content and its sample requests; asked again, changes nothing."""
    _call(rpc, "procedures.import_town", {name: town[name] for name in REQUIRED})
    console.step("Commune, démarches et agendas publiés")
    if "accounts" in town:
        answer = _call(rpc, "accounts.import_accounts", town["accounts"])
        add_logins(layout.logins, answer["logins"])
        console.step(f"{len(answer['logins'])} comptes créés")
    content = {name: town[name] for name in CONTENT if name in town}
    if content:
        _call(rpc, "content.import_content", content)
        console.step("Actualités, activités, informations pratiques et sondages publiés")
    if "accounts" in town:
        _import_samples(town, rpc, console)


def _import_samples(town: Town, rpc: RpcClient, console: Console) -> None:
    _call(rpc, "requests.import_samples", town["accounts"])
    console.step("Demandes d’exemple déposées")


def _call(rpc: RpcClient, method: str, body: Any) -> Any:
    try:
        return rpc.call(method, body, actor=IMPORTER, command_id=_command_id(method, body), timeout=IMPORT_SECONDS)
    except Refusal as refusal:
        details = "".join(f" {name} : {text}." for name, text in list(refusal.fields.items())[:5])
        raise Trouble(f"{method} refuse l’import : {refusal.message}{details}") from refusal


def _command_id(method: str, body: Any) -> UUID:
    """The same for the same content: an import cut short is simply asked again."""
    content = json.dumps(body, sort_keys=True, default=str).encode()
    return uuid5(NAMESPACE_URL, f"parvis:{method}:{hashlib.sha256(content).hexdigest()}")
