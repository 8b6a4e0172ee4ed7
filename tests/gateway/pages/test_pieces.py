"""A piece of a request on its own pages: modified, removed after a question, by the citizen and by an agent."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from gateway.pages.pieces.edit import FROZEN, NO_LABEL
from services.chassis.errors import Conflict, Forbidden
from tests.support.agents_desk import case
from tests.support.demo_town import NOW, NUMBER
from tests.support.drafts import Drafts
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

PIECE, ONE, TWO = (str(UUID(int=n)) for n in (10, 11, 12))
HERE = f"/demande/{NUMBER}"
EDIT = f"{HERE}/pieces/{PIECE}/modifier"


def piece(side: str = "citizen", *names: str, slug: str = "autre") -> dict[str, Any]:
    files = [
        {"id": id, "name": name, "size": 10, "type": "application/pdf", "scan": "clean"}
        for id, name in zip((ONE, TWO), names or ("recto.pdf", "verso.pdf"), strict=False)
    ]
    found = {"id": PIECE, "piece": slug, "label": "Devis", "side": side, "author": None, "sensitive": False}
    return found | {"delete_after": None, "added_at": NOW.isoformat(), "files": files}


@pytest.fixture(autouse=True)
def answers(services: Stubs, drafts: Drafts) -> None:
    services["documents.request_documents"] = {"documents": [piece()]}
    services["documents.relabel_document"] = services["documents.remove_document"] = {}
    services["documents.remove_file"] = {}


def frozen(services: Stubs) -> None:
    services["requests.tracking"] = tracking(can={"add_documents": False})


def test_the_tab_links_to_the_acts_on_a_piece(follower: Client, services: Stubs) -> None:
    page = follower.page(f"{HERE}?onglet=pieces")
    links = [link["href"] for link in page.select(".document .cluster a")]
    assert links == [EDIT, f"{HERE}/pieces/{PIECE}/supprimer"]
    services["documents.request_documents"] = {"documents": [piece("town")]}
    assert follower.page(f"{HERE}?onglet=pieces").select(".document .cluster a") == []


def test_a_file_opens_in_a_new_tab(follower: Client) -> None:
    for address in (f"{HERE}?onglet=pieces", EDIT):
        links = follower.page(address).select(".file__name a")
        assert [(link["target"], link["rel"]) for link in links] == [("_blank", ["noopener"])] * 2
        assert links[0].get_text(strip=True) == "recto.pdf(nouvel onglet)"


def test_a_free_piece_is_renamed(follower: Client, services: Stubs) -> None:
    sent = follower.submit(EDIT, "main form", libelle=" Devis  signé ")
    assert sent.location == f"{HERE}?onglet=pieces&fait=piece-modifiee#fait"
    assert services.bodies("documents.relabel_document") == [
        {"grant": "grant", "document_id": PIECE, "label": "Devis signé"}
    ]


def test_an_error_is_shown_at_its_field_and_typed_values_stay(follower: Client, services: Stubs) -> None:
    nameless = follower.submit(EDIT, "main form", libelle=" ")
    assert (nameless.status_code, NO_LABEL in nameless.text) == (422, True)
    services["documents.relabel_document"] = Conflict("Une autre pièce de cette demande porte déjà ce nom.")
    taken = parsed(follower.submit(EDIT, "main form", libelle="Plan"))
    assert "porte déjà ce nom" in taken.select_one("#libelle-erreur").get_text()
    assert taken.select_one("#libelle")["value"] == "Plan"


def test_a_file_too_many_is_refused_before_any_is_sent(follower: Client, services: Stubs) -> None:
    files = [(BytesIO(b"%PDF"), f"{number}.pdf") for number in range(3)]
    sent = follower.submit(EDIT, "main form", fichier=files)
    assert sent.status_code == 422
    assert "elle en a 2 et vous en ajoutez 3. Aucun fichier n’a été ajouté." in sent.text
    assert services.bodies("documents.begin_upload") == []


def test_a_file_joins_the_piece_itself(follower: Client, services: Stubs) -> None:
    services["documents.begin_upload"] = Conflict("4 fichiers au plus pour « Devis ».")
    sent = follower.submit(EDIT, "main form", fichier=(BytesIO(b"%PDF"), "a.pdf"))
    assert sent.status_code == 409
    [asked] = services.bodies("documents.begin_upload")
    assert asked["document_id"] == PIECE
    assert services.bodies("documents.relabel_document") == []


def test_a_piece_of_the_procedure_has_no_name_to_change(follower: Client, services: Stubs) -> None:
    services["documents.request_documents"] = {"documents": [piece(slug="assurance-rc")]}
    assert follower.page(EDIT).select("#libelle") == []


def test_a_piece_goes_after_a_question_that_names_its_files(follower: Client, services: Stubs) -> None:
    question = follower.page(f"{HERE}/pieces/{PIECE}/supprimer")
    assert [line.get_text() for line in question.select("main .bullets li")] == ["recto.pdf", "verso.pdf"]
    assert services.bodies("documents.remove_document") == []
    sent = follower.submit(f"{HERE}/pieces/{PIECE}/supprimer", "main form")
    assert sent.location == f"{HERE}?onglet=pieces&fait=piece-supprimee#fait"
    assert services.bodies("documents.remove_document") == [{"grant": "grant", "document_id": PIECE}]


def test_a_file_goes_after_a_question_and_the_last_one_with_its_piece(follower: Client, services: Stubs) -> None:
    address = f"{HERE}/pieces/{ONE}/retirer"
    assert "Retirer «\u00a0recto.pdf\u00a0»" in follower.page(address).select_one("h1").get_text()
    assert follower.submit(address, "main form").location == f"{HERE}?onglet=pieces&fait=retrait#fait"
    assert services.bodies("documents.remove_file") == [{"grant": "grant", "file_id": ONE}]
    services["documents.request_documents"] = {"documents": [piece("citizen", "recto.pdf")]}
    alone = follower.page(address)
    assert "Supprimer «\u00a0Devis\u00a0»" in alone.select_one("h1").get_text()
    assert alone.select_one("main form")["action"] == f"{HERE}/pieces/{PIECE}/supprimer"


@pytest.mark.parametrize("act", [f"{PIECE}/modifier", f"{PIECE}/supprimer", f"{ONE}/retirer"])
def test_pieces_that_are_frozen_are_shown_with_the_reason(follower: Client, services: Stubs, act: str) -> None:
    form = held_values(follower.page(f"{HERE}/pieces/{act}").select_one("main form"))
    frozen(services)
    refusal = Forbidden(FROZEN)
    services["documents.remove_document"] = services["documents.remove_file"] = refusal
    asked, sent = follower.get(f"{HERE}/pieces/{act}"), follower.post(f"{HERE}/pieces/{act}", data=form)
    assert (asked.status_code, sent.status_code) in ((409, 403), (409, 409))
    for answer in (asked, sent):
        assert FROZEN in parsed(answer).select_one("main .notice").get_text()


@pytest.mark.parametrize("address", [f"{UUID(int=99)}/modifier", "pas-un-id/supprimer", f"{UUID(int=99)}/retirer"])
def test_an_unknown_piece_or_file_is_not_found(follower: Client, address: str) -> None:
    assert follower.get(f"{HERE}/pieces/{address}").status_code == 404


def test_an_agent_changes_only_the_pieces_that_the_town_added(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = case()
    here = f"/agent/demandes/{NUMBER}"
    assert agent.get(f"{here}/pieces/{PIECE}/modifier").status_code == 404
    services["documents.request_documents"] = {"documents": [piece("town")]}
    assert len(agent.page(f"{here}?onglet=pieces").select(".document .cluster a")) == 2
    renamed = agent.submit(f"{here}/pieces/{PIECE}/modifier", "main form", libelle="Décision signée")
    removed = agent.submit(f"{here}/pieces/{PIECE}/supprimer", "main form")
    assert renamed.location == f"{here}?onglet=pieces&fait=piece-modifiee#fait"
    assert removed.location == f"{here}?onglet=pieces&fait=piece-supprimee#fait"
    services["documents.request_documents"] = {"documents": [piece("town") | {"enclosed_for": "done"}]}
    assert "Historique" not in agent.page(f"{here}/pieces/{PIECE}/supprimer").select_one("main form").get_text()
    withdrawn = agent.submit(f"{here}/pieces/{PIECE}/supprimer", "main form")
    assert "La personne ne l’a pas vu." in agent.page(withdrawn.location).select_one("#fait").get_text()


@pytest.mark.parametrize(
    ("reader", "view", "address"),
    [("follower", tracking, HERE), ("agent", case, f"/agent/demandes/{NUMBER}")],
    indirect=["reader"],
)
def test_an_erased_piece_is_listed_with_its_day(reader: Client, services: Stubs, view: Any, address: str) -> None:
    services["documents.request_documents"] = {"documents": []}
    gone = [{"label": "Pièce d’identité", "at": NOW.isoformat(), "rule": "decision"}]
    services["requests.tracking"] = view() | {"erased_documents": gone}

    page = reader.page(f"{address}?onglet=pieces")
    assert "Pièce d’identité, effacée le" in page.select_one("main .document").get_text()
    assert "Aucune pièce jointe" not in page.get_text()
