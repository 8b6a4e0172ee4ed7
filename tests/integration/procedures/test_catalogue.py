"""People find a procedure with the words that they have, as they type them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.procedures.catalogue import views as queries
from services.procedures.catalogue.views import NoSuchArea, NoTownYet
from services.procedures.schemas.catalogue import Catalogue, ListServiceAreas, ReadProcedure, ReadTown, SearchCatalogue
from services.procedures.schemas.refusals import NoSuchProcedure
from tests.support.asking import ask


def page(store: Store, **asked: Any) -> Catalogue:
    return ask(store, queries.catalogue_page, SearchCatalogue(**asked))


def found(store: Store, q: str) -> list[str]:
    return [item.slug for item in page(store, q=q).items]


def test_a_tile_of_the_dashboard_lists_procedures_of_every_area(imported: Store) -> None:
    behind = page(imported, dashboard_tile="contact_details")

    assert [item.slug for item in behind.items] == [
        "changement-adresse-postale",
        "changement-telephones",
        "changement-courriels",
    ]
    assert behind.total == 3


# The words that people come with, and what they are after.
EVERYDAY = {
    "acte-naissance": ("extrait de naissance", "acte de naissance", "actes de naissances"),
    "acte-mariage": ("extrait de mariage", "livret de mariage"),
    "acte-deces": ("certificat de décès", "mort", "obsèques"),
    "rdv-cni-passeport": ("papiers d’identité", "pièce d’identité", "cni", "carte d'identite", "carte d’identité"),
    "recensement-citoyen": ("recensement militaire", "journée défense", "jdc"),
    "inscription-listes-electorales": ("voter", "carte d’électeur", "elections"),
    "inscription-scolaire": ("ecole", "maternelle", "inscrire mon fils à l’école"),
    "inscription-restauration-periscolaire": ("cantine", "garderie", "centre de loisirs", "repas"),
    "demande-place-creche": ("creche", "bebe", "nounou"),
    "changement-adresse-postale": ("changer d’adresse", "changement de domicile"),
    "changement-telephones": ("numéro de portable",),
    "changement-courriels": ("email", "adresse mail"),
    "signalement-voirie": (
        "éclairage",
        "eclairage",
        "ECLAIRAGES",
        "nid de poule",
        "lampadaire",
        "trou dans la route",
        "tag",
        "graffiti",
        "dépôt d’ordures",
    ),
    "occupation-domaine-public": ("échafaudage", "brocante", "terrasse de café"),
    "permis-vegetaliser": ("planter des fleurs", "jardinière"),
    "enlevement-encombrants": (
        "ordure",
        "ordures",
        "Ordures ménagères",
        "poubelle",
        "déchets",
        "vieux canapé",
        "l'encombrant",
        "frigo",
    ),
    "demande-composteur": ("compost", "épluchures", "poubelle à compost"),
    "declaration-prealable-travaux": ("abri de jardin", "véranda", "ravalement"),
    "rdv-conseil-urbanisme": ("permis de construire", "architecte"),
    "location-salle": ("salle des fêtes", "louer une salle"),
    "subvention-association": ("subvention", "aide aux associations"),
    "debit-boissons-temporaire": ("buvette", "vendre de l’alcool"),
    "concession-cimetiere": ("tombe", "caveau", "cimetiere"),
    "tranquillite-vacances": (
        "cambriolage",
        "surveillance maison",
        "bruit voisin",
        "tapage nocturne",
        "nuisances sonores",
    ),
}


def test_every_procedure_is_found_by_everyday_words(imported: Store) -> None:
    offered = {item.slug for item in page(imported, per_page=100).items}
    assert offered == EVERYDAY.keys()

    missed = [
        (slug, typed) for slug, ways in EVERYDAY.items() for typed in ways if found(imported, typed)[:1] != [slug]
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("typed", "read", "slug"),
    [
        ("lampadère", "lampadaire", "signalement-voirie"),
        ("ordrue", "ordures", "enlevement-encombrants"),
        ("acte de naisance", "acte de naissance", "acte-naissance"),
        ("bruit voisn", "bruit voisin", "tranquillite-vacances"),
    ],
)
def test_a_typing_mistake_is_read_as_the_nearest_word_and_the_word_suggested(
    imported: Store, typed: str, read: str, slug: str
) -> None:
    shown = page(imported, q=typed)

    assert shown.items[0].slug == slug
    assert shown.suggestion == read


def test_a_search_that_is_well_typed_suggests_nothing(imported: Store) -> None:
    assert page(imported, q="passeport").suggestion is None


@pytest.mark.parametrize("typed", ["mot de passe", "mots de passe", "mot de passe oublié", "chien dangereux"])
def test_a_search_about_no_procedure_finds_nothing_rather_than_something_else(imported: Store, typed: str) -> None:
    shown = page(imported, q=typed)

    assert (shown.items, shown.total, shown.suggestion) == ((), 0, None)


def test_where_no_procedure_has_every_word_those_with_some_are_shown_as_such(imported: Store) -> None:
    shown = page(imported, q="un rendez-vous pour mon passeport perdu")

    assert shown.partial
    assert shown.items[0].slug == "rdv-cni-passeport"
    assert not page(imported, q="rendez-vous passeport").partial


def test_the_word_that_few_procedures_have_decides_whatever_stands_around_it(imported: Store) -> None:
    assert found(imported, "je voudrais faire une demande pour avoir un lombricomposteur")[0] == "demande-composteur"
    assert found(imported, "une demande de concession pour la tombe de ma mère")[0] == "concession-cimetiere"
    assert found(imported, "comment faire pour ma tombe") == ["concession-cimetiere"]
    assert found(imported, "Bonjour, je voudrais obtenir un passeport")[0] == "rdv-cni-passeport"


@pytest.mark.parametrize("typed", ["zzzzxyzw", "le de la", "'); DROP TABLE catalogue; --", "!!! & | :*", "🎈"])
def test_a_meaningless_search_is_no_error(imported: Store, typed: str) -> None:
    shown = page(imported, q=typed)

    assert shown.total == len(shown.items)


def test_a_search_stays_within_the_area(imported: Store) -> None:
    shown = page(imported, q="acte", area="etat-civil")

    assert {item.area for item in shown.items} == {"etat-civil"}


def test_the_catalogue_is_paged_in_the_order_of_the_town(imported: Store) -> None:
    first, second = (page(imported, page=number, per_page=5) for number in (1, 2))

    assert first.total == second.total == 24
    assert [item.slug for item in first.items][:2] == ["acte-naissance", "acte-mariage"]
    assert not {item.slug for item in first.items} & {item.slug for item in second.items}
    shown = page(imported, page=9, per_page=20)
    assert (shown.items, shown.total) == ((), 24)


def test_featured_procedures_can_be_asked_for(imported: Store) -> None:
    items = page(imported, featured=True).items

    assert items
    assert all(item.featured for item in items)


def test_each_area_counts_its_procedures_and_names_the_department(imported: Store) -> None:
    areas = ask(imported, queries.service_areas, ListServiceAreas()).areas

    assert [area.order for area in areas] == list(range(1, 11))
    assert {area.slug: area.procedures for area in areas}["etat-civil"] == 4
    assert {area.slug: area.department for area in areas}["tranquillite"] == "police-municipale"


def test_an_unknown_area_or_procedure_is_not_found(imported: Store) -> None:
    with pytest.raises(NoSuchArea):
        page(imported, area="nulle-part")
    with pytest.raises(NoSuchProcedure):
        ask(imported, queries.procedure, ReadProcedure(slug="nulle-part"))
    with pytest.raises(NoSuchProcedure):
        ask(imported, queries.procedure, ReadProcedure(slug="acte-naissance", version=7))


def test_the_town_is_answered_with_its_opening_state_and_both_colour_schemes(imported: Store) -> None:
    with imported.viewing(None) as tx:
        tx.now = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
        town = to_json(queries.town(tx, imported.settings, ReadTown()))

    assert town["open_now"]["open"]
    assert town["open_now"]["until"] == "2026-11-24T11:00:00Z"
    assert town["theme"]["light"]["surface"] == "#ffffff"
    assert set(town["theme"]["light"]) == set(town["theme"]["dark"])


def test_a_portal_without_a_town_says_so(store: Store) -> None:
    with store.viewing(None) as tx, pytest.raises(NoTownYet):
        queries.town(tx, store.settings, ReadTown())
