"""A piece of a request by program: what its pages do."""

from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.documents.files.grants import DocumentsFrozen
from services.documents.files.rules import LabelTaken
from tests.support import demo_town, town_hall
from tests.support.stubs import Stubs

LOGGED_IN = {"Authorization": f"Bearer {'s' * 32}"}
PIECE = str(UUID(int=1))
HERE = f"/api/v1/requests/{demo_town.NUMBER}/documents/{PIECE}"


@pytest.fixture(autouse=True)
def town(services: Stubs) -> None:
    town_hall.furnish(services)


def test_a_file_joins_a_piece_unless_the_request_takes_none(client: FlaskClient, services: Stubs) -> None:
    services["documents.begin_upload"] = DocumentsFrozen()
    grown = client.post(f"{HERE}/files", headers=LOGGED_IN, data={"file": (BytesIO(b"bytes"), "a.pdf")})
    assert (grown.status_code, grown.get_json()["code"]) == (403, "documents_frozen")
    assert services.bodies("documents.begin_upload")[0]["document_id"] == PIECE


def test_a_name_that_another_piece_bears_is_refused(client: FlaskClient, services: Stubs) -> None:
    services["documents.relabel_document"] = LabelTaken()
    answer = client.put(HERE, headers=LOGGED_IN, json={"label": "Devis"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "label_taken")
