"""`parvis import DIR`: a town's YAML files, through the door that any town uses: the services' own import calls."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
from services.chassis.clock import Ids
from services.chassis.errors import Refusal, Unavailable
from services.chassis.problems import TOLD
from services.chassis.rpc import RpcClient

REQUIRED = ("town", "service_areas", "procedures", "agendas")
CONTENT = ("news", "activities", "practical_info", "polls", "partner_spaces")
IMPORTER = Actor(kind="system", id="import")
IMPORT_SECONDS = 120.0
WORDS = {
    "procedures.import_town": "démarches et agendas",
    "content.import_content": "actualités, activités, informations pratiques et sondages",
    "accounts.import_accounts": "comptes des agents et des citoyens",
    "requests.import_samples": "demandes d’exemple",
    "messaging.import_exchanges": "échanges des demandes d’exemple",
    "documents.import_documents": "pièces des demandes d’exemple",
}
"""What each call brings in, for the person who waits."""
PEOPLE_FILE = "accounts.yaml"
TOLD_BY_FILE = ("procedures.import_town", "content.import_content")  # they name the file by themselves, of several

ASK_AGAIN_SECONDS = 30.0

Town = Mapping[str, Any]


def run(options: argparse.Namespace) -> int:
    layout, console = here(), Console()
    settings = running_settings(layout)
    town = read_town(caller_path(options.folder))
    with RpcClient(settings) as rpc:
        import_town(town, rpc, layout, console, withdraw=options.withdraw)
    console.say(f"Import terminé. Comptes : {layout.logins}")
    return 0


def read_town(folder: Path) -> Town:
    """The documents of a town's folder by the names of their files; raises Trouble for what cannot be read."""
    if not folder.is_dir():
        raise Trouble(f"Le dossier {folder} n’existe pas.")
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            found[file.stem] = yaml.safe_load(file.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise Trouble(f"{file}{_place(error)} : ce n’est pas du YAML valable{_said(error)}.") from error
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise Trouble(f"{file}, ligne {line} : le fichier n’est pas en UTF-8.") from error
        if not isinstance(found[file.stem], dict):
            raise Trouble(
                f"{file} doit commencer par des rubriques (« nom : … ») ; deploy/demo-town montre lesquelles."
            )
    missing = [f"{name}.yaml" for name in REQUIRED if name not in found]
    if missing:
        raise Trouble(f"Il manque dans {folder} : {', '.join(missing)}.")
    return found


def _place(error: yaml.YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f", ligne {mark.line + 1}, colonne {mark.column + 1}" if mark else ""


def _said(error: yaml.YAMLError) -> str:
    return f" ({error.problem})" if isinstance(error, yaml.MarkedYAMLError) and error.problem else ""


def check_samples(town: Town) -> None:
    """Raises Trouble for the first sample request of a procedure that the town does not have.

    The service of requests would wait for such a procedure, which it may be about to hear of.
    """
    known = {procedure.get("slug") for procedure in _entries(town["procedures"].get("procedures"))}
    for citizen in _entries(town.get("accounts", {}).get("citizens")):
        for sample in _entries(citizen.get("sample_requests")):
            if sample.get("procedure") not in known:
                raise Trouble(
                    f"L’import est refusé, rien n’a été modifié. {PEOPLE_FILE} › {citizen.get('username')} › sample_requests › "
                    f"{sample.get('ref')} : la démarche « {sample.get('procedure')} » n’est pas dans procedures.yaml."
                )


def _entries(value: Any) -> list[Mapping[str, Any]]:
    """Those of a list that have headings; whatever else is there is refused by the service that it is meant for."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def import_town(town: Town, rpc: RpcClient, layout: Layout, console: Console, *, withdraw: bool = False) -> None:
    """Publishes the town, then its content, its accounts and their sample requests; asked again, changes nothing.

    Procedures that are offered and that the town's files leave out are told, or withdrawn if `withdraw`.
    """
    check_samples(town)
    importing = _Import(rpc, console, "Import de la commune")
    documents = {name: town[name] for name in REQUIRED}
    published = importing.call("procedures.import_town", {**documents, "withdraw_absent": withdraw})
    console.step("Commune, démarches et agendas publiés")
    for line in left_out(published):
        console.step(line)
    content = {name: town[name] for name in CONTENT if name in town}
    if content:
        importing.call("content.import_content", content)
        console.step("Actualités, activités, informations pratiques et sondages publiés")
    if "accounts" in town:
        _import_people(town["accounts"], importing, layout)


def left_out(published: Mapping[str, Any]) -> list[str]:
    """What became of the procedures that the files do not name."""
    lines = []
    if published["withdrawn"]:
        lines.append(f"Retirées du portail : {', '.join(published['withdrawn'])}")
    if published["absent"]:
        absent = ", ".join(published["absent"])
        lines.append(f"Absentes de ces fichiers et toujours proposées : {absent} (--withdraw les retire)")
    return lines


def _import_people(accounts: Mapping[str, Any], importing: _Import, layout: Layout) -> None:
    people = {kind: accounts.get(kind) or [] for kind in ("citizens", "agents")}
    # The same id for the same file: passwords follow from it, so an answer lost on its way can be asked for again.
    content = hashlib.sha256(json.dumps(people, sort_keys=True, default=str).encode()).hexdigest()
    created = importing.call("accounts.import_accounts", people, uuid5(NAMESPACE_URL, f"parvis:accounts:{content}"))
    add_logins(layout.logins, created["logins"])
    importing.console.step(f"{len(created['logins'])} comptes en place")
    filed = importing.call("requests.import_samples", people)
    importing.call("messaging.import_exchanges", {"exchanges": filed["exchanges"]})
    importing.call("documents.import_documents", {"documents": filed["documents"]})
    importing.console.step(f"{len(filed['requests'])} demandes d’exemple en place")


def refused(method: str, refusal: Refusal) -> str:
    """What a service has against the import: file, place and reason of all that it tells, a line each."""
    by_file = method in TOLD_BY_FILE
    words, file = WORDS[method], "" if by_file else f"{PEOPLE_FILE} › "
    head = refusal.message if by_file else f"{words[0].upper()}{words[1:]} : {refusal.message}"
    faults = [f"  {file}{name} : {text}" for name, text in refusal.fields.items()]
    untold = int(refusal.details.get("problems", 0)) - TOLD
    return "\n".join([head, *faults, *([f"  et {untold} autres."] if untold > 0 else [])])


@dataclass(frozen=True)
class _Import:
    """The calls of one import. Each is idempotent, so one that is not answered is asked again."""

    rpc: RpcClient
    console: Console
    what: str

    def call(self, method: str, body: Mapping[str, Any], command_id: UUID | None = None) -> Any:
        """What the service answers; waits for one that has not yet heard what it needs from its neighbours."""
        command_id = command_id or Ids().new()
        answers: list[Any] = []

        def answered() -> bool:
            try:
                answers.append(
                    self.rpc.call(method, dict(body), actor=IMPORTER, command_id=command_id, timeout=ASK_AGAIN_SECONDS)
                )
            except Unavailable:
                return False
            except Refusal as refusal:
                raise Trouble(refused(method, refusal)) from refusal
            return True

        late = Trouble(
            f"{self.what} : {WORDS[method]} : pas de réponse après {IMPORT_SECONDS:.0f} s ; ./parvis logs "
            f"{method.partition('.')[0]} dit pourquoi."
        )
        self.console.wait(f"{self.what} : {WORDS[method]}", answered, IMPORT_SECONDS, lambda: late)
        return answers[0]
