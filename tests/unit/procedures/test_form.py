"""What makes a procedure coherent: each mistake is told at its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from services.procedures.files import coherence
from services.procedures.files.definition import resolve
from services.townhall.problems import ImportRefused

FILES = ("town", "service_areas", "procedures", "agendas")


@pytest.fixture
def documents(town: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({name: town[name] for name in FILES})


@pytest.fixture
def refused(documents: dict[str, Any]) -> Callable[..., dict[str, str]]:
    def change_and_check(slug: str, change: Callable[[dict[str, Any]], object]) -> dict[str, str]:
        change(next(entry for entry in documents["procedures"]["procedures"] if entry["slug"] == slug))
        with pytest.raises(ImportRefused) as refusal:
            coherence.check(documents)
        return {
            place.removeprefix(f"procedures.yaml › {slug} › "): said for place, said in refusal.value.fields.items()
        }

    return change_and_check


def field(procedure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in procedure["fields"] if entry["name"] == name)


def test_the_demo_town_is_coherent(documents: dict[str, Any]) -> None:
    coherence.check(documents)


CHANGES: list[tuple[str, Callable[[dict[str, Any]], object], str, str]] = [
    (
        "signalement-voirie",
        lambda p: p["alert"]["when"].update(field="urgence"),
        "alert.when",
        "La condition porte sur « urgence », qui n’est pas un champ placé avant.",
    ),
    (
        "rdv-cni-passeport",
        lambda p: p["appointment"].update(reception_field="nom_beneficiaire"),
        "appointment.reception_field",
        "« nom_beneficiaire » n’est pas un choix de la démarche.",
    ),
    (
        "rdv-cni-passeport",
        lambda p: p["appointment"].update(reception_none="rien"),
        "appointment.reception_none",
        "« rien » n’est pas une réponse de « besoin_accueil ».",
    ),
    (
        "signalement-voirie",
        lambda p: p.update(relations=["child"]),
        "relations",
        "Cette démarche se fait pour soi-même, et ne choisit personne dans la famille.",
    ),
    (
        "signalement-voirie",
        lambda p: p.update(confidential=True),
        "alert",
        "Une démarche confidentielle ne signale aucune réponse d’avance.",
    ),
    (
        "signalement-voirie",
        lambda p: field(p, "repere").update(in_town=True),
        "fields.repere.in_town",
        "Seule une adresse peut être demandée dans la commune.",
    ),
    (
        "location-salle",
        lambda p: p.update(texts=[]),
        "fields.reglement.agrees_to",
        "« reglement-salles » n’est pas un texte de la démarche (texts).",
    ),
    (
        "location-salle",
        lambda p: field(p, "salle").update(agrees_to="reglement-salles"),
        "fields.salle.agrees_to",
        "Seule une case à cocher accepte un texte.",
    ),
    (
        "location-salle",
        lambda p: p["texts"].append(p["texts"][0]),
        "texts.reglement-salles",
        "Deux textes portent ce nom.",
    ),
    (
        "enlevement-encombrants",
        lambda p: p["quota"].update(period="month"),
        "quota.served",
        "Le jour où la place est honorée ne se dit que d’un quota par semaine (period: week).",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "qualite")["shown_when"].update(field="remise"),
        "fields.qualite.shown_when",
        "La condition porte sur « remise », qui n’est pas un champ placé avant.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "qualite")["shown_when"].update(any_of=["copie"]),
        "fields.qualite.shown_when",
        "« copie » n’est pas un choix de « type_acte ».",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "qualite")["shown_when"].update(equals="copie_integrale"),
        "fields.qualite.shown_when",
        "Il faut une seule condition : equals, any_of, contains ou any_contains.",
    ),
    (
        "acte-naissance",
        lambda p: p["fields"].append(dict(p["fields"][0])),
        "fields.commune_evenement",
        "Deux champs portent ce nom.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "remise").pop("choices"),
        "fields.remise.choices",
        "Il faut des choix pour une liste, et seulement pour une liste.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "prenoms").update(pattern="^([a-z]+$"),
        "fields.prenoms.pattern",
        "Ce motif ne peut pas être lu.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "prenoms").update(pattern="[a-z]+"),
        "fields.prenoms.pattern",
        "Le motif doit décrire toute la réponse : de ^ à $.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "date_naissance").update(max="demain"),
        "fields.date_naissance.max",
        "Il faut une date, ou un jour tel que D, D-12 ou D+16y.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "nombre").update(min=9),
        "fields.nombre.min",
        "La limite basse dépasse la limite haute.",
    ),
    (
        "acte-naissance",
        lambda p: field(p, "prenoms").update(prefill="applicant.shoe_size"),
        "fields.prenoms.prefill",
        "« applicant.shoe_size » n’est pas une information du demandeur ou du membre choisi.",
    ),
    (
        "acte-naissance",
        lambda p: p["steps"].insert(1, "appointment"),
        "steps",
        "Les étapes doivent être, dans cet ordre : procedure, applicant, request, summary.",
    ),
    (
        "acte-naissance",
        lambda p: p["appointment"].update(agenda="salles"),
        "appointment.agenda",
        "Il faut un agenda quand un rendez-vous est possible, et seulement alors.",
    ),
    (
        "location-salle",
        lambda p: p["appointment"].update(agenda="mars"),
        "appointment.agenda",
        "L’agenda « mars » n’existe pas.",
    ),
    ("acte-naissance", lambda p: p.update(flow="autre"), "flow", "« autre » n’existe pas."),
    (
        "acte-naissance",
        lambda p: p["canned_replies"][0].update(sets_status="waiting_list"),
        "canned_replies.acte-expedie.sets_status",
        "« waiting_list » n’est pas un état de ce circuit.",
    ),
    (
        "acte-naissance",
        lambda p: p["canned_replies"][0].update(text="Bonjour {{ nom }}"),
        "canned_replies.acte-expedie.text",
        "« {{ nom }} » ne fait pas partie des mentions à compléter.",
    ),
    (
        "acte-naissance",
        lambda p: p["documents"][1]["shown_when"].update(field="inconnu"),
        "documents.lien-parente.shown_when",
        "La condition porte sur « inconnu », qui n’est pas un champ placé avant.",
    ),
    (
        "subvention-association",
        lambda p: p["rules"][0].update(fields=["montant", "inconnu"]),
        "rules.less_or_equal (n° 1)",
        "« inconnu » n’est pas un champ de la démarche.",
    ),
    (
        "location-salle",
        lambda p: next(field for field in p["fields"] if field["name"] == "heure_fin").pop("pattern"),
        "rules.time_order (n° 1)",
        "Les champs à comparer ont un motif d’heure, de la forme 14:00 ou 14 h.",
    ),
    (
        "location-salle",
        lambda p: p["rules"][-1].update(limits={"piscine": 3}),
        "rules.max_by_choice (n° 2)",
        "« piscine » n’est pas un choix de « salle ».",
    ),
    (
        "acte-naissance",
        lambda p: p["silence"].pop("months"),
        "silence.months",
        "Il faut un délai quand le silence a un effet, et seulement alors.",
    ),
    (
        "changement-telephones",
        lambda p: p["updates_profile"]["map"].update(fax="home_phone"),
        "updates_profile",
        "« fax » n’est pas un champ de la démarche.",
    ),
    (
        "acte-naissance",
        lambda p: p.update(status_meanings={"scheduled": "La date est fixée."}),
        "status_meanings.scheduled",
        "« scheduled » n’est pas un état de ce circuit.",
    ),
    (
        "acte-naissance",
        lambda p: p.update(appeal="Écrivez au service avant le {{ deadline }}."),
        "appeal",
        "«\u00a0{{ deadline }}\u00a0» ne peut pas être complété dans les voies de recours.",
    ),
    ("acte-naissance", lambda p: p.update(titel="x"), "titel", "Ce nom n’est pas connu ici."),
    ("acte-naissance", lambda p: p.update(featured="yes"), "featured", "Il faut true ou false."),
    ("acte-naissance", lambda p: field(p, "remise").pop("label"), "fields.remise.label", "Cette information manque."),
]


@pytest.mark.parametrize(
    ("slug", "change", "place", "said"), CHANGES, ids=[f"{c[0]} {c[2]} {n}" for n, c in enumerate(CHANGES)]
)
def test_a_mistake_is_told_at_its_place(
    refused: Callable[..., dict[str, str]], slug: str, change: Callable[[dict[str, Any]], object], place: str, said: str
) -> None:
    assert refused(slug, change) == {place: said}


def test_an_agenda_whose_ranges_do_not_hold_whole_slots_is_refused(documents: dict[str, Any]) -> None:
    documents["agendas"]["agendas"][0]["weekly"]["monday"] = ["09:00-11:50"]
    with pytest.raises(ImportRefused) as refusal:
        coherence.check(documents)
    assert refusal.value.fields == {
        "agendas.yaml › titres-identite › weekly.monday": "Chaque plage doit durer un multiple de 20 minutes."
    }


@pytest.mark.parametrize("document", [None, [], "texte", 3, {"town": []}])
def test_whatever_is_given_instead_of_a_file_is_refused(documents: dict[str, Any], document: object) -> None:
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
