"""What a program may do with a request once filed."""

import uuid

from flask.testing import FlaskClient

from tests.gateway.stubs import StubServices

FILE = "0d6f1e5a-0000-4000-8000-0000000000f1"


def test_a_piece_of_a_filed_request_is_taken_back(client: FlaskClient, services: StubServices) -> None:
    services["requests.tracking"] = {"grant": "grant"}
    services["documents.remove_file"] = {}
    key = str(uuid.uuid4())

    answer = client.delete(
        f"/api/v1/requests/2026-7K4M-93QX/files/{FILE}",
        headers={"Parvis-Tracking": "token-of-the-link", "Idempotency-Key": key},
    )

    assert answer.status_code == 204
    (removed,) = [asked for asked in services.asked if asked.method == "documents.remove_file"]
    assert removed.body == {"grant": "grant", "file_id": FILE}
    assert str(removed.command_id) == key
