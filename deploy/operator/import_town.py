"""`parvis import DIR`: a town's YAML files, through the services' own import calls."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.command.console import Console
from deploy.command.deployed import typed
from deploy.command.layout import Layout, caller_path, here
from deploy.command.running import running_settings
from deploy.command.trouble import Trouble
from deploy.operator import erasure_answers, import_changes as changes, partner_logins
from deploy.operator.agents import changes as changes_of_agents, left as left_of_agents
from deploy.operator.calls import KEEPER, command_id
from deploy.operator.logins import add_logins
from deploy.operator.town_folder import REQUIRED, Town, read_town
from services.accounts.schemas.agents import CheckAccounts, ImportAccounts, Imported
from services.accounts.schemas.partner_credentials import ImportPartnerCredentials
from services.accounts.schemas.people import FindAccountIds
from services.chassis.clock import Ids
from services.chassis.contracts import Json, RemoteCall, from_json, to_json
from services.chassis.errors import Refusal, Unavailable
from services.chassis.rpc.client import RpcClient, answer_of
from services.content.schemas.files import CheckContent, ImportContent
from services.documents.schemas.pieces import ImportDocuments
from services.documents.schemas.storage import ImportStorage
from services.messaging.schemas.exchanges import ImportExchanges
from services.procedures.schemas.town_files import CheckTown, ImportTown, TownImported
from services.requests.schemas.samples import CheckSamples, ImportSamples
from services.townhall.problems import MOST_SHOWN, ImportRefused

CONTENT = ("news", "activities", "practical_info", "polls", "partner_spaces", "home", "images")
IMPORT_SECONDS = 120.0
WHAT = "Import de la commune"
WORDS: Mapping[type[RemoteCall[Any]], str] = {
    CheckTown: "vérification des démarches et des agendas",
    CheckContent: "vérification des actualités, activités, informations pratiques et sondages",
    CheckAccounts: "vérification des comptes",
    CheckSamples: "vérification des demandes d’exemple",
    ImportTown: "démarches et agendas",
    ImportContent: "actualités, activités, informations pratiques et sondages",
    ImportAccounts: "comptes des agents et des citoyens",
    ImportSamples: "demandes d’exemple",
    ImportExchanges: "échanges des demandes d’exemple",
    ImportDocuments: "pièces des demandes d’exemple",
    FindAccountIds: "comptes des citoyens",
    ImportPartnerCredentials: "identifiants des autres espaces",
    ImportStorage: "pièces des espaces de stockage",
}
"""What each call brings in, for the person who waits."""
PEOPLE_FILE = "accounts.yaml"
ASK_AGAIN_SECONDS = 30.0

A = TypeVar("A")


def run(options: argparse.Namespace) -> Iterator[str]:
    layout, console = here(), Console()
    settings = running_settings(layout)
    town = read_town(caller_path(options.folder))
    with RpcClient(settings) as rpc:
        importing = Import(rpc, console, layout, invite=True, withdraw=options.withdraw, apply=options.apply)
        found = check(town, importing)
        yield from changes.table(found, withdraw=options.withdraw)
        if not options.yes:
            changes.agree(town["town"]["town"]["name"], found, console)
        publish(town, importing, Ids().new())
        procedures = town["procedures"]["procedures"]
        handling = {one["department"] for one in procedures}
        confidential = {one["department"] for one in procedures if one["confidential"]}
        yield from erasure_answers.warnings(rpc, handling, confidential)
    yield from changes.unfilled(town)
    yield f"Import terminé. Comptes : {layout.logins}" if layout.logins.exists() else "Import terminé."


def check(town: Town, importing: Import) -> changes.Changes:
    """What the files would change, as the services answer it.

    Raises Trouble with all that any service would refuse of them, a line each; nothing has been changed then.
    """
    files = importing.check(CheckTown(**_given(town, REQUIRED)))
    content = importing.check(CheckContent(**_given(town, CONTENT)))
    checked: list[Checked[Any]] = [files, content]
    if "accounts" in town:
        right = files.answer is not None
        known = tuple(entry["slug"] for entry in town["town"]["departments"]) if right else None
        people = importing.check(CheckAccounts(document=town["accounts"], departments=known, apply=importing.apply))
        citizens, agents = _people(town["accounts"])
        samples = CheckSamples(
            citizens=citizens,
            agents=agents,
            definitions={slug: dict(one) for slug, one in files.answer.definitions.items()} if files.answer else None,
            people_are_right=not people.faults,
        )
        checked += [people, importing.check(samples)]
    faults = list(dict.fromkeys(fault for one in checked for fault in one.faults))
    if faults or files.answer is None or content.answer is None:
        more = sum(one.more for one in checked)
        count = "1 erreur" if len(faults) + more == 1 else f"{len(faults) + more} erreurs"
        lines = [f"L’import est refusé : {count}. Rien n’a été modifié.", *(f"  {fault}" for fault in faults)]
        raise Trouble("\n".join([*lines, *([f"  et {more} autres."] if more else [])]))
    return to_json(files.answer.changes) | to_json(content.answer)["changes"]


def _given(town: Town, names: Iterable[str]) -> dict[str, Any]:
    return {name: town[name] for name in names if name in town}


def _people(accounts: Mapping[str, Any]) -> tuple[tuple[Any, ...], tuple[Json, ...]]:
    """Citizens and agents; where the file has no list of them, `CheckAccounts` refuses it."""
    citizens, agents = (
        found if isinstance(found := accounts.get(group), list) else () for group in ("citizens", "agents")
    )
    return tuple(citizens), tuple(one for one in agents if isinstance(one, dict))


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
    citizens, agents = _people(town.get("accounts", {}))
    content = json.dumps({"citizens": citizens, "agents": agents}, sort_keys=True, default=str)
    return uuid5(NAMESPACE_URL, f"parvis:people:{hashlib.sha256(content.encode()).hexdigest()}")


def publish(town: Town, importing: Import, people_id: UUID) -> None:
    """Publishes what `check` let pass. `people_id`: of the command that brings in people and changes agents."""
    console = importing.console
    published = importing.send(ImportTown(**_given(town, REQUIRED), withdraw_absent=importing.withdraw))
    console.step("Commune, démarches et agendas publiés")
    for line in left_out(published):
        console.step(line)
    if content := _given(town, CONTENT):
        importing.send(ImportContent(**content))
        console.step("Actualités, activités, informations pratiques et sondages publiés")
    if "accounts" in town:
        spaces = town.get("partner_spaces", {}).get("partner_spaces", ())
        _import_people(town["accounts"], spaces, importing, people_id)


def left_out(published: TownImported) -> list[str]:
    """What became of the procedures that the files do not name."""
    lines = []
    if published.withdrawn:
        lines.append(f"Retirées du portail : {', '.join(published.withdrawn)}")
    if published.absent:
        absent = ", ".join(published.absent)
        lines.append(f"Absentes de ces fichiers et toujours proposées : {absent} (--withdraw les retire)")
    return lines


def _import_people(
    accounts: Mapping[str, Any], spaces: Iterable[Mapping[str, Any]], importing: Import, people_id: UUID
) -> None:
    citizens, agents = _people(accounts)
    asked = ImportAccounts(citizens=citizens, agents=agents, invite=importing.invite, apply=importing.apply)
    done = importing.send(asked, people_id)
    if done.logins:
        add_logins(importing.layout.logins, map(vars, done.logins))
    for line in people_lines(done):
        importing.console.step(line)
    filed = importing.send(ImportSamples(citizens=citizens, agents=agents))
    importing.send(ImportExchanges(exchanges=filed.exchanges))
    importing.send(ImportDocuments(documents=filed.documents))
    _fill_spaces(citizens, importing)
    if not importing.invite:
        _link_partners(citizens, spaces, importing)
    if filed.requests:
        importing.console.step(f"Demandes d’exemple en place : {len(filed.requests)}")


def _fill_spaces(citizens: Iterable[Mapping[str, Any]], importing: Import) -> None:
    stored = {citizen["username"]: citizen["storage"] for citizen in citizens if citizen.get("storage")}
    if not stored:
        return
    ids = importing.send(FindAccountIds(usernames=tuple(stored))).ids
    spaces = [{"account_id": ids[name], "pieces": found} for name, found in stored.items() if name in ids]
    importing.send(from_json(ImportStorage, {"spaces": spaces}))


def _link_partners(
    citizens: Iterable[Mapping[str, Any]], spaces: Iterable[Mapping[str, Any]], importing: Import
) -> None:
    """Of a demonstration: what its people have saved of other spaces, which the simulated sites accept."""
    linked = [citizen for citizen in citizens if citizen.get("partner_links")]
    if not linked or not spaces:
        return
    ids = importing.send(FindAccountIds(usernames=tuple(citizen["username"] for citizen in linked))).ids
    found = partner_logins.entries(linked, spaces, ids, importing.layout.partner_logins)
    importing.send(from_json(ImportPartnerCredentials, {"entries": found}))


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


def refused(asked: type[RemoteCall[Any]], refusal: Refusal) -> str:
    """Why a service refuses the import: file, place and reason of each fault, a line each."""
    words = WORDS[asked]
    head = f"{words[0].upper()}{words[1:]} : {refusal.message}"
    return "\n".join([head, *(f"  {fault}" for fault in Checked.refused(refusal).faults)])


@dataclass(frozen=True)
class Checked(Generic[A]):
    """The answer of a service about files; or, where it is None, place and reason of each fault, and how many more there are."""

    answer: A | None = None
    faults: tuple[str, ...] = ()
    more: int = 0

    @classmethod
    def refused(cls, refusal: Refusal) -> Checked[A]:
        """Where the arguments of the call do not fit, it is the people's file that does not."""
        file = "" if refusal.code == ImportRefused.code else f"{PEOPLE_FILE} › "
        faults = [f"{file}{name} : {text}" for name, text in refusal.fields.items()] or [refusal.message]
        return cls(faults=tuple(faults), more=max(0, int(str(refusal.details.get("problems", 0))) - MOST_SHOWN))


@dataclass(frozen=True)
class Import:
    """One import and its calls. Each call is idempotent, so one that is not answered is asked again."""

    rpc: RpcClient
    console: Console
    layout: Layout
    invite: bool = False
    """New agents are mailed a link to choose a password; else everyone is given one, which goes into the file of logins."""
    withdraw: bool = False
    """Procedures that the files leave out are withdrawn; else they are only listed."""
    apply: bool = False
    """The files win over what a page or a command changed of an agent."""

    def check(self, asked: RemoteCall[A]) -> Checked[A]:
        try:
            return Checked(self._answer(asked, None))
        except Refusal as refusal:
            return Checked.refused(refusal)

    def send(self, asked: RemoteCall[A], given_id: UUID | None = None) -> A:
        """The answer; raises Trouble where the service refuses, or its answer does not fit its declaration."""
        try:
            return self._answer(asked, given_id or command_id(asked))
        except Refusal as refusal:
            raise Trouble(refused(type(asked), refusal)) from refusal

    def _answer(self, asked: RemoteCall[A], command_id: UUID | None) -> A:
        """Waits for a service that has not yet received what it needs from others; raises any other refusal."""
        answers: list[Any] = []
        method, body, words = asked.rpc_name(), to_json(asked), WORDS[type(asked)]

        def answered() -> bool:
            with suppress(Unavailable):
                answers.append(
                    self.rpc.call(method, body, actor=KEEPER, command_id=command_id, timeout=ASK_AGAIN_SECONDS)
                )
            return bool(answers)

        late = Trouble(
            f"{WHAT} : {words} : pas de réponse après {IMPORT_SECONDS:.0f} s ; "
            f"{typed('logs ' + asked.service())} dit pourquoi."
        )
        self.console.wait(f"{WHAT} : {words}", answered, IMPORT_SECONDS, lambda: late)
        return answer_of(asked, answers[0])
