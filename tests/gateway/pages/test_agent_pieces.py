"""Pieces of an agent's file, and the file on paper."""

import io

import pytest

from services.chassis.errors import Conflict, Unavailable
from services.documents.schemas.refusals import UnknownFile
from services.townhall.pieces import LONGEST_LABEL
from tests.support import agents_desk as desk
from tests.support.agents_desk import HERE
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import EXCHANGES

ACTE = "8c0b7f0e-62a1-4f0e-9a51-2b6f4d3c1a01"
PIECE = "8c0b7f0e-62a1-4f0e-9a51-2b6f4d3c1a02"


def acte(services: Stubs, **changes: object) -> None:
    """The request has one piece, of three pages."""
    [given] = services.answers["documents.request_documents"]["documents"]
    file = {"id": ACTE, "name": "acte.pdf", "size": 90_000, "type": "application/pdf", "pages": 3}
    services["documents.request_documents"] = {"documents": [given | {"id": PIECE, "files": [file]} | changes]}


def test_a_photograph_opens_on_the_page(agent: Client) -> None:
    answer = agent.press(agent.page(f"{HERE}?onglet=pieces"), ".file__name button")

    shown = parsed(answer, 200).select_one(".viewer img")

    assert shown["src"] == f"{HERE}/pieces/{desk.PHOTO}/pages/1"


def test_a_page_is_turned_and_enlarged_by_buttons(agent: Client, services: Stubs) -> None:
    acte(services)

    viewer = agent.page(f"{HERE}?voir={ACTE}&page=2&zoom=150&rotation=270").select_one(".viewer")
    links = {one["data-to"]: one.get("formaction", "") for one in viewer.select("[data-to]")}

    assert viewer.select_one("img")["alt"] == "Page 2 sur 3 de acte.pdf"
    assert (viewer["data-zoom"], viewer["data-turn"]) == ("150", "270")
    assert links["previous"] == f"{HERE}/vue?voir={ACTE}&page=1&zoom=150&rotation=270#vue"
    assert "page=3" in links["next"] and "zoom=200" in links["larger"] and "rotation=0" in links["turned"]
    last = agent.page(f"{HERE}?voir={ACTE}&page=3").select_one("[data-to=next]")
    assert last.has_attr("hidden") and not last.has_attr("formaction")
    assert (
        agent.page(f"{HERE}?voir={ACTE}&page=9&zoom=7").select_one(".viewer img")["alt"] == "Page 1 sur 3 de acte.pdf"
    )


def test_a_page_of_a_piece_is_kept_by_no_cache(agent: Client, services: Stubs) -> None:
    services["documents.draw_page"] = {"content": "/9g=", "width": 1, "height": 1, "pages": 3}

    drawn = agent.get(f"{HERE}/pieces/{ACTE}/pages/2")

    assert (drawn.data, drawn.content_type) == (b"\xff\xd8", "image/jpeg")
    assert "no-store" in drawn.headers["Cache-Control"] and "sandbox" in drawn.headers["Content-Security-Policy"]
    assert drawn.headers["X-Content-Type-Options"] == "nosniff"
    assert [body["page"] for body in services.bodies("documents.draw_page")] == [2]


def test_a_piece_is_marked_with_the_files_that_were_shown(agent: Client, services: Stubs) -> None:
    acte(services)
    services["documents.mark_document"] = {}

    sent = agent.submit(f"{HERE}?voir={ACTE}", ".conformity", **{f"motif-{PIECE}": "Illisible"})

    assert sent.location == f"{HERE}?voir={ACTE}&page=1&zoom=100&rotation=0#d-{PIECE}"
    [body] = services.bodies("documents.mark_document")
    assert (body["conforming"], body["reason"], list(body["files"])) == (False, "Illisible", [ACTE])


def test_a_mark_that_is_refused_keeps_what_was_typed(agent: Client, services: Stubs) -> None:
    acte(services)
    services["documents.mark_document"] = Conflict("Cette pièce a changé.")

    page = parsed(agent.submit(HERE, ".conformity", **{f"motif-{PIECE}": "Illisible"}), 409)

    assert page.select_one(f"#motif-{PIECE}")["value"] == "Illisible"
    assert "Cette pièce a changé." in page.select_one(f"#motif-{PIECE}-erreur").get_text()


TYPED = {"reason": "Voie privée", "message": "Bonjour,", "note": "À revoir"}


@pytest.mark.parametrize("button", [".conformity button", "[data-to=turned]", "#nouvelle button"])
def test_what_is_typed_stays_whatever_button_is_pressed(agent: Client, services: Stubs, button: str) -> None:
    acte(services)
    services["documents.mark_document"] = {}
    typed = TYPED

    page = parsed(agent.press(agent.page(f"{HERE}?vers=rejected&voir={ACTE}"), button, **typed), 200)

    left = typed | ({"note": ""} if button == "#nouvelle button" else {})
    assert {name: page.select_one(f"[name={name}]").get_text() for name in typed} == left
    assert page.select_one("#ecrits")["action"] == f"{HERE}/decision"
    assert page.select_one(".viewer img") or button == "#nouvelle button"


def test_a_decision_that_is_sent_leaves_a_message_that_is_not(agent: Client, services: Stubs) -> None:
    given = {"reason": "Voie privée", "message": "Bonjour,", "action": "suivante"}

    page = parsed(agent.submit(f"{HERE}?vers=rejected", "form.decide__form", **given), 200)

    assert services.bodies("requests.take_next") == []
    assert page.select_one("#message").get_text() == "Bonjour,"
    assert (page.select("form.decide__form"), page.select("#fait, #attente") != []) == ([], True)


def test_a_piece_for_a_request_that_has_closed_is_refused_on_the_page(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{HERE}?onglet=pieces")
    services["requests.tracking"] = desk.case(can={"add_documents": False})

    sent = agent.fill(page, "#ajouter form")

    assert "La pièce n’est pas ajoutée" in parsed(sent).select_one("main .notice").get_text()


def test_a_file_is_printed_whole_and_without_what_is_internal(agent: Client) -> None:
    page = agent.page(f"{HERE}/imprimer")
    titles = [title.get_text() for title in page.select("main h2")]

    assert titles == ["Le demandeur", "La demande", "Pièces jointes", "Échanges", "Historique"]
    words = page.select_one("main").get_text()
    assert NUMBER in words
    assert "lampadaire.jpg" in words
    assert "Imprimé le" in words
    assert "Vu avec le prestataire." not in words


def test_a_printed_unread_message_is_marked_as_cut_only_where_it_is(agent: Client, services: Stubs) -> None:
    waiting = EXCHANGES[2] | {"direction": "to_town"}
    for cut, words in ((True, "Message non ouvert\u00a0: seul son début est imprimé."), (False, "Message non ouvert.")):
        services["messaging.exchanges"] = {"items": [waiting | {"cut": cut}], "unread": 1}
        assert agent.page(f"{HERE}/imprimer").select_one(".paper__said .muted").get_text() == words


def test_a_piece_of_the_town_is_bound_by_the_towns_own_limits(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{HERE}?onglet=pieces").select_one("#ajouter")

    assert (
        page.select_one("#fichier-aide").get_text()
        == "De un à quatre fichiers PDF, JPG ou PNG, 5\u00a0Mo chacun au plus."
    )
    assert page.select_one("#libelle")["maxlength"] == str(LONGEST_LABEL)


def test_a_piece_without_a_name_is_refused_at_the_name(agent: Client) -> None:
    page = parsed(agent.submit(f"{HERE}?onglet=pieces", "#ajouter form"), 422)

    assert page.select_one("#libelle")["aria-invalid"] == "true"
    assert page.select_one("#libelle-erreur").get_text(strip=True).endswith("Donnez un nom à cette pièce.")
    assert page.select_one(".error-summary a")["href"] == "#libelle"
    assert "aria-invalid" not in page.select_one("#fichier").attrs


def with_files(agent: Client, *names: str) -> dict[str, object]:
    form = held_values(agent.page(f"{HERE}?onglet=pieces").select_one("#ajouter form"))
    return form | {"libelle": "Devis", "fichier": [(io.BytesIO(name.encode()), name) for name in names]}


def test_a_file_that_is_gone_since_the_form_was_first_sent_is_added_as_a_new_one(
    agent: Client, services: Stubs
) -> None:
    services["documents.begin_upload"] = UnknownFile()

    agent.post(f"{HERE}/pieces", data=with_files(agent, "devis.pdf"))

    tries = [asked.command_id for asked in services.asked if asked.method == "documents.begin_upload"]
    assert len(set(tries)) == 2


def test_the_other_files_are_not_tried_while_documents_is_unavailable(agent: Client, services: Stubs) -> None:
    services["documents.begin_upload"] = Unavailable()

    page = parsed(agent.post(f"{HERE}/pieces", data=with_files(agent, "devis.pdf", "plan.pdf")), 503)

    assert {body["filename"] for body in services.bodies("documents.begin_upload")} == {"devis.pdf"}
    assert "plan.pdf" in page.select_one("#fichier-erreur").get_text()


def test_a_piece_erased_with_the_decision_is_marked(agent: Client, services: Stubs) -> None:
    given = services.answers["documents.request_documents"]["documents"][0]
    services["documents.request_documents"] = {"documents": [given | {"delete_after": "decision"}]}

    assert (
        "Effacée dès que la demande est close" in agent.page(f"{HERE}?onglet=pieces").select_one(".document").get_text()
    )
