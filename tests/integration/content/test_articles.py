"""News, activities and practical information: to each what they may know, at the hour that the town chose."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.content.articles import rules as readers
from services.content.articles.rows import next_change_in
from services.content.publication import use_cases
from services.content.reading import views as queries
from services.content.schemas.articles import Home, ListArticles, ReadArticle, ReadHome
from services.content.schemas.files import CheckContent
from services.townhall.problems import ImportRefused
from tests.integration.content.conftest import SYSTEM, Calendar, facts, import_content, publish
from tests.support.asking import ask

VISITOR = Actor(kind="visitor", id="v" * 64)
TRACKING = Actor(kind="tracking", id="", tokens=("t",))
CAMILLE = Actor(kind="citizen", id="camille")
AGENT = Actor(kind="agent", id="a1", roles=("agent",))
KINDS = ("news", "activities", "practical_info")


def listed(store: Store, kind: str, actor: Actor, **asked: Any) -> dict[str, Any]:
    return to_json(ask(store, partial(queries.articles, kind), ListArticles(**asked), actor))


def article(store: Store, slug: str, actor: Actor) -> dict[str, Any]:
    return to_json(ask(store, partial(queries.article, "news"), ReadArticle(slug=slug), actor))


def home(store: Store, actor: Actor) -> Home:
    return ask(store, queries.home, ReadHome(), actor)


@pytest.mark.parametrize(
    ("kind", "public", "all_of_them"), [("news", 4, 8), ("activities", 5, 8), ("practical_info", 9, 11)]
)
def test_visitors_see_public_contents_and_account_holders_all(
    imported: Store, kind: str, public: int, all_of_them: int
) -> None:
    assert listed(imported, kind, VISITOR)["total"] == public
    assert listed(imported, kind, TRACKING)["total"] == public
    assert listed(imported, kind, CAMILLE)["total"] == all_of_them


def test_nothing_of_a_private_article_reaches_a_visitor(imported: Store) -> None:
    answers = [to_json(home(imported, VISITOR)), *(listed(imported, kind, VISITOR) for kind in KINDS)]

    with imported.read() as conn:
        private = conn.execute("SELECT slug, title FROM articles WHERE audience = 'account'").fetchall()
    assert len(private) == 9
    assert not [row for row in private if row["title"] in str(answers) or row["slug"] in str(answers)]
    assert listed(imported, "news", VISITOR)["categories"][2]["count"] == 0


def test_a_private_article_asks_a_visitor_to_log_in_without_its_title(imported: Store) -> None:
    with pytest.raises(readers.AccountRequired) as refused:
        article(imported, "registre-grand-froid", VISITOR)

    assert refused.value.code == "account_required"
    assert "froid" not in str(refused.value.args) + str(refused.value.details)


def test_an_account_holder_reads_the_private_article(imported: Store) -> None:
    read = article(imported, "rentree-2027-inscriptions-scolaires", CAMILLE)

    assert read["title"].startswith("Rentrée 2027")
    assert "<strong>Avant de commencer</strong>" in read["html"]
    assert read["related_procedure"] == "inscription-scolaire"
    assert read["published"] == "2026-11-22T23:00:00Z"


def test_an_article_names_the_other_space_that_it_leads_to(imported: Store) -> None:
    winter = article(imported, "portail-famille-vacances-hiver", CAMILLE)
    cold = article(imported, "registre-grand-froid", CAMILLE)

    assert winter["partner_space_title"] == "Portail famille"
    assert "partner_space_title" not in cold


def test_my_news_are_the_private_ones_by_category(imported: Store) -> None:
    mine = listed(imported, "news", CAMILLE, audience="account")
    childhood = listed(imported, "news", CAMILLE, audience="account", category="enfance-jeunesse")

    assert (mine["total"], childhood["total"]) == (4, 2)
    with pytest.raises(readers.AccountRequired):
        listed(imported, "news", VISITOR, audience="account")


def test_the_home_page_shows_three_news_and_the_highlighted_one_to_holders(imported: Store) -> None:
    visitor, camille = home(imported, VISITOR), home(imported, CAMILLE)

    assert [one.slug for one in visitor.news] == [
        "quai-de-l-orne-circulation-alternee",
        "passerelle-trois-noms",
        "composteurs-nouveau-semestre",
    ]
    assert (visitor.highlighted, visitor.private_news) == (None, 0)
    assert camille.highlighted
    assert (camille.highlighted.slug, camille.private_news) == ("rentree-2027-inscriptions-scolaires", 4)


def test_an_unknown_category_or_article_is_not_found(imported: Store) -> None:
    with pytest.raises(readers.NoSuchItem):
        listed(imported, "news", VISITOR, category="nulle-part")
    with pytest.raises(readers.NoSuchItem):
        article(imported, "nulle-part", VISITOR)


def test_an_article_appears_at_its_hour_and_is_published_once(
    store: Store, documents: dict[str, Any], calendar: Calendar
) -> None:
    documents["news"]["news"][0]["published"] = "2026-11-25T08:00"
    import_content(store, documents)
    slug = documents["news"]["news"][0]["slug"]
    assert listed(store, "news", VISITOR)["total"] == 3
    assert ("NewsPublished", slug) not in facts(store)

    calendar.instant = calendar.instant.replace(day=25, hour=7, minute=0)
    assert listed(store, "news", VISITOR)["total"] == 4
    for _ in range(2):
        publish(store)

    assert facts(store).count(("NewsPublished", slug)) == 1


def test_the_next_turn_comes_when_something_is_to_be_published(
    store: Store, documents: dict[str, Any], calendar: Calendar
) -> None:
    documents["news"]["news"][0]["published"] = "2026-11-25T08:00"

    def next_change() -> float | None:
        with store.read() as conn:
            return next_change_in(conn, calendar.now())

    assert next_change() is None
    import_content(store, documents)
    wait = next_change()
    assert wait
    for _ in range(20):  # each of the demo town's dates
        calendar.instant += timedelta(seconds=wait)
        assert next_change() == 0
        before = len(facts(store))
        publish(store)
        assert len(facts(store)) > before
        wait = next_change()
        if wait is None:
            break
    assert wait is None
    with store.transaction() as tx:
        tx.conn.execute("UPDATE articles SET search = NULL")
    assert next_change() == 0


def test_an_article_disappears_after_its_last_day_and_is_withdrawn_once(imported: Store, calendar: Calendar) -> None:
    calendar.pass_days(11)

    with pytest.raises(readers.NoSuchItem):
        article(imported, "coupure-eau-lavandieres", CAMILLE)
    for _ in range(2):
        publish(imported)
    assert facts(imported).count(("NewsWithdrawn", "coupure-eau-lavandieres")) == 1


def test_the_same_files_another_day_change_nothing(
    imported: Store, documents: dict[str, Any], calendar: Calendar
) -> None:
    before = facts(imported)
    calendar.pass_days(1)

    result = import_content(imported, documents)

    assert result["published"] == {"news": [], "activities": [], "practical_info": [], "polls": []}
    assert facts(imported) == before


def test_a_new_highlighted_article_takes_the_place_of_the_old_one(imported: Store, documents: dict[str, Any]) -> None:
    articles = {article["slug"]: article for article in documents["news"]["news"]}
    articles["rentree-2027-inscriptions-scolaires"]["highlighted"] = False
    articles["registre-grand-froid"]["highlighted"] = True

    import_content(imported, documents)

    highlighted = home(imported, CAMILLE).highlighted
    assert highlighted
    assert highlighted.slug == "registre-grand-froid"


def test_wrong_files_are_refused_whole_with_their_places(store: Store, documents: dict[str, Any]) -> None:
    documents["news"]["news"][0]["category"] = "nulle-part"
    documents["news"]["news"][1]["highlighted"] = True
    documents["activities"]["activities"][0]["starts"] = "demain"
    documents["polls"]["polls"][0]["anonymous"] = False

    with pytest.raises(ImportRefused) as refused:
        import_content(store, documents)

    assert set(refused.value.fields) == {
        "news.yaml › quai-de-l-orne-circulation-alternee › category",
        "news.yaml › passerelle-trois-noms › highlighted",
        "news.yaml › rentree-2027-inscriptions-scolaires › highlighted",
        "activities.yaml › aviron-decouverte › starts",
        "polls.yaml › passerelle-nom › anonymous",
    }
    assert facts(store) == []


def test_an_agent_publishes_what_the_rights_allow_alone(store: Store, documents: dict[str, Any]) -> None:
    with pytest.raises(use_cases.NotAnEditor):
        import_content(store, documents, actor=AGENT)
    writer = replace(AGENT, permissions=("manage_news",))
    with pytest.raises(use_cases.NotAnEditor):
        import_content(store, documents, actor=writer)
    import_content(store, {"news": documents["news"]}, actor=writer)
    assert facts(store)


def test_a_check_lists_what_an_import_would_change(imported: Store, documents: dict[str, Any]) -> None:
    def changes() -> dict[str, Any]:
        return to_json(ask(imported, use_cases.check_content, CheckContent(**documents), SYSTEM))["changes"]

    assert not any(facts["added"] or facts["changed"] or facts["left"] for facts in changes().values())
    documents["news"]["news"][0]["title"] = "Autre titre"
    gone = documents["news"]["news"].pop()["slug"]
    polls = [entry["slug"] for entry in documents.pop("polls")["polls"]]
    facts = changes()
    assert facts["news"] == {"added": 0, "changed": 1, "same": 6, "left": [gone]}
    assert facts["polls"]["left"] == sorted(polls)
    assert facts["partner_spaces"]["left"] == []
