"""A published definition stands alone: its readers show, check and decide without asking the town again; pure.

What `procedures.yaml` says by reference (department, agenda, service area, flow, statuses, common replies) is written out.
The entry keeps its own shape and order besides.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.contracts import from_json
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.forms import FieldType
from services.procedures.schemas.definitions.procedures import Flow

Document = Mapping[str, Any]
Entry = Mapping[str, Any]

TOWN_PARTS = ("town", "opening_hours", "school_holidays", "sites", "departments", "theme", "portal_settings", "legal")
POSITION = FieldType.POSITION.value
CATALOGUES = ("acknowledgement_texts", "common_replies", "status_catalogue", "step_catalogue")


class Definitions(Struct):
    """What an import publishes, as it is stored; procedures and agendas by slug."""

    town: dict[str, object]
    procedures: dict[str, dict[str, object]]
    agendas: dict[str, dict[str, object]]


def definitions(files: Mapping[str, Any]) -> Definitions:
    """What is in these four files, which are coherent."""
    town, areas, procedures, agendas = (files[name] for name in ("town", "service_areas", "procedures", "agendas"))
    return Definitions(
        town={
            **{part: town[part] for part in TOWN_PARTS},
            "service_areas": sorted(areas["service_areas"], key=lambda area: area["order"]),
            "catalogues": catalogues(procedures),
        },
        procedures={entry["slug"]: entry for entry in resolve(town, areas, procedures, agendas)},
        agendas={entry["slug"]: entry for entry in resolve_agendas(town, agendas)},
    )


def resolve(town: Document, service_areas: Document, procedures: Document, agendas: Document) -> list[dict[str, Any]]:
    """The definitions of the four documents, in the order of `procedures.yaml`, without their version.

    The documents are coherent (`form.problems` found nothing): a reference that leads nowhere is a KeyError.
    """
    areas = by_slug(service_areas["service_areas"])
    known_agendas = {agenda["slug"]: agenda for agenda in resolve_agendas(town, agendas)}
    departments = {entry["slug"]: department_details(town, entry) for entry in town["departments"]}
    flows, statuses = by_slug(procedures["flows"]), by_slug(procedures["status_catalogue"])
    return [
        {
            **entry,
            "flow": dict(flow := flows[entry["flow"]]),
            "statuses": {
                slug: _status(statuses[slug], entry.get("status_meanings", {}))
                for slug in from_json(Flow, flow).statuses()
            },
            "replies": replies_for(flow, procedures["common_replies"], entry["canned_replies"]),
            "department_details": departments[entry["department"]],
            "agenda_details": _agenda_details(known_agendas, entry["appointment"]),
            "area_details": {key: areas[entry["area"]][key] for key in ("slug", "title", "icon")},
            **(
                {"territory": territory(town["town"])} if any(field.get("in_town") for field in entry["fields"]) else {}
            ),
            **({"map": town["town"]["map"]} if any(field["type"] == POSITION for field in entry["fields"]) else {}),
        }
        for entry in procedures["procedures"]
    ]


def resolve_agendas(town: Document, agendas: Document) -> list[dict[str, Any]]:
    """The agendas with the place written out, and the town's holidays, so that slots can be computed alone."""
    sites = by_slug(town["sites"])
    return [
        {
            **entry,
            "site_name": sites[entry["site"]]["name"],
            "address": one_line(sites[entry["site"]]),
            "public_holidays": town["town"]["public_holidays"],
            "school_holidays": [
                {key: holiday[key] for key in ("slug", "label", "from", "to")} for holiday in town["school_holidays"]
            ],
        }
        for entry in agendas["agendas"]
    ]


def department_details(town: Document, department: Entry) -> dict[str, str]:
    """The mandatory mentions of an acknowledgement (CRPA R112-11-1): name, address, e-mail, phone."""
    site = by_slug(town["sites"])[department["site"]]
    return {
        **{key: department[key] for key in ("slug", "name", "email", "phone")},
        "address": one_line(site),
    }


def territory(town: Entry) -> dict[str, Any]:
    """What an address in the town is made of: its `territory`, or the postcode and the city of the town hall."""
    return {
        "name": town["name"],
        "postcodes": [town["address"]["postcode"]],
        "cities": list(dict.fromkeys((town["name"], town["address"]["city"]))),
        **town.get("territory", {}),
    }


def catalogues(procedures: Document) -> dict[str, Any]:
    """What all procedures share."""
    return {name: procedures[name] for name in CATALOGUES}


def replies_for(flow: Entry, common: Sequence[Entry], own: Sequence[Entry]) -> list[dict[str, Any]]:
    """The replies that an agent may send along that flow: common ones where it allows them, then the procedure's own."""
    reachable = {transition["to"] for transition in flow["transitions"] if transition["by"] == "agent"}
    return [dict(reply) for reply in common if reply["sets_status"] in reachable] + [dict(reply) for reply in own]


def one_line(place: Entry) -> str:
    """A postal address on one line, the name of the place first."""
    return f"{place['name']}, {place['line1']}, {place['postcode']} {place['city']}"


def by_slug(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The entries by their stable identifier."""
    return {entry["slug"]: entry for entry in entries}


def _agenda_details(agendas: Mapping[str, dict[str, Any]], appointment: Entry) -> dict[str, Any] | None:
    return agendas[appointment["agenda"]] if appointment["mode"] != "none" else None


def _status(entry: Entry, meanings: Entry) -> dict[str, Any]:
    """A status as the procedure has it: what it means is said in its own words where it has any."""
    return {
        **{key: entry[key] for key in ("label", "closed")},
        "meaning": meanings.get(entry["slug"], entry["meaning"]),
    }
