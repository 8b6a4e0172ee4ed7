"""What procedures does, one function a use case, one transaction each."""

from collections.abc import Mapping

from services.chassis.contracts import from_json
from services.chassis.errors import Forbidden
from services.chassis.event_store.db import Connection
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.catalogue import rows
from services.procedures.files import coherence, definition
from services.procedures.files.entries import TownFiles
from services.procedures.schemas import town_files as calls
from services.procedures.schemas.definitions.areas import ServiceArea
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import Town
from services.procedures.schemas.facts import AgendaPublished, ProcedurePublished, ProcedureWithdrawn, TownPublished
from services.townhall.differences import differences, dumped
from services.townhall.problems import ImportRefused, Problem
from services.townhall.search_words import Searchable, searchable
from services.townhall.typography import typeset_document


class NotAnAdministrator(Forbidden):
    message = "Seule une administratrice ou un administrateur peut publier ou retirer une démarche."


ANOTHER_TOWN = (
    "Ce portail est celui de la commune « {served} », et ces fichiers sont ceux de « {slug} ». Écrivez {served} s’il s’agit de la "
    "même commune ; sinon, importez-les dans un portail à part. Pour changer l’identifiant de ce portail, réglez TOWN."
)
RIGHTS = frozenset({"manage_settings", "manage_procedures", "manage_agendas"})


def check_town(tx: Transaction, settings: Settings, asked: calls.CheckTown) -> calls.TownChecked:
    """What `import_town` would refuse of these files, raised as it would be; else the definitions that it would publish, and
    what that would change."""
    files = _files_of(tx, asked)
    _refuse_another_town(tx.conn, coherence.check(files), settings.town)
    wanted, known = definition.definitions(typeset_document(files)), rows.current_town(tx.conn)
    offered = {slug: text for slug, (_, gone, text) in rows.current_definitions(tx.conn).items() if not gone}
    agendas = {slug: text for slug, (_, text) in rows.current_agendas(tx.conn).items()}
    changes = calls.TownChanges(
        town_before=read(Town, known[1]).town.name if known else None,
        town_changes=known is None or dumped(known[1]) != dumped(wanted.town),
        procedures=differences(offered, {slug: dumped(entry) for slug, entry in wanted.procedures.items()}),
        agendas=differences(agendas, {slug: dumped(entry) for slug, entry in wanted.agendas.items()}),
    )
    return calls.TownChecked(definitions=definition.definitions(files).procedures, changes=changes)


def import_town(tx: Transaction, settings: Settings, asked: calls.ImportTown) -> calls.TownImported:
    """Publishes what is new or changed in a town's files, or raises ImportRefused and keeps nothing of it.

    Its texts are published with the spaces of French punctuation. The same files again publish nothing. A procedure that the files no longer name stays as it is (`absent`), unless
    `withdraw_absent` says that leaving it out is withdrawing it (`withdrawn`): then it leaves the catalogue, and what was
    filed with it goes on. One that was withdrawn and is named again is published anew.
    """
    given = _files_of(tx, asked)
    files, wanted = coherence.check(given), definition.definitions(typeset_document(given))
    tx.lock("town-import")  # one import at a time: the next one compares with what this one published
    _refuse_another_town(tx.conn, files, settings.town)
    town = read(Town, wanted.town)
    published = calls.NewVersions(
        town=_publish_town(tx, town.town.slug, wanted.town),
        agendas=_publish_agendas(tx, wanted.agendas),
        procedures=_publish_procedures(tx, wanted.procedures, {area.slug: area for area in town.service_areas}),
    )
    absent = tuple(sorted(rows.versions(tx.conn).procedures.keys() - wanted.procedures.keys()))
    for slug in absent if asked.withdraw_absent else ():
        tx.append(f"procedure-{slug}", [ProcedureWithdrawn(slug=slug, version=rows.withdraw(tx.conn, slug))])
    now = rows.versions(tx.conn)
    return calls.TownImported(
        published=published,
        absent=() if asked.withdraw_absent else absent,
        withdrawn=absent if asked.withdraw_absent else (),
        town=now.town,
        procedures=now.procedures,
        agendas=now.agendas,
    )


def _refuse_another_town(conn: Connection, files: TownFiles, town: str) -> None:
    """The identifier counts from the first procedure on: a town that is not filled in yet may still be called anything.

    `town`: the identifier that the installation is set to serve, "" where that is left to the files.
    """
    slug, known = files.town.town.slug, rows.current_town(conn)
    offered = rows.current_definitions(conn)
    if not (offered or files.procedures.procedures):
        return
    served = town or (read(Town, known[1]).town.slug if known and offered else slug)
    if slug != served:
        message = ANOTHER_TOWN.format(served=served, slug=slug)
        raise ImportRefused([Problem(file=coherence.TOWN, entry="town", field="slug", message=message)])


def _publish_town(tx: Transaction, slug: str, document: dict[str, object]) -> int | None:
    known = rows.current_town(tx.conn)
    if known is not None and dumped(known[1]) == dumped(document):
        return None
    version = known[0] + 1 if known else 1
    tx.conn.execute(rows.ADD_TOWN, {"version": version, "document": dumped(document), "now": tx.now})
    tx.append(f"town-{slug}", [from_json(TownPublished, {"version": version, **document})])
    return version


def _publish_agendas(tx: Transaction, agendas: Mapping[str, dict[str, object]]) -> dict[str, int]:
    known, published = rows.current_agendas(tx.conn), dict[str, int]()
    for slug, agenda in agendas.items():
        stored = dumped(agenda)
        version, before = known.get(slug, (0, ""))
        if stored == before:
            continue
        rows.add_version(tx.conn, rows.ADD_AGENDA, slug, version + 1, stored, tx.now)
        tx.append(f"agenda-{slug}", [AgendaPublished(slug=slug, version=version + 1, definition=agenda)])
        published[slug] = version + 1
    return published


def _publish_procedures(
    tx: Transaction, procedures: Mapping[str, dict[str, object]], areas: Mapping[str, ServiceArea]
) -> dict[str, int]:
    """Publishes what changed. Where each is listed and how it is found is no version of it: written anew every time."""
    known, published = rows.current_definitions(tx.conn), dict[str, int]()
    for place, (slug, entry) in enumerate(procedures.items()):
        stored, procedure = dumped(entry), read(Procedure, entry)
        version, withdrawn, before = known.get(slug, (0, False, ""))
        found_by = _found_by(procedure, areas[procedure.area])
        if stored == before and not withdrawn:
            rows.show(tx.conn, version, place, entry, found_by)
            continue
        rows.add_version(tx.conn, rows.ADD_DEFINITION, slug, version + 1, stored, tx.now)
        rows.show(tx.conn, version + 1, place, entry, found_by)
        document: dict[str, object] = {**entry, "version": version + 1}
        tx.append(f"procedure-{slug}", [ProcedurePublished(slug=slug, version=version + 1, definition=document)])
        published[slug] = version + 1
    return published


def _found_by(procedure: Procedure, area: ServiceArea) -> Searchable:
    """What a procedure can be found by, with the title and the keywords of its service area."""
    choices = [label for field in procedure.fields for label in field.choices.values()]
    return searchable(
        name=procedure.title,
        keywords=[*procedure.keywords, area.title, *area.keywords],
        summary=procedure.summary,
        rest=[procedure.help, procedure.audience, *choices],
    )


def _files_of(tx: Transaction, asked: calls.FilesOfTown) -> dict[str, object]:
    """Those of the four files that are given, by name. Raises NotAnAdministrator: one import publishes the town, its procedures
    and its agendas, and the actor may do all three."""
    actor = tx.actor
    if actor is None or not (actor.kind == "system" or (actor.kind == "agent" and RIGHTS.issubset(actor.permissions))):
        raise NotAnAdministrator
    given: dict[str, object] = vars(asked)
    return {name: given[name] for name in coherence.FILES if given[name] is not None}
