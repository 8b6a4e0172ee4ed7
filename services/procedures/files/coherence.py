"""What holds between the four files of a town: every reference leads somewhere, every name is unique; pure.

A town is refused with all that is wrong with it at once, not with the first mistake.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema

from services.procedures.files import form
from services.procedures.files.definition import flow_statuses
from services.procedures.files.procedures_file import ProceduresFile
from services.procedures.files.town_files import AgendasFile, ServiceAreasFile, TownFile
from services.procedures.town import theme
from services.townhall import placeholders
from services.townhall.problems import ImportRefused, Problem, from_schema

TOWN, AREAS, PROCEDURES, AGENDAS = "town.yaml", "service_areas.yaml", "procedures.yaml", "agendas.yaml"

FILES: Mapping[str, tuple[str, type[Schema]]] = {
    "town": (TOWN, TownFile),
    "service_areas": (AREAS, ServiceAreasFile),
    "procedures": (PROCEDURES, ProceduresFile),
    "agendas": (AGENDAS, AgendasFile),
}

Document = Mapping[str, Any]


def check(documents: Mapping[str, Any]) -> None:
    """Raises ImportRefused with every problem of the documents `town`, `service_areas`, `procedures`, `agendas`."""
    found = [
        problem
        for name, (file, schema) in FILES.items()
        for problem in from_schema(file, documents.get(name), schema().validate(_mapping(documents.get(name))))
    ]
    # References are looked at once every entry has its shape: a missing name would be told twice.
    found = found or list(_references(**{name: documents[name] for name in FILES}))
    if found:
        raise ImportRefused(found)


def _mapping(document: Any) -> Document:
    return document if isinstance(document, Mapping) else {}


def _references(town: Document, service_areas: Document, procedures: Document, agendas: Document) -> Iterator[Problem]:
    yield from _town(town)
    departments, sites = _slugs(town["departments"]), _slugs(town["sites"])
    yield from _unique(AREAS, service_areas["service_areas"])
    for area in service_areas["service_areas"]:
        yield from _leads(AREAS, area, "department", departments)
    yield from _unique(AGENDAS, agendas["agendas"])
    for agenda in agendas["agendas"]:
        yield from _leads(AGENDAS, agenda, "department", departments)
        yield from _leads(AGENDAS, agenda, "site", sites)
        yield from _periods(AGENDAS, agenda["slug"], (*agenda["closures"], *agenda["exceptions"]))
    yield from _catalogues(procedures)
    yield from _unique(PROCEDURES, procedures["procedures"])
    targets = {
        "department": departments,
        "area": _slugs(service_areas["service_areas"]),
        "flow": _slugs(procedures["flows"]),
    }
    flows = {flow["slug"]: flow for flow in procedures["flows"]}
    for procedure in procedures["procedures"]:
        for reference, known in targets.items():
            yield from _leads(PROCEDURES, procedure, reference, known)
        agenda = procedure["appointment"].get("agenda")
        if agenda is not None and agenda not in _slugs(agendas["agendas"]):
            yield _problem(PROCEDURES, procedure, "appointment.agenda", f"L’agenda « {agenda} » n’existe pas.")
        if procedure["flow"] in flows:
            for field, message in form.problems(procedure, flows[procedure["flow"]]):
                yield _problem(PROCEDURES, procedure, field, message)


def _town(town: Document) -> Iterator[Problem]:
    yield from _unique(TOWN, town["sites"])
    yield from _unique(TOWN, town["departments"])
    for department in town["departments"]:
        yield from _leads(TOWN, department, "site", _slugs(town["sites"]))
    for colour, message in theme.unreadable(town["theme"]).items():
        yield Problem(file=TOWN, entry="theme", field=colour, message=message)
    yield from _periods(TOWN, "opening_hours", town["opening_hours"]["exceptions"])
    yield from _periods(TOWN, "school_holidays", town["school_holidays"])


def _catalogues(procedures: Document) -> Iterator[Problem]:
    statuses = _slugs(procedures["status_catalogue"])
    for catalogue in ("step_catalogue", "status_catalogue", "flows", "common_replies"):
        yield from _unique(PROCEDURES, procedures[catalogue])
    for flow in procedures["flows"]:
        for status in flow_statuses(flow):
            if status not in statuses:
                yield _problem(PROCEDURES, flow, "transitions", f"« {status} » n’est pas un état du catalogue.")
    for reply in procedures["common_replies"]:
        for field, message in form.reply_problems(reply, sorted(statuses)):
            yield Problem(file=PROCEDURES, entry="common_replies", field=field, message=message)
    for name, text in procedures["acknowledgement_texts"].items():
        for unknown in placeholders.unknown(text):
            message = f"« {{{{ {unknown} }}}} » ne fait pas partie des mentions à compléter."
            yield Problem(file=PROCEDURES, entry="acknowledgement_texts", field=name, message=message)


def _periods(file: str, entry: str, periods: Sequence[Document]) -> Iterator[Problem]:
    for period in periods:
        label = period["label"]
        if "date" in period:
            continue
        if "from" not in period or "to" not in period:
            yield Problem(file=file, entry=entry, field=label, message="Il faut une date, ou une période (from, to).")
        elif period["from"] > period["to"]:
            yield Problem(file=file, entry=entry, field=label, message="La période finit avant d’avoir commencé.")
        elif "hours" in period and "weekday" not in period:
            yield Problem(file=file, entry=entry, field=label, message="Il faut le jour de la semaine (weekday).")


def _unique(file: str, entries: Sequence[Document]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries:
        if entry["slug"] in seen:
            yield _problem(file, entry, "slug", "Deux entrées portent ce nom.")
        seen.add(entry["slug"])


def _leads(file: str, entry: Document, reference: str, known: set[str]) -> Iterator[Problem]:
    if entry[reference] not in known:
        yield _problem(file, entry, reference, f"« {entry[reference]} » n’existe pas.")


def _problem(file: str, entry: Document, field: str, message: str) -> Problem:
    return Problem(file=file, entry=entry["slug"], field=field, message=message)


def _slugs(entries: Sequence[Document]) -> set[str]:
    return {entry["slug"] for entry in entries}
