"""Pieces of the storage space at a procedure's step and on a request: chosen, copied, or why not."""

from uuid import UUID

import pytest

from services.chassis.errors import Unavailable
from services.documents.files.rules import TooManyFiles
from services.documents.storage.rules import SpaceFull
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.drafts import Drafts
from tests.support.filing import HALL, begin
from tests.support.judge import Client, parsed
from tests.support.own_space import storage
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

STEP = f"{HALL}/etape/demande"
CHOICE = f"{HALL}/espace"
REQUEST = f"/demande/{NUMBER}"
FROM = "Ajouter depuis mon espace de stockage"
ONE, TWO = str(UUID(int=1)), str(UUID(int=2))


@pytest.fixture
def full(services: Stubs, drafts: Drafts) -> None:
    services["documents.count_storage"] = {"documents": 10, "most": 10}


# --- at a step


def test_the_step_offers_the_storage_space_to_an_account_holder(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    page = citizen.page(STEP)
    button = page.select_one("button[value=espace]")
    assert button.get_text(strip=True) == FROM
    assert page.select_one("#dupliquer-assurance-rc")["value"] == "assurance-rc"
    sent = citizen.submit(STEP, "#formulaire", action="espace", nombre="12")
    assert sent.location == CHOICE
    assert services.bodies("requests.save_step")[-1]["data"]["nombre"] == "12", "what was typed is kept"


def test_the_step_offers_no_storage_space_to_a_visitor(visitor: Client, services: Stubs) -> None:
    page = visitor.page(f"{begin(visitor)}/etape/demande")
    assert page.select_one("#piece-photo") is not None
    assert page.select_one("[name=dupliquer]") is None
    assert page.select_one("button[value=espace]") is None
    assert services.bodies("documents.count_storage") == []
    assert visitor.get(CHOICE).location.startswith("/connexion?suite=")


def test_several_stored_pieces_are_ticked_and_copied_together(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    services["documents.use_stored"] = {"documents": 2}
    page = citizen.page(CHOICE)
    targets = [option["value"] for option in page.select("#pour-1 option")] or [
        page.select_one("[name^='pour:']")["value"]
    ]
    assert "assurance-rc" in targets
    form = {"stored": [ONE, TWO], f"pour:{ONE}": "assurance-rc", f"pour:{TWO}": targets[-1]}
    sent = citizen.submit(CHOICE, "main form", **form)
    assert sent.location == f"{STEP}#pieces"
    [asked] = services.bodies("documents.use_stored")
    assert asked["chosen"] == [
        {"document_id": ONE, "piece": "assurance-rc"},
        {"document_id": TWO, "piece": targets[-1]},
    ]


def test_an_empty_choice_is_refused_and_a_refusal_keeps_the_ticked_boxes(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    page = parsed(citizen.submit(CHOICE, "main form"), 422)
    assert "Cochez au moins une pièce." in page.select_one("#erreurs").get_text()
    services["documents.use_stored"] = TooManyFiles("1 fichier au plus pour « Attestation ».")
    refused = citizen.submit(CHOICE, "main form", stored=[TWO])
    assert refused.status_code == 409
    assert "1 fichier au plus" in parsed(refused).select_one("#erreurs").get_text()
    assert [box["value"] for box in parsed(refused).select("[name=stored][checked]")] == [TWO]


def test_an_empty_space_says_so(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    services["documents.read_storage"] = storage(0)
    assert "Votre espace de stockage est vide" in citizen.page(CHOICE).get_text()


def test_without_a_draft_the_procedure_is_shown(citizen: Client) -> None:
    assert citizen.get(CHOICE).location == f"{HALL}?brouillon=aucun"


def given(services: Stubs) -> None:
    photo = {"id": DRAFT, "name": "attestation.pdf", "size": 640_000, "type": "application/pdf", "scan": "clean"}
    services["documents.draft_documents"] = {
        "documents": [{"id": ONE, "piece": "assurance-rc", "label": "Assurance", "side": "citizen", "files": [photo]}]
    }


def test_a_ticked_piece_is_copied_when_one_goes_on_and_not_by_a_save_on_the_way(
    citizen: Client, services: Stubs
) -> None:
    begin(citizen, HALL)
    given(services)
    services["documents.store_copies"] = {"documents": 1}
    citizen.submit(STEP, "#formulaire", action="plus-tard", dupliquer="assurance-rc")
    assert services.bodies("documents.store_copies") == []
    citizen.submit(STEP, "#formulaire", action="continuer", dupliquer="assurance-rc")
    assert [asked["documents"] for asked in services.bodies("documents.store_copies")] == [[ONE]]
    assert "dupliquer" not in services.bodies("requests.save_step")[-1]["data"]


def test_a_space_that_filled_up_meanwhile_is_reported_at_the_piece(citizen: Client, services: Stubs) -> None:
    begin(citizen, HALL)
    given(services)
    services["documents.store_copies"] = SpaceFull()
    page = parsed(citizen.submit(STEP, "#formulaire", action="continuer", dupliquer="assurance-rc"), 409)
    assert "n’a plus de place pour sa copie" in page.select_one("#piece-assurance-rc").get_text()


@pytest.mark.usefixtures("full")
def test_the_box_says_why_it_cannot_be_ticked(citizen: Client) -> None:
    begin(citizen, HALL)
    page = citizen.page(STEP)
    assert page.select_one("#dupliquer-assurance-rc").has_attr("disabled")
    assert "contient déjà 10 pièces" in page.select_one("#dupliquer-assurance-rc-aide").get_text()


# --- on a request


def test_the_tab_offers_the_space_both_ways(citizen: Client) -> None:
    page = citizen.page(f"{REQUEST}?onglet=pieces")
    assert page.select_one(f"a[href='{REQUEST}/espace']").get_text(strip=True) == FROM
    assert page.select_one(f"form[action='{REQUEST}/pieces/d1/copier']") is not None
    assert page.select_one("[name=dupliquer]") is not None


@pytest.mark.usefixtures("full")
def test_a_full_space_takes_no_copy_and_the_tab_says_why(citizen: Client) -> None:
    page = citizen.page(f"{REQUEST}?onglet=pieces")
    assert page.select_one("form[action$='/copier']") is None
    assert page.select_one("[name=dupliquer]").has_attr("disabled")
    assert "contient déjà 10 pièces" in page.select_one("#dupliquer-aide").get_text()


def test_a_follower_with_a_tracking_link_is_offered_no_storage_space(follower: Client) -> None:
    page = follower.page(f"{REQUEST}?onglet=pieces")
    assert page.select_one(f"a[href='{REQUEST}/espace']") is None
    assert page.select_one("[name=dupliquer]") is None


def test_the_tab_is_shown_without_the_space_while_documents_is_unavailable(citizen: Client, services: Stubs) -> None:
    services["documents.count_storage"] = Unavailable()
    assert citizen.page(f"{REQUEST}?onglet=pieces").select_one("[name=dupliquer]") is None


def test_pieces_of_the_space_are_added_to_a_request(citizen: Client, services: Stubs) -> None:
    services["documents.use_stored"] = {"documents": 1}
    sent = citizen.submit(f"{REQUEST}/espace", "main form", stored=[ONE], **{f"pour:{ONE}": "autre"})
    assert sent.location == f"{REQUEST}?onglet=pieces&fait=pieces-espace#fait"
    [asked] = services.bodies("documents.use_stored")
    assert asked["chosen"] == [{"document_id": ONE, "piece": "autre"}]


def test_a_request_closed_to_pieces_shows_its_own(citizen: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(can={"add_documents": False})
    assert citizen.get(f"{REQUEST}/espace").location == f"{REQUEST}?onglet=pieces"


@pytest.mark.parametrize(
    ("answer", "done"),
    [({"documents": 1}, "copie"), ({"documents": 0, "there": 1}, "deja-copiee"), (SpaceFull(), "non-copiee")],
    ids=["copied", "there", "full"],
)
def test_a_piece_of_a_request_is_copied_into_the_space(
    citizen: Client, services: Stubs, answer: object, done: str
) -> None:
    services["documents.store_copies"] = answer
    page = citizen.page(f"{REQUEST}?onglet=pieces")
    token = page.select_one("form[action$='/copier'] [name=csrf]")["value"]
    sent = citizen.post(f"{REQUEST}/pieces/{ONE}/copier", data={"csrf": token})
    assert sent.location == f"{REQUEST}?onglet=pieces&fait={done}#fait"
    assert [asked["documents"] for asked in services.bodies("documents.store_copies")] == [[ONE]]
    assert citizen.get(sent.location).status_code == 200
