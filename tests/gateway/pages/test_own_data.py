"""« Mes données » and the data of one request: an archive is asked for, looked after and downloaded, by its owner alone."""

import pytest

from gateway.files import object_store
from services.chassis.errors import Unavailable
from services.documents.archives.rules import NoArchive, NotTheApplicant, too_soon
from tests.support.demo_town import NOW, NUMBER
from tests.support.judge import Client, parsed
from tests.support.own_space import archive
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

SPACE, REQUEST = "/mon-espace/mes-donnees", f"/demande/{NUMBER}/donnees"
FOUND = {"get_url": "http://store/x", "name": "mes-donnees-2026-11-24.zip", "type": "application/zip", "size": 3}


def test_an_archive_is_asked_for_once_and_the_page_says_what_comes_next(citizen: Client, services: Stubs) -> None:
    sent = citizen.submit(SPACE, f"form[action='{SPACE}/archive']")
    services["documents.read_archive"] = archive("asked")

    assert sent.location == f"{SPACE}?fait=1#archive"
    page = citizen.page(sent.location)
    assert "un courriel vous préviendra" in page.select_one("#archive").get_text()
    assert page.select_one(f"form[action='{SPACE}/archive']") is None
    [asked] = [one for one in services.asked if one.method == "documents.ask_archive"]
    assert asked.command_id
    assert asked.body == {"grant": ""}


def test_a_ready_archive_is_downloaded_and_kept_by_no_cache(
    citizen: Client, services: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    services["documents.read_archive"] = archive("ready")
    services["documents.open_archive"] = FOUND
    monkeypatch.setattr(object_store, "get", lambda address, left: iter([b"zip"]))

    page = citizen.page(SPACE)
    words = page.select_one("#archive").get_text(" ", strip=True).replace("\xa0", " ")
    got = citizen.get(page.select_one(f"a[href='{SPACE}/archive']")["href"])

    assert "1er décembre 2026" in words
    assert "vous pourrez en demander une autre" in words
    assert got.data == b"zip"
    assert got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''mes-donnees-2026-11-24.zip"
    assert "no-store" in got.headers["Cache-Control"]


def test_a_second_archive_within_a_day_is_refused_with_the_next_day(citizen: Client, services: Stubs) -> None:
    services["documents.ask_archive"] = too_soon(NOW)

    page = parsed(citizen.submit(SPACE, f"form[action='{SPACE}/archive']"), 409)

    assert "25 novembre 2026" in page.select_one("#archive").get_text().replace("\xa0", " ")


def test_a_link_to_an_expired_archive_says_so(citizen: Client, services: Stubs) -> None:
    services["documents.open_archive"] = NoArchive()

    late = citizen.get(f"{SPACE}/archive")

    assert late.status_code == 404
    assert "n’est plus conservée" in late.text


def test_a_follower_with_the_link_requests_the_archive_of_the_request(follower: Client, services: Stubs) -> None:
    assert follower.get(f"/demande/{NUMBER}/mes-donnees").location == f"{REQUEST}#archive"

    sent = follower.submit(REQUEST, f"form[action='{REQUEST}/archive']")

    assert sent.location == f"{REQUEST}?fait=archive#archive"
    [asked] = services.bodies("documents.ask_archive")
    assert asked["grant"] == services.answers["requests.tracking"]["grant"]


def test_the_rest_of_the_page_is_shown_while_documents_is_unavailable(follower: Client, services: Stubs) -> None:
    services["documents.read_archive"] = Unavailable()

    page = follower.page(REQUEST)

    assert "n’est pas disponible pour l’instant" in page.select_one("#archive").get_text()
    assert page.select_one(f"form[action='{REQUEST}']") is not None


def test_no_mail_is_promised_to_a_person_without_email(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking() | {"by_post": True}
    for state in ("none", "asked"):
        services["documents.read_archive"] = archive(state)
        assert "courriel" not in follower.page(REQUEST).select_one("#archive").get_text()


def test_a_visitor_opens_neither_the_page_nor_the_archive_of_a_space(visitor: Client, services: Stubs) -> None:
    for address in (SPACE, f"{SPACE}/archive"):
        assert visitor.get(address).status_code in (303, 401, 403)
    assert not [one for one in services.asked if one.method.startswith("documents.")]


def test_an_agent_cannot_open_the_data_page_of_a_request(agent: Client, services: Stubs) -> None:
    services["documents.read_archive"] = NotTheApplicant()

    assert agent.get(REQUEST).status_code == 403
