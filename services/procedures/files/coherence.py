"""What holds between the four files of a town: every reference leads somewhere, every name is unique; pure.

A town is refused with all that is wrong with it at once, not with the first mistake.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from marshmallow import Schema

from services.chassis.contracts import Misfit, from_json
from services.procedures.files import form, town_files
from services.procedures.files.entries import ProceduresFile, TownFiles
from services.procedures.schemas.definitions.agendas import HoursException, Span
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.towns import Accessibility, Conformity, TownFile
from services.procedures.town import theme
from services.townhall import placeholders
from services.townhall.problems import ImportRefused, Problem, from_schema
from services.townhall.typography import typeset

TOWN, AREAS, PROCEDURES, AGENDAS = "town.yaml", "service_areas.yaml", "procedures.yaml", "agendas.yaml"

FILES: Mapping[str, tuple[str, type[Schema]]] = {
    "town": (TOWN, town_files.TownFile),
    "service_areas": (AREAS, town_files.ServiceAreasFile),
    "procedures": (PROCEDURES, town_files.ProceduresFile),
    "agendas": (AGENDAS, town_files.AgendasFile),
}


class Entry(Protocol):
    @property
    def slug(self) -> str: ...


def check(documents: Mapping[str, Any]) -> TownFiles:
    """The documents `town`, `service_areas`, `procedures` and `agendas`; raises ImportRefused with every problem of them."""
    found = [
        problem
        for name, (file, schema) in FILES.items()
        for problem in from_schema(file, documents.get(name), schema().validate(_mapping(documents.get(name))))
    ]
    if found:  # references are looked at once every entry has its shape: a missing name would be reported twice
        raise ImportRefused(found)
    try:
        files = from_json(TownFiles, documents)
    except Misfit as misfit:
        raise ImportRefused([_misfit(path) for path in misfit.paths]) from misfit
    if found := list(_references(files)):
        raise ImportRefused(found)
    return files


def _mapping(document: Any) -> Mapping[str, Any]:
    return document if isinstance(document, Mapping) else {}


def _misfit(path: str) -> Problem:
    name, _, field = path.partition(".")
    return Problem(file=FILES[name][0], field=field, message="Cette valeur n’a pas la forme attendue.")


def _references(files: TownFiles) -> Iterator[Problem]:
    town, areas, agendas = files.town, files.service_areas.service_areas, files.agendas.agendas
    procedures, flows = files.procedures.procedures, {flow.slug: flow for flow in files.procedures.flows}
    yield from _town(town)
    departments, sites = _slugs(town.departments), _slugs(town.sites)
    yield from _unique(AREAS, areas)
    for area in areas:
        yield from _leads(AREAS, area, "department", departments)
    yield from _unique(AGENDAS, agendas)
    for agenda in agendas:
        yield from _leads(AGENDAS, agenda, "department", departments)
        yield from _leads(AGENDAS, agenda, "site", sites)
        yield from _periods(AGENDAS, agenda.slug, (*agenda.closures, *agenda.exceptions))
    yield from _catalogues(files.procedures)
    yield from _unique(PROCEDURES, procedures)
    targets = {"department": departments, "area": _slugs(areas), "flow": set(flows)}
    for procedure in procedures:
        for reference, known in targets.items():
            yield from _leads(PROCEDURES, procedure, reference, known)
        if town.town.map is None and any(field.type is FieldType.POSITION for field in procedure.fields):
            message = "Un lieu à placer sur la carte demande ses limites : town.map, dans town.yaml."
            yield _problem(PROCEDURES, procedure, "fields", message)
        booked = procedure.appointment.agenda
        if booked is not None and booked not in _slugs(agendas):
            yield _problem(PROCEDURES, procedure, "appointment.agenda", f"L’agenda « {booked} » n’existe pas.")
        if procedure.flow in flows:
            for field, message in form.problems(procedure, flows[procedure.flow]):
                yield _problem(PROCEDURES, procedure, field, message)


def _town(town: TownFile) -> Iterator[Problem]:
    yield from _unique(TOWN, town.sites)
    yield from _unique(TOWN, town.departments)
    for department in town.departments:
        yield from _leads(TOWN, department, "site", _slugs(town.sites))
    for colour, message in theme.unreadable(town.theme).items():
        yield Problem(file=TOWN, entry="theme", field=colour, message=message)
    if (edges := town.town.map) and not (edges.south < edges.north and edges.west < edges.east):
        yield Problem(file=TOWN, entry="town", field="map", message="Il faut south < north, et west < east.")
    yield from _periods(TOWN, "opening_hours", town.opening_hours.exceptions)
    yield from _periods(TOWN, "school_holidays", town.school_holidays)
    for field, message in _stated(town.legal.accessibility):
        yield Problem(file=TOWN, entry="legal.accessibility", field=field, message=message)


def _stated(accessibility: Accessibility) -> Iterator[tuple[str, str]]:
    """No other conformity than that of an audit, in the words of the law."""
    audit, status = accessibility.audit, accessibility.status
    expected = audit.conformity() if audit else Conformity.NON_COMPLIANT
    if status != expected:
        reason = (
            f"Avec {audit.respected} % des critères respectés" if audit else "Sans audit en cours de validité (audit)"
        )
        yield "status", f"{reason}, il faut « {expected} » : le portail est {expected.in_words}."
    mention = typeset(f"Accessibilité : {expected.in_words}")
    if status == expected and typeset(accessibility.mention) != mention:
        yield "mention", f"Il faut « {mention} »."


def _catalogues(procedures: ProceduresFile) -> Iterator[Problem]:
    statuses = _slugs(procedures.status_catalogue)
    for entries in (
        procedures.step_catalogue, procedures.status_catalogue, procedures.flows, procedures.common_replies
    ):  # fmt: skip
        yield from _unique(PROCEDURES, entries)
    for flow in procedures.flows:
        for status in flow.statuses():
            if status not in statuses:
                yield _problem(PROCEDURES, flow, "transitions", f"« {status} » n’est pas un état du catalogue.")
    for reply in procedures.common_replies:
        for field, message in form.reply_problems(reply, sorted(statuses)):
            yield Problem(file=PROCEDURES, entry="common_replies", field=field, message=message)
    for name, text in vars(procedures.acknowledgement_texts).items():
        for unknown in placeholders.unknown(text):
            message = f"« {{{{ {unknown} }}}} » ne fait pas partie des mentions à compléter."
            yield Problem(file=PROCEDURES, entry="acknowledgement_texts", field=name, message=message)


def _periods(file: str, entry: str, periods: Iterable[Span | HoursException]) -> Iterator[Problem]:
    for period in periods:
        exception = period if isinstance(period, HoursException) else None
        message = ""
        if exception and exception.on:
            continue
        if period.first is None or period.last is None:
            message = "Il faut une date, ou une période (from, to)."
        elif period.first > period.last:
            message = "La période finit avant d’avoir commencé."
        elif exception and exception.weekday is None:
            message = "Il faut le jour de la semaine (weekday)."
        if message:
            yield Problem(file=file, entry=entry, field=period.label, message=message)


def _unique(file: str, entries: Iterable[Entry]) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries:
        if entry.slug in seen:
            yield _problem(file, entry, "slug", "Deux entrées portent ce nom.")
        seen.add(entry.slug)


def _leads(file: str, entry: Entry, reference: str, known: set[str]) -> Iterator[Problem]:
    if (named := getattr(entry, reference)) not in known:
        yield _problem(file, entry, reference, f"« {named} » n’existe pas.")


def _problem(file: str, entry: Entry, field: str, message: str) -> Problem:
    return Problem(file=file, entry=entry.slug, field=field, message=message)


def _slugs(entries: Iterable[Entry]) -> set[str]:
    return {entry.slug for entry in entries}
