"""One service does not answer: what was last known is shown, and personal data are shown as missing."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from gateway import beginnings, brief_calls, conversation, town
from gateway.beginnings import Beginnings
from gateway.sessions.identity import SESSION_CACHE_SECONDS, Sessions
from gateway.sessions.published_changes import PublishedChanges
from gateway.town import ANSWERS_KEPT, FILE, TownBook
from services.chassis.errors import Forbidden, Unavailable
from tests.support.contents import articles
from tests.support.demo_town import NOW, town as town_of
from tests.support.judge import Client
from tests.support.stubs import Stubs

HOUR = timedelta(hours=1)
PLACES = "Les places restantes ne peuvent pas être vérifiées"
LISTS = ("/", "/demarches", "/demarches?toutes", "/demarches/domaine/voirie")
Silence = Callable[[str], None]
Start = Callable[[], None]


@pytest.fixture
def silence(app: Flask, services: Stubs) -> Silence:
    """From now on that service does not answer, and what was kept of its answers is asked for again."""

    def silence(service: str) -> None:
        app.extensions["parvis.town"].changes.happened()
        for method in [name for name in services.answers if name.startswith(f"{service}.")]:
            services[method] = Unavailable(details={"reason": "timeout"})
        services.asked.clear()

    return silence


@pytest.fixture
def started_again(app: Flask, tmp_path: Path) -> Start:
    """A gateway that has just started, with the folder of the one before."""

    def start() -> None:
        clients = app.extensions["parvis.clients"]
        published = PublishedChanges()
        town.install(app, TownBook(clients, published, now=lambda: NOW, state_folder=str(tmp_path)))
        brief_calls.install(app, clients, published)
        beginnings.install(app, Beginnings(clients, published))

    start()
    return start


@pytest.fixture
def minutes_later(app: Flask, citizen: Client, services: Stubs) -> Iterator[Sessions]:
    """A session with an hour left and a subscription to its end; the cached answer of accounts has expired."""
    session = services.answers["accounts.session"]
    services["accounts.session"] = session | {"idle_expires_at": (NOW + HOUR).isoformat()}  # type: ignore[operator]
    identity = app.extensions["parvis.identity"]
    before, seconds = identity.sessions, iter(range(0, 10_000, int(SESSION_CACHE_SECONDS) + 1))
    identity.sessions = Sessions(clock=lambda: next(seconds))
    identity.sessions.subscribed(True)
    yield identity.sessions
    identity.sessions = before


# --- what everyone may read


@pytest.mark.parametrize("service", ["procedures", "content", "requests", "accounts"])
@pytest.mark.parametrize("address", LISTS)
def test_a_page_that_was_shown_once_is_shown_again(
    visitor: Client, silence: Silence, address: str, service: str
) -> None:
    before = visitor.page(address).select("main .row__title, main .tile__title, main .news-item h3")

    silence(service)

    after = visitor.page(address).select("main .row__title, main .tile__title, main .news-item h3")
    assert [title.get_text() for title in after] == [title.get_text() for title in before]


@pytest.mark.parametrize("service", ["procedures", "content", "requests", "accounts"])
@pytest.mark.parametrize("address", LISTS)
def test_a_service_that_is_silent_twice_in_a_row_is_left_alone(
    visitor: Client, services: Stubs, silence: Silence, app: Flask, address: str, service: str
) -> None:
    visitor.page(address)
    silence(service)
    app.extensions["parvis.town"]._clock = lambda: float("inf")  # nothing that is kept is fresh

    for _ in range(3):
        visitor.page(address)

    assert len([one for one in services.asked if one.method.startswith(f"{service}.")]) <= 2


def test_last_known_news_show_their_date(visitor: Client, silence: Silence) -> None:
    assert "Actualités connues le" not in visitor.page("/").get_text()

    silence("content")

    assert "Actualités connues le" in visitor.page("/").get_text()


def test_news_never_received_are_shown_as_unavailable(visitor: Client, silence: Silence) -> None:
    silence("content")

    news = visitor.page("/").select_one("section[aria-labelledby=t-news]")

    assert "Les actualités ne peuvent pas être affichées pour le moment." in news.get_text()
    assert news.select_one("a[href='/']").get_text(strip=True) == "Réessayer"


@pytest.mark.parametrize("address", LISTS)
def test_places_are_shown_as_unknown_while_requests_is_silent(visitor: Client, silence: Silence, address: str) -> None:
    assert PLACES not in visitor.page(address).get_text()

    silence("requests")
    visitor.application.extensions["parvis.town"].changes.happened()

    assert PLACES in visitor.page(address).get_text()


@pytest.mark.parametrize("address", LISTS)
def test_places_not_requested_in_time_are_unknown_and_requested_by_the_next_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    visitor.page(address)
    visitor.application.extensions["parvis.town"].changes.happened()
    with monkeypatch.context() as others_took_it_all:
        others_took_it_all.setattr(conversation, "BRIEF_SECONDS", 0.0)
        assert PLACES in visitor.page(address).get_text()

    assert PLACES not in visitor.page(address).get_text()


def test_a_list_never_received_is_shown_as_unavailable(visitor: Client, silence: Silence) -> None:
    visitor.page("/")
    silence("procedures")

    page = visitor.page("/demarches?toutes")

    assert "La liste des démarches ne peut pas être affichée" in page.select_one("main").get_text()
    assert page.select_one("main a[href='/demarches?toutes']").get_text(strip=True) == "Réessayer"


def test_queries_for_many_pages_of_a_list_evict_no_last_known_answer(
    visitor: Client, services: Stubs, started_again: Start, tmp_path: Path
) -> None:
    book = visitor.application.extensions["parvis.town"]
    of_first_page = services.answers["procedures.catalogue"]
    with visitor.application.test_request_context("/"):
        visitor.application.preprocess_request()
        town_shown, featured = book.town(), book.featured()
        first = book.procedures(page=1, per_page=20)

        services["procedures.catalogue"] = lambda body, actor: of_first_page(body, actor) | {"items": []}
        for number in range(2, 302):
            book.procedures(page=number, per_page=20)

        services["procedures.catalogue"] = services["procedures.town"] = Unavailable()
        assert book.last_known() == town_shown
        assert book.featured().answer == featured.answer
        assert book.procedures(page=1, per_page=20).answer == first.answer
        assert book.procedures(page=301, per_page=20).answer is None
    assert "procedures//1" in (kept := json.loads((tmp_path / FILE).read_text("utf-8")))
    assert not [name for name in kept if name.startswith("procedures//") and name != "procedures//1"]


def test_a_list_of_very_many_pages_evicts_only_pages_of_lists(visitor: Client, drafts: object) -> None:
    book = visitor.application.extensions["parvis.town"]
    with visitor.application.test_request_context("/"):
        visitor.application.preprocess_request()
        known = [book.town(), book.featured().answer]
        for number in range(1, 301):
            book.procedures(page=number, per_page=20)

        assert [book.last_known(), book._kept["featured"].answer] == known
        assert len(book._kept) == ANSWERS_KEPT
        assert "procedures//300" in book._kept


def test_news_for_account_holders_are_not_shown_to_visitors(citizen: Client, services: Stubs, silence: Silence) -> None:
    reserved = articles("news")["items"][0] | {"title": "Réservé"}
    services["content.home"] = lambda _, actor: {
        "news": [], "highlighted": reserved if actor.kind == "citizen" else None, "private_news": 0,
    }  # fmt: skip
    assert "Réservé" in citizen.page("/mon-accueil").get_text()

    silence("content")
    citizen.delete_cookie("parvis")

    assert "Réservé" not in citizen.page("/").get_text()
    assert "Les actualités ne peuvent pas être affichées" in citizen.page("/").get_text()


# --- hours, telephone, emergency


def test_a_gateway_that_starts_while_procedures_is_silent_shows_hours_and_telephones(
    visitor: Client, started_again: Start, silence: Silence
) -> None:
    visitor.page("/")
    silence("procedures")
    started_again()

    page = visitor.page("/")

    assert len(page.select(".table--hours tr")) == 7
    contacts = town_of()["town"]["contacts"]
    footer = page.select_one("footer").get_text().replace("\u00a0", " ")
    assert contacts["phone"].replace("\u00a0", " ") in footer
    assert contacts["emergency_phone"].replace("\u00a0", " ") in footer


def test_news_for_account_holders_are_not_written_to_disk(
    citizen: Client, started_again: Start, tmp_path: Path
) -> None:
    citizen.page("/")

    assert "news/citizen" not in (tmp_path / FILE).read_text("utf-8")
    assert "featured" in (tmp_path / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"town": {}}', '{"town": {"answer": 1, "at": "hier"}}'),
        '{"partner-spaces": {"answer": {"spaces": ["cantine"]}, "at": "2026-11-24T09:20:00+00:00"}}',
    ],
)
def test_an_unreadable_file_does_not_stop_the_gateway(
    visitor: Client, started_again: Start, tmp_path: Path, content: str
) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    started_again()

    assert visitor.page("/").select_one("h1") is not None


def test_an_unwritable_folder_does_not_stop_the_gateway(visitor: Client, app: Flask) -> None:
    town.install(
        app,
        TownBook(app.extensions["parvis.clients"], PublishedChanges(), now=lambda: NOW, state_folder="/proc/nowhere"),
    )

    assert visitor.page("/").select_one("h1") is not None


@pytest.mark.parametrize(
    ("later", "said"),
    [(timedelta(0), "Ouvert jusqu’à"), (timedelta(hours=12), "Horaires d’ouverture")],
)
def test_the_town_hall_is_not_shown_as_open_past_its_last_known_hours(
    visitor: Client, app: Flask, silence: Silence, later: timedelta, said: str
) -> None:
    visitor.page("/")
    silence("procedures")
    app.extensions["parvis.now"] = lambda: NOW + later

    assert visitor.page("/").select_one(".open-now b").get_text().startswith(said)


# --- what is one person's


@pytest.mark.parametrize(
    ("service", "missing"),
    [
        ("requests", "Vos demandes ne peuvent pas être affichées pour le moment."),
        ("accounts", "Vos coordonnées ne peuvent pas être affichées pour le moment."),
    ],
)
def test_mon_accueil_says_which_part_is_missing(
    citizen: Client, silence: Silence, minutes_later: Sessions, service: str, missing: str
) -> None:
    assert missing not in citizen.page("/mon-accueil").get_text()

    silence(service)

    page = citizen.page("/mon-accueil")
    assert missing in page.get_text()
    assert page.select_one("main .tile") is not None


def test_no_answer_about_a_person_is_kept(
    citizen: Client, services: Stubs, silence: Silence, started_again: Start, tmp_path: Path
) -> None:  # fmt: skip
    number = citizen.page("/mon-accueil").select_one("#dernieres .num").get_text()
    silence("requests")

    assert number not in citizen.page("/mon-accueil").get_text()
    assert number not in (tmp_path / FILE).read_text("utf-8")


def test_a_session_outlives_the_silence_of_accounts_until_it_ends_by_itself(
    citizen: Client, silence: Silence, minutes_later: Sessions, app: Flask
) -> None:
    citizen.page("/mon-accueil")
    silence("accounts")

    assert citizen.get("/mon-accueil").status_code == 200
    app.extensions["parvis.now"] = lambda: NOW + HOUR
    assert citizen.get("/mon-accueil").status_code == 503


def test_a_session_is_over_after_a_new_subscription_while_accounts_is_silent(
    citizen: Client, silence: Silence, minutes_later: Sessions
) -> None:
    citizen.page("/mon-accueil")
    silence("accounts")
    minutes_later.subscribed(True)  # forgets what it may have missed

    assert citizen.get("/mon-accueil").status_code == 503


def test_a_session_refused_by_accounts_is_not_accepted_afterwards(
    citizen: Client, services: Stubs, silence: Silence, minutes_later: Sessions
) -> None:
    session = services.answers["accounts.session"]
    citizen.page("/mon-accueil")
    services["accounts.session"] = Forbidden()
    citizen.get("/mon-accueil")
    services["accounts.session"] = session
    silence("accounts")
    citizen.set_cookie("parvis", "s" * 32)

    assert citizen.get("/mon-accueil").status_code == 503


@pytest.mark.parametrize("address", LISTS)
def test_public_pages_are_shown_while_accounts_is_silent(citizen: Client, silence: Silence, address: str) -> None:
    silence("accounts")

    assert citizen.page(address).select_one(".site-head a[href='/connexion']") is None
