"""What procedures does, one function a use case, one transaction each."""

from collections.abc import Mapping
from typing import Any

import orjson

from services.chassis.contracts import to_json
from services.chassis.errors import Forbidden
from services.chassis.event_store.db import Rows
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.catalogue import rows, search
from services.procedures.files import coherence, definition
from services.procedures.files.entries import TownFiles
from services.procedures.schemas.facts import AgendaPublished, ProcedurePublished, ProcedureWithdrawn, TownPublished
from services.procedures.schemas.town_files import CheckTown, FilesOfTown, ImportTown
from services.townhall.differences import differences, dumped
from services.townhall.problems import ImportRefused, Problem
from services.townhall.typography import typeset_document

TOWN_PARTS = (
    "town",
    "opening_hours",
    "school_holidays",
    "sites",
    "departments",
    "theme",
    "portal_settings",
    "legal",
)


class NotAnAdministrator(Forbidden):
    message = "Seule une administratrice ou un administrateur peut publier ou retirer une démarche."


ANOTHER_TOWN = (
    "Ce portail est celui de la commune « {served} », et ces fichiers sont ceux de « {slug} ». Écrivez {served} s’il s’agit de la "
    "même commune ; sinon, importez-les dans un portail à part. Pour changer l’identifiant de ce portail, réglez TOWN."
)
RIGHTS = frozenset({"manage_settings", "manage_procedures", "manage_agendas"})


def check_town(tx: Transaction, settings: Settings, asked: CheckTown) -> dict[str, Any]:
    """What `import_town` would refuse of these files, raised as it would be; else the definitions that it would publish.

    And what that would change (`changes`): `town_before` is the name of the town that is published now, None where none is.
    """
    documents = _files_of(tx, asked)
    _refuse_another_town(tx.conn, coherence.check(documents), settings.town)
    procedures = definition.resolve(**{name: documents[name] for name in coherence.FILES})
    return {
        "definitions": {entry["slug"]: entry for entry in procedures},
        "changes": _changes(tx.conn, typeset_document(documents)),
    }


def _changes(conn: Rows, documents: dict[str, Any]) -> dict[str, Any]:
    known, town = rows.current_town(conn), _town_document(documents)
    procedures = definition.resolve(**{name: documents[name] for name in coherence.FILES})
    agendas = definition.resolve_agendas(documents["town"], documents["agendas"])
    offered = {slug: text for slug, (_, gone, text) in rows.current_definitions(conn).items() if not gone}
    kept = {slug: text for slug, (_, text) in rows.current_agendas(conn).items()}
    return {
        "town_before": known and known[1]["town"]["name"],
        "town_changes": known is None or dumped(known[1]) != dumped(town),
        "procedures": differences(offered, procedures),
        "agendas": differences(kept, agendas),
    }


def import_town(tx: Transaction, settings: Settings, asked: ImportTown) -> dict[str, Any]:
    """Publishes what is new or changed in a town's files, or raises ImportRefused and keeps nothing of it.

    Its texts are published with the spaces of French punctuation. The same files again publish nothing. A procedure that the files no longer name stays as it is (`absent`), unless
    `withdraw_absent` says that leaving it out is withdrawing it (`withdrawn`): then it leaves the catalogue, and what was
    filed with it goes on. One that was withdrawn and is named again is published anew.
    """
    given = _files_of(tx, asked)
    files, documents = coherence.check(given), typeset_document(given)
    tx.lock("town-import")  # one import at a time: the next one compares with what this one published
    _refuse_another_town(tx.conn, files, settings.town)
    agendas = definition.resolve_agendas(documents["town"], documents["agendas"])
    procedures = definition.resolve(**{name: documents[name] for name in coherence.FILES})
    published = {
        "town": _publish_town(tx, documents),
        "agendas": _publish_agendas(tx, agendas),
        "procedures": _publish_procedures(
            tx, procedures, definition.by_slug(documents["service_areas"]["service_areas"])
        ),
    }
    named = {entry["slug"] for entry in procedures}
    absent = sorted(
        slug
        for slug, (_, withdrawn, _) in rows.current_definitions(tx.conn).items()
        if not (withdrawn or slug in named)
    )
    if asked.withdraw_absent:
        for slug in absent:
            _withdraw(tx, slug)
    left_out = {"absent": [], "withdrawn": absent} if asked.withdraw_absent else {"absent": absent, "withdrawn": []}
    return {"published": published, **left_out, **to_json(rows.versions(tx.conn))}


def _refuse_another_town(conn: Rows, files: TownFiles, town: str) -> None:
    """The identifier counts from the first procedure on: a town that is not filled in yet may still be called anything.

    `town`: the identifier that the installation is set to serve, "" where that is left to the files.
    """
    slug, known = files.town.town.slug, rows.current_town(conn)
    offered = rows.current_definitions(conn)
    if not (offered or files.procedures.procedures):
        return
    served = town or (known[1]["town"]["slug"] if known and offered else slug)
    if slug != served:
        message = ANOTHER_TOWN.format(served=served, slug=slug)
        raise ImportRefused([Problem(file=coherence.TOWN, entry="town", field="slug", message=message)])


def _town_document(documents: dict[str, Any]) -> dict[str, Any]:
    return {
        **{part: documents["town"][part] for part in TOWN_PARTS},
        "service_areas": sorted(documents["service_areas"]["service_areas"], key=lambda area: area["order"]),
        "catalogues": definition.catalogues(documents["procedures"]),
    }


def _publish_town(tx: Transaction, documents: dict[str, Any]) -> int | None:
    document = _town_document(documents)
    known = rows.current_town(tx.conn)
    if known is not None and dumped(known[1]) == dumped(document):
        return None
    version = known[0] + 1 if known else 1
    rows.add_town(tx.conn, version, dumped(document), tx.now)
    tx.append(f"town-{document['town']['slug']}", [TownPublished(version=version, **document)])
    return version


def _publish_agendas(tx: Transaction, agendas: list[dict[str, Any]]) -> dict[str, int]:
    known, published = rows.current_agendas(tx.conn), {}
    for agenda in agendas:
        slug, stored = agenda["slug"], dumped(agenda)
        version, before = known.get(slug, (0, ""))
        if stored == before:
            continue
        rows.add_version(tx.conn, rows.ADD_AGENDA, slug, version + 1, stored, tx.now)
        tx.append(f"agenda-{slug}", [AgendaPublished(slug=slug, version=version + 1, definition=agenda)])
        published[slug] = version + 1
    return published


def _publish_procedures(
    tx: Transaction, procedures: list[dict[str, Any]], areas: Mapping[str, definition.Entry]
) -> dict[str, int]:
    """Publishes what changed. Where each is listed and how it is found is no version of it: written anew every time."""
    known, published = rows.current_definitions(tx.conn), {}
    for place, entry in enumerate(procedures):
        slug, stored = entry["slug"], dumped(entry)
        version, withdrawn, before = known.get(slug, (0, False, ""))
        found_by = search.searchable(entry, areas[entry["area"]])
        if stored == before and not withdrawn:
            rows.show(tx.conn, version, place, entry, found_by)
            continue
        rows.add_version(tx.conn, rows.ADD_DEFINITION, slug, version + 1, stored, tx.now)
        rows.show(tx.conn, version + 1, place, entry, found_by)
        document = {**orjson.loads(stored), "version": version + 1}
        tx.append(f"procedure-{slug}", [ProcedurePublished(slug=slug, version=version + 1, definition=document)])
        published[slug] = version + 1
    return published


def _withdraw(tx: Transaction, slug: str) -> None:
    version = rows.withdraw(tx.conn, slug)
    tx.append(f"procedure-{slug}", [ProcedureWithdrawn(slug=slug, version=version)])


def _files_of(tx: Transaction, asked: FilesOfTown) -> dict[str, Any]:
    """Those of the four files that are given, by name. Raises NotAnAdministrator: one import publishes the town, its procedures
    and its agendas, and the actor may do all three."""
    actor = tx.actor
    if actor is None or not (actor.kind == "system" or (actor.kind == "agent" and RIGHTS.issubset(actor.permissions))):
        raise NotAnAdministrator
    return {name: part for name in coherence.FILES if (part := getattr(asked, name)) is not None}
