"""The demo town as procedures publishes it: what the other services receive, without a broker."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.procedures.files.definition import catalogues, resolve, resolve_agendas, territory
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import Town
from services.townhall.typography import typeset_document

TOWN = Path(__file__).parents[2] / "deploy" / "demo-town"


@cache
def files() -> dict[str, Any]:
    return {file.stem: yaml.load(file.read_bytes(), yaml.CSafeLoader) for file in sorted(TOWN.glob("*.yaml"))}


def slugs() -> list[str]:
    return [entry["slug"] for entry in files()["procedures"]["procedures"]]


@cache
def _typeset() -> dict[str, Any]:
    return typeset_document(files())


@cache
def _definitions() -> dict[str, dict[str, Any]]:
    resolved = resolve(*(_typeset()[name] for name in ("town", "service_areas", "procedures", "agendas")))
    return {entry["slug"]: entry for entry in resolved}


def definition(slug: str, version: int = 1) -> dict[str, Any]:
    """A definition with all its references resolved, as ProcedurePublished carries it."""
    return {**_definitions()[slug], "version": version}


def procedure(slug: str, version: int = 1, **changes: Any) -> Procedure:
    """The same as its readers hold it; `changes` are keys of the stored form."""
    return read(Procedure, definition(slug, version) | changes)


def agenda(slug: str) -> dict[str, Any]:
    """An agenda with its place and the town's school holidays, as AgendaPublished carries it."""
    return next(entry for entry in resolve_agendas(_typeset()["town"], _typeset()["agendas"]) if entry["slug"] == slug)


def town_territory() -> dict[str, Any]:
    """What an address in the demo town is made of."""
    return territory(files()["town"]["town"])


def town() -> dict[str, Any]:
    """The town's document with its catalogues, as TownPublished carries it."""
    document = {key: value for key, value in _typeset()["town"].items() if key != "schema"}
    areas = _typeset()["service_areas"]["service_areas"]
    return {**document, "service_areas": areas, "catalogues": catalogues(_typeset()["procedures"])}


def agenda_read(slug: str, **changes: Any) -> Agenda:
    return read(Agenda, agenda(slug) | changes)


def town_read() -> Town:
    return read(Town, town())
