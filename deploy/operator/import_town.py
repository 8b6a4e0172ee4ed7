"""`parvis import DIR`: a town's YAML files, through the door that any town uses: the services' own import calls."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.command.console import Console
from deploy.command.deployed import typed
from deploy.command.layout import Layout, caller_path, here
from deploy.command.running import running_settings
from deploy.command.trouble import Trouble
from deploy.operator import erasure_answers, partner_logins
from deploy.operator import import_changes as changes
from deploy.operator.agents import changes as changes_of_agents
from deploy.operator.agents import left as left_of_agents
from deploy.operator.calls import KEEPER
from deploy.operator.logins import add_logins
from deploy.operator.town_folder import REQUIRED, Town, read_town
from services.accounts.schemas.agents import CheckAccounts, ImportAccounts, Imported
from services.accounts.schemas.people import FindAccountIds
from services.chassis.clock import Ids
from services.chassis.contracts import RemoteCall, to_json
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import RpcClient, answer_of
from services.townhall.problems import TOLD, ImportRefused

CONTENT = ("news", "activities", "practical_info", "polls", "partner_spaces", "images")
IMPORT_SECONDS = 120.0
WHAT = "Import de la commune"
WORDS = {
    "procedures.check_town": "vérification des démarches et des agendas",
    "content.check_content": "vérification des actualités, activités, informations pratiques et sondages",
    "accounts.check_accounts": "vérification des comptes",
    "requests.check_samples": "vérification des demandes d’exemple",
    "procedures.import_town": "démarches et agendas",
    "content.import_content": "actualités, activités, informations pratiques et sondages",
    "accounts.import_accounts": "comptes des agents et des citoyens",
    "requests.import_samples": "demandes d’exemple",
    "messaging.import_exchanges": "échanges des demandes d’exemple",
    "documents.import_documents": "pièces des demandes d’exemple",
    "accounts.account_ids": "comptes des citoyens",
    "accounts.import_partner_credentials": "identifiants des autres espaces",
    "documents.import_storage": "pièces des espaces de stockage",
}
"""What each call brings in, for the person who waits."""
PEOPLE_FILE = "accounts.yaml"
ASK_AGAIN_SECONDS = 30.0

A = TypeVar("A")


def run(options: argparse.Namespace) -> int:
    layout, console = here(), Console()
    settings = running_settings(layout)
    town = read_town(caller_path(options.folder))
    with RpcClient(settings) as rpc:
        importing = Import(rpc, console, layout, invite=True, withdraw=options.withdraw, apply=options.apply)
        found = check(town, importing)
        for line in changes.told(found, withdraw=options.withdraw):
            console.say(line)
        if not options.yes:
            changes.agree(town["town"]["town"]["name"], found, console)
        publish(town, importing, Ids().new())
        handling = {procedure["department"] for procedure in town["procedures"]["procedures"]}
        for line in erasure_answers.told(rpc, handling):
            console.say(line)
    for line in changes.unfilled(town):
        console.say(line)
    console.say(f"Import terminé. Comptes : {layout.logins}" if layout.logins.exists() else "Import terminé.")
    return 0


def check(town: Town, importing: Import) -> changes.Changes:
    """What the files would change, as the services tell it.

    Raises Trouble with all that any service would refuse of them, a line each; nothing has been changed then.
    """
    files = importing.check("procedures.check_town", {name: town[name] for name in REQUIRED})
    checked = [files, importing.check("content.check_content", {name: town[name] for name in CONTENT if name in town})]
    if "accounts" in town:
        known = None if files.faults else [entry["slug"] for entry in town["town"]["departments"]]
        asked = CheckAccounts(
            document=town["accounts"], departments=None if known is None else tuple(known), apply=importing.apply
        )
        people = importing.check("accounts.check_accounts", to_json(asked))
        definitions = None if files.faults else files.answer["definitions"]
        samples = {**_people(town["accounts"]), "definitions": definitions, "people_are_right": not people.faults}
        checked += [people, importing.check("requests.check_samples", samples)]
    faults = list(dict.fromkeys(fault for one in checked for fault in one.faults))
    if faults:
        untold = sum(one.untold for one in checked)
        count = "1 erreur" if len(faults) + untold == 1 else f"{len(faults) + untold} erreurs"
        lines = [f"L’import est refusé : {count}. Rien n’a été modifié.", *(f"  {fault}" for fault in faults)]
        raise Trouble("\n".join([*lines, *([f"  et {untold} autres."] if untold else [])]))
    return checked[0].answer["changes"] | checked[1].answer["changes"]


def _people(accounts: Mapping[str, Any]) -> dict[str, Any]:
    return {group: accounts.get(group) or [] for group in ("citizens", "agents")}


def import_town(town: Town, rpc: RpcClient, layout: Layout, console: Console) -> None:
    """Publishes the town, then its content, its accounts and their sample requests; asked again, changes nothing.

    For a demonstration: everyone's password goes into the file of logins, and no agent is invited by mail.

    All files are checked by the services that they are meant for before any of them is published.
    """
    importing = Import(rpc, console, layout)
    check(town, importing)
    publish(town, importing, first_import_of(town))


def first_import_of(town: Town) -> UUID:
    """The id of the command that brings in a new portal's people, the same for the same file: an import that was killed is
    ended by the next start, and the answer that was lost, passwords and all, is given again for 48 hours."""
    content = json.dumps(_people(town.get("accounts", {})), sort_keys=True, default=str)
    return uuid5(NAMESPACE_URL, f"parvis:people:{hashlib.sha256(content.encode()).hexdigest()}")


def publish(town: Town, importing: Import, people_id: UUID) -> None:
    """Publishes what `check` let pass. `people_id`: of the command that brings in people and changes agents."""
    console = importing.console
    documents = {name: town[name] for name in REQUIRED}
    published = importing.call("procedures.import_town", {**documents, "withdraw_absent": importing.withdraw})
    console.step("Commune, démarches et agendas publiés")
    for line in left_out(published):
        console.step(line)
    content = {name: town[name] for name in CONTENT if name in town}
    if content:
        importing.call("content.import_content", content)
        console.step("Actualités, activités, informations pratiques et sondages publiés")
    if "accounts" in town:
        spaces = town.get("partner_spaces", {}).get("partner_spaces", ())
        _import_people(town["accounts"], spaces, importing, people_id)


def left_out(published: Mapping[str, Any]) -> list[str]:
    """What became of the procedures that the files do not name."""
    lines = []
    if published["withdrawn"]:
        lines.append(f"Retirées du portail : {', '.join(published['withdrawn'])}")
    if published["absent"]:
        absent = ", ".join(published["absent"])
        lines.append(f"Absentes de ces fichiers et toujours proposées : {absent} (--withdraw les retire)")
    return lines


def _import_people(
    accounts: Mapping[str, Any], spaces: Iterable[Mapping[str, Any]], importing: Import, people_id: UUID
) -> None:
    people = _people(accounts)
    asked = ImportAccounts(
        citizens=tuple(people["citizens"]),
        agents=tuple(people["agents"]),
        invite=importing.invite,
        apply=importing.apply,
    )
    done = importing.send(asked, people_id)
    if done.logins:
        add_logins(importing.layout.logins, done.logins)
    for line in people_lines(done):
        importing.console.step(line)
    filed = importing.call("requests.import_samples", people)
    importing.call("messaging.import_exchanges", {"exchanges": filed["exchanges"]})
    importing.call("documents.import_documents", {"documents": filed["documents"]})
    _fill_spaces(people["citizens"], importing)
    if not importing.invite:
        _link_partners(people["citizens"], spaces, importing)
    if filed["requests"]:
        importing.console.step(f"Demandes d’exemple en place : {len(filed['requests'])}")


def _fill_spaces(citizens: Iterable[Mapping[str, Any]], importing: Import) -> None:
    stored = {citizen["username"]: citizen["storage"] for citizen in citizens if citizen.get("storage")}
    if not stored:
        return
    ids = importing.send(FindAccountIds(usernames=tuple(stored))).ids
    pieces = {
        name: [{key: one[key] for key in ("title", "files", "added")} for one in found]
        for name, found in stored.items()
    }
    spaces = [{"account_id": ids[name], "pieces": found} for name, found in pieces.items() if name in ids]
    importing.call("documents.import_storage", {"spaces": spaces})


def _link_partners(
    citizens: Iterable[Mapping[str, Any]], spaces: Iterable[Mapping[str, Any]], importing: Import
) -> None:
    """Of a demonstration: what its people have saved of other spaces, which the simulated sites accept."""
    linked = [citizen for citizen in citizens if citizen.get("partner_links")]
    if not linked or not spaces:
        return
    ids = importing.send(FindAccountIds(usernames=tuple(citizen["username"] for citizen in linked))).ids
    found = partner_logins.entries(linked, spaces, ids, importing.layout.partner_logins)
    importing.call("accounts.import_partner_credentials", {"entries": found})


def people_lines(done: Imported) -> list[str]:
    """What an import did to people, a line each change."""
    lines = [f"Comptes créés : {len(done.logins)}"] if done.logins else []
    lines += [f"{name} : un lien part vers son adresse, pour choisir un mot de passe" for name in done.invited]
    without = len(done.without_password)
    if without:
        lines.append(
            f"Espaces créés sans mot de passe : {without} (leur titulaire en choisit un par « J’ai oublié mon mot de passe »)"
        )
    lines += changes_of_agents(done.changes)
    lines += left_of_agents(done.left)
    for name in done.absent:
        lines.append(
            f"{name} n’est plus dans le fichier et peut toujours se connecter : {typed(f'agent disable {name}')}"
        )
    return lines or ["Comptes : rien n’a changé"]


def refused(method: str, refusal: Refusal) -> str:
    """What a service has against the import: file, place and reason of all that it tells, a line each."""
    words = WORDS[method]
    head = f"{words[0].upper()}{words[1:]} : {refusal.message}"
    return "\n".join([head, *(f"  {fault}" for fault in Checked.refused(refusal).faults)])


@dataclass(frozen=True)
class Checked:
    """What a service says of files: its answer, or place and reason of each fault, and how many more there are."""

    answer: Any = None
    faults: tuple[str, ...] = ()
    untold: int = 0

    @classmethod
    def refused(cls, refusal: Refusal) -> Checked:
        """Where the call itself has not the shape that the service expects, it is the people's file that has not."""
        file = "" if refusal.code == ImportRefused.code else f"{PEOPLE_FILE} › "
        faults = [f"{file}{name} : {text}" for name, text in refusal.fields.items()] or [refusal.message]
        return cls(faults=tuple(faults), untold=max(0, int(refusal.details.get("problems", 0)) - TOLD))


@contextmanager
def _trouble_of(method: str) -> Generator[None]:
    """What a service refuses ends the command with its reason."""
    try:
        yield
    except Refusal as refusal:
        raise Trouble(refused(method, refusal)) from refusal


@dataclass(frozen=True)
class Import:
    """One import and its calls. Each call is idempotent, so one that is not answered is asked again."""

    rpc: RpcClient
    console: Console
    layout: Layout
    invite: bool = False
    """Nobody is given a password, and new agents are mailed a link to choose one; else everyone's goes into the file of logins."""
    withdraw: bool = False
    """Procedures that the files leave out are withdrawn; else they are only told."""
    apply: bool = False
    """The files win over what a page or a command changed of an agent."""

    def check(self, method: str, body: Mapping[str, Any]) -> Checked:
        try:
            return Checked(answer=self._ask(method, body))
        except Refusal as refusal:
            return Checked.refused(refusal)

    def call(self, method: str, body: Mapping[str, Any], command_id: UUID | None = None) -> Any:
        """What the service answers; raises Trouble where it refuses."""
        with _trouble_of(method):
            return self._ask(method, body, command_id or Ids().new())

    def send(self, asked: RemoteCall[A], command_id: UUID | None = None) -> A:
        """`call` of a declared call; Trouble also where the answer does not fit its declaration."""
        with _trouble_of(asked.rpc_name()):
            return answer_of(asked, self.call(asked.rpc_name(), to_json(asked), command_id))

    def _ask(self, method: str, body: Mapping[str, Any], command_id: UUID | None = None) -> Any:
        """Waits for a service that has not yet heard what it needs from other services; raises any other refusal."""
        answers: list[Any] = []

        def answered() -> bool:
            try:
                answers.append(
                    self.rpc.call(method, dict(body), actor=KEEPER, command_id=command_id, timeout=ASK_AGAIN_SECONDS)
                )
            except Unavailable:
                return False
            return True

        late = Trouble(
            f"{WHAT} : {WORDS[method]} : pas de réponse après {IMPORT_SECONDS:.0f} s ; "
            f"{typed('logs ' + method.partition('.')[0])} dit pourquoi."
        )
        self.console.wait(f"{WHAT} : {WORDS[method]}", answered, IMPORT_SECONDS, lambda: late)
        return answers[0]
