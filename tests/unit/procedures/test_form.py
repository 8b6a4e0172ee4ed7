"""What makes a procedure coherent: each mistake is reported at its place."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.procedures.files import coherence
from services.procedures.files.definition import resolve
from services.townhall.problems import ImportRefused

FILES = ("town", "service_areas", "procedures", "agendas")


@pytest.fixture
def documents(town: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({name: town[name] for name in FILES})


def test_the_demo_town_is_coherent(documents: dict[str, Any]) -> None:
    coherence.check(documents)


MISTAKES: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text("utf-8"))
NAMES = ("slug", "name", "kind")


def spoil(procedure: dict[str, Any], path: str, mistake: dict[str, Any]) -> None:
    """Makes that mistake at that path, on which the elements of a list are called by their names."""
    *way, last = path.split(".")
    place: Any = procedure
    for step in way:
        place = named(place, step) if isinstance(place, list) else place[step]
    if mistake.get("again"):
        place.append(named(place, last))
    elif "to" in mistake:
        place[last] = mistake["to"]
    else:
        del place[last]


def named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if name in (entry.get(key) for key in NAMES))


@pytest.mark.parametrize(
    ("slug", "mistake"),
    [
        pytest.param(slug, one, id=f"{slug} {one['set']} {number}")
        for slug, mistakes in MISTAKES.items()
        for number, one in enumerate(mistakes)
    ],
)
def test_a_mistake_is_reported_at_its_place(documents: dict[str, Any], slug: str, mistake: dict[str, Any]) -> None:
    spoil(named(documents["procedures"]["procedures"], slug), mistake["set"], mistake)
    with pytest.raises(ImportRefused) as refusal:
        coherence.check(documents)
    place = f"procedures.yaml › {slug} › {mistake.get('at', mistake['set'])}"
    assert without_hard_spaces(refusal.value.fields) == {place: mistake["says"]}


def without_hard_spaces(fields: dict[str, str]) -> dict[str, str]:
    return {place: said.replace("\N{NO-BREAK SPACE}", " ") for place, said in fields.items()}


def test_an_agenda_with_a_range_of_partial_slots_is_refused(documents: dict[str, Any]) -> None:
    documents["agendas"]["agendas"][0]["weekly"]["monday"] = ["09:00-11:50"]
    with pytest.raises(ImportRefused) as refusal:
        coherence.check(documents)
    assert refusal.value.fields == {
        "agendas.yaml › titres-identite › weekly.monday": "Chaque plage doit durer un multiple de 20 minutes."
    }


@pytest.mark.parametrize("document", [None, [], "texte", 3, {"town": []}])
def test_a_document_of_a_wrong_type_is_refused(documents: dict[str, Any], document: object) -> None:
    with pytest.raises(ImportRefused):
        coherence.check({**documents, "town": document})


def test_a_definition_carries_all_that_its_readers_need(documents: dict[str, Any]) -> None:
    definitions = {entry["slug"]: entry for entry in resolve(**documents)}
    report, room = definitions["signalement-voirie"], definitions["location-salle"]

    assert report["flow"]["slug"] == "intervention"
    assert report["statuses"]["scheduled"]["label"] == "Programmée"
    assert report["agenda_details"] is None
    assert report["department_details"]["address"].startswith("Centre technique municipal, Zone du Vieux-Moulin")
    assert report["area_details"] == {"slug": "voirie", "title": "Voirie et espace public", "icon": "road"}
    assert room["agenda_details"]["address"].startswith("Maison des associations, 22 quai de l’Orne")
    assert next(holiday["slug"] for holiday in room["agenda_details"]["school_holidays"]) == "toussaint-2026"


def test_a_status_means_what_the_procedure_says_else_what_the_catalogue_says(documents: dict[str, Any]) -> None:
    definitions = {entry["slug"]: entry["statuses"] for entry in resolve(**documents)}

    assert definitions["enlevement-encombrants"]["done"]["meaning"] == "La collecte est faite."
    assert definitions["signalement-voirie"]["done"]["meaning"] == "Les équipes sont intervenues."
    assert definitions["signalement-voirie"]["redirected"] == definitions["acte-naissance"]["redirected"]


# The ends that a person waits for, and the date that is fixed: a sentence for every procedure says nothing of one.
SAID_BY_THE_PROCEDURE = {"done", "accepted", "scheduled", "active"}


def test_every_procedure_of_the_demo_town_says_what_its_own_statuses_mean(documents: dict[str, Any]) -> None:
    for definition in resolve(**documents):
        own = SAID_BY_THE_PROCEDURE & set(definition["statuses"])
        assert own <= set(definition["status_meanings"]), definition["slug"]


def test_common_replies_are_offered_only_where_the_flow_allows_them(documents: dict[str, Any]) -> None:
    definitions = {entry["slug"]: entry for entry in resolve(**documents)}
    offered = [reply["slug"] for reply in definitions["signalement-voirie"]["replies"]]
    assert "pieces-manquantes" not in offered
    assert {"autre-administration", "accuse-prise-en-charge"} <= set(offered)
