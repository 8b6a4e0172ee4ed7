"""People find what the town publishes with the words that they have, and nothing of what is not for them."""

from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.content.reading import views as queries
from services.content.schemas.articles import FindArticles
from tests.integration.content.conftest import Calendar, import_content, publish
from tests.support.asking import ask

VISITOR = Actor(kind="visitor", id="v" * 64)
CAMILLE = Actor(kind="citizen", id="camille")


def find(store: Store, q: str, actor: Actor = VISITOR, limit: int = 30) -> dict[str, Any]:
    return to_json(ask(store, queries.find, FindArticles(q=q, limit=limit), actor))


def found(store: Store, q: str, actor: Actor = VISITOR) -> list[str]:
    return [item["slug"] for item in find(store, q, actor)["items"]]


# The words that people come with, and the page that answers them.
EVERYDAY = {
    "horaires-mairie": ("horaire mairie", "Horaires de la mairie", "heures d'ouverture", "adresse de la mairie"),
    "se-marier-se-pacser": ("se marier", "mariage", "pacs", "dossier de mariage"),
    "animaux-errants": ("chien errant", "chiens errants", "chien dangereux", "fourriere", "chat perdu"),
    "frelons-asiatiques": ("frelon", "frelons", "nid de guêpes"),
    "decheterie-vieux-moulin": ("déchèterie", "dechetterie", "gravats"),
    "calendrier-collectes": ("jour des poubelles", "tri", "bac jaune"),
    "numeros-urgence": ("urgence", "pompier", "samu"),
    "navettes": ("bus", "navette"),
    "aviron-decouverte": ("aviron",),
    "gym-douce": ("gymnastique", "gym douce"),
    "quai-de-l-orne-circulation-alternee": ("circulation alternée", "quai de l'orne"),
}


def test_every_content_is_found_by_everyday_words(imported: Store) -> None:
    missed = [
        (slug, typed) for slug, ways in EVERYDAY.items() for typed in ways if found(imported, typed)[:1] != [slug]
    ]

    assert missed == []


def test_a_result_says_what_it_is(imported: Store) -> None:
    first = find(imported, "frelon")["items"][0]

    assert (first["kind"], first["category_label"], first["audience"]) == ("practical_info", "Cadre de vie", "public")
    assert first["rank"] > 0


def test_a_typing_mistake_is_read_as_the_nearest_word_and_the_word_suggested(imported: Store) -> None:
    page = find(imported, "frellon")

    assert page["items"][0]["slug"] == "frelons-asiatiques"
    assert page["suggestion"] in ("frelon", "frelons")


def test_results_with_some_of_the_words_are_marked_as_partial(imported: Store) -> None:
    page = find(imported, "un chien sous mon lit")

    assert page["partial"]
    assert page["items"][0]["slug"] == "animaux-errants"
    assert not find(imported, "chien")["partial"]


@pytest.mark.parametrize("typed", ["zzzzxyzw", "le de la", "'); DROP TABLE articles; --", "!!! & | :*", "\x00", ""])
def test_a_meaningless_search_is_no_error(imported: Store, typed: str) -> None:
    page = find(imported, typed)

    assert (page["items"], page["total"], page["suggestion"]) == ([], 0, None)


def test_a_search_by_a_visitor_finds_no_content_for_account_holders(imported: Store) -> None:
    assert found(imported, "végétarien", CAMILLE) == ["menus-restauration"]
    assert found(imported, "végétarien") == []
    assert find(imported, "quinzain", CAMILLE)["items"] != []

    guessed = find(imported, "restoration", CAMILLE)
    assert guessed["suggestion"] == "restauration"
    assert find(imported, "restoration")["suggestion"] is None, "its words are no suggestion either"


def test_an_article_is_found_only_while_it_is_published(
    store: Store, documents: dict[str, Any], calendar: Calendar
) -> None:
    article = documents["news"]["news"][0]
    article["published"], article["expires"] = "D+1", "D+2"
    import_content(store, documents)

    seen = []
    for _ in range(4):
        seen.append(article["slug"] in found(store, "circulation alternée"))
        calendar.pass_days(1)

    assert seen == [False, True, True, False]


def test_a_changed_article_is_found_by_its_new_words(
    imported: Store, documents: dict[str, Any], calendar: Calendar
) -> None:
    documents["news"]["news"][0] |= {"title": "Zébulon au quai", "keywords": ["manège"]}
    import_content(imported, documents)

    assert found(imported, "zebulons") == found(imported, "manèges") != []


def test_articles_of_an_older_version_are_read_by_the_service_itself(imported: Store) -> None:
    with imported.transaction() as tx:
        tx.conn.execute("UPDATE articles SET search = NULL, words_plain = '{}', words_shown = '{}'")
    assert found(imported, "frelon") == []

    publish(imported)

    assert found(imported, "frelon") == ["frelons-asiatiques"]


def test_the_best_results_are_given_and_all_are_counted(imported: Store) -> None:
    page = find(imported, "mairie", CAMILLE, limit=1)

    assert len(page["items"]) == 1
    assert page["total"] > 1
