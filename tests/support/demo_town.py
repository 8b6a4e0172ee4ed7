"""The demo town as its services publish it."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from services.chassis.errors import NotFound
from services.procedures.files import definition as definitions
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import TownFile
from services.procedures.town import opening_hours, theme
from tests.support import published

Json = dict[str, Any]


NOW = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)


CAMILLE = Actor(kind="citizen", id="camille", name="")


NUMBER = "2026-7K4M-93QX"


DRAFT = "0d6f1e5a-0000-4000-8000-000000000001"


def file(name: str) -> Json:
    return published.files()[name]


@cache
def definition(slug: str) -> Json:
    found = definitions.resolve(file("town"), file("service_areas"), file("procedures"), file("agendas"))
    return next({**entry, "version": 1} for entry in found if entry["slug"] == slug)


@cache
def procedure(slug: str) -> Procedure:
    return read(Procedure, definition(slug))


@cache
def agenda(slug: str) -> Json:
    return next(entry for entry in definitions.resolve_agendas(file("town"), file("agendas")) if entry["slug"] == slug)


@cache
def colours() -> Json:
    named = file("town")["theme"]
    return named | theme.derive(named)


def town() -> Json:
    document = file("town")
    return {
        **{name: part for name, part in document.items() if name not in ("schema", "public_holidays_expected")},
        "service_areas": file("service_areas")["service_areas"],
        "catalogues": definitions.catalogues(file("procedures")),
        "version": 1,
        "address_file": False,
        "theme": dict(colours()),
        "open_now": to_json(opening_hours.open_now(from_json(TownFile, document), NOW)),
    }


def catalogue(body: Json, _: Actor) -> Json:
    areas = {area["slug"]: area["title"] for area in file("service_areas")["service_areas"]}
    if body.get("area") not in (None, *areas):
        raise NotFound
    items = [
        {
            **{
                key: entry[key]
                for key in ("slug", "title", "summary", "area", "access", "featured", "fill_time_minutes")
            },
            "area_title": areas[entry["area"]],
            "appointment": entry["appointment"]["mode"] != "none",
            "version": 1,
            "rank": 0.5,
        }
        for entry in file("procedures")["procedures"]
        if body.get("area") in (None, entry["area"])
        and (not body.get("featured") or entry["featured"])
        and body.get("dashboard_tile") in (None, entry.get("dashboard_tile"))
        and body.get("q", "").lower() in entry["title"].lower()
    ]
    return {
        "items": items[: body.get("per_page", 20)],
        "total": len(items),
        "suggestion": None,
        "partial": False,
        "page": 1,
        "per_page": 20,
    }


def step_labels() -> dict[str, str]:
    return {step["slug"]: step["label"] for step in file("procedures")["step_catalogue"]}
