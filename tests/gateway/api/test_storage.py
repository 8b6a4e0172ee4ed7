"""The storage space by program: what its pages do, under the same rules."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.documents.storage.rules import LastFile, SpaceFull
from tests.support import demo_town, drafts as drafts_support, town_hall
from tests.support.stubs import Stubs

LOGGED_IN = {"Authorization": f"Bearer {'s' * 32}"}
SPACE = "/api/v1/storage"
PIECE = f"{SPACE}/documents/{UUID(int=1)}"
FILE = f"{SPACE}/files/{UUID(int=100)}"


@pytest.fixture(autouse=True)
def town(services: Stubs) -> None:
    town_hall.furnish(services)


def form() -> dict[str, Any]:
    return {"label": "Avis", "file": (BytesIO(b"bytes"), "avis.pdf")}


def test_the_space_is_told_with_its_pieces_and_how_many_it_may_hold(client: FlaskClient) -> None:
    told = client.get(SPACE, headers=LOGGED_IN).get_json()
    assert (len(told["documents"]), told["most"], told["taken"]) == (3, 10, 3)
    assert told["documents"][0]["files"][0]["name"] == "livret-1.jpg"


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", SPACE), ("POST", f"{SPACE}/documents"), ("DELETE", PIECE), ("GET", FILE), ("DELETE", FILE)],
)
def test_nobody_has_one_without_an_account(client: FlaskClient, method: str, address: str) -> None:
    data = form() if method == "POST" else None
    assert client.open(address, method=method, data=data).status_code == 401


def test_an_eleventh_piece_is_refused_with_its_reason(client: FlaskClient, services: Stubs) -> None:
    services["documents.begin_storing"] = SpaceFull("Votre espace de stockage contient déjà 10 pièces.")
    answer = client.post(f"{SPACE}/documents", headers=LOGGED_IN, data=form())
    assert (answer.status_code, answer.get_json()["code"]) == (409, "storage_full")
    assert answer.get_json()["detail"] == "Votre espace de stockage contient déjà 10 pièces."


def test_a_label_without_a_letter_is_refused_at_its_field(client: FlaskClient) -> None:
    answer = client.put(PIECE, headers=LOGGED_IN, json={"label": "  "})
    assert answer.status_code == 422
    assert "label" in answer.get_json()["fields"]


def test_the_last_file_of_a_piece_stays(client: FlaskClient, services: Stubs) -> None:
    services["documents.remove_stored_file"] = LastFile()
    answer = client.delete(FILE, headers=LOGGED_IN)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "last_file")


# --- from the space into a request or draft, and back


def test_pieces_go_into_a_request_and_a_draft(client: FlaskClient, services: Stubs) -> None:
    services["documents.use_stored"] = {"documents": 1}
    services["requests.draft"] = drafts_support.new_draft()
    used = {"documents": [{"document_id": str(UUID(int=1)), "piece": "autre"}]}
    for owner in (f"requests/{demo_town.NUMBER}", f"drafts/{demo_town.DRAFT}"):
        answer = client.post(f"/api/v1/{owner}/documents/from-storage", headers=LOGGED_IN, json=used)
        assert (answer.status_code, answer.get_json()) == (201, {"documents": 1, "there": 0})
    assert [sent["chosen"] for sent in services.bodies("documents.use_stored")] == [used["documents"]] * 2


def test_eleven_copies_at_once_are_one_refusal(client: FlaskClient, services: Stubs) -> None:
    services["documents.store_copies"] = SpaceFull("Votre espace de stockage peut encore recevoir 10 pièces, pas 11.")
    wanted = {"documents": [str(UUID(int=number)) for number in range(11)]}
    answer = client.post(f"/api/v1/requests/{demo_town.NUMBER}/documents/to-storage", headers=LOGGED_IN, json=wanted)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "storage_full")
