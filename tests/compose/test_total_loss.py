"""The server is lost with all that it held; what the documentation has an operator keep brings the portal back."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable

from tests.compose.deployment import SERVICES, Deployment, commands
from tests.compose.test_faults import SLUG, Crowd
from tests.e2e.people import Person, eventually, mails_to, photograph, visitor
from tests.e2e.test_partner import Partner, address, partner

__all__ = ["address", "partner"]  # fixtures

RECIPE = "Back up and restore"


def test_a_back_up_made_under_load_brings_everything_back_and_all_hear_on(
    portal: Deployment, agent: Person, partner: Callable[[], Partner]
) -> None:
    author = visitor(portal)
    body = author.prepared(SLUG)
    body["draft_id"] = author.do("POST", "/drafts", {"procedure": SLUG, "anew": True})["id"]
    assert author.upload(body["draft_id"], "photo", "trottoir.jpg", photograph()).status_code == 201
    illustrated = author.do("POST", "/requests", body)["number"]
    photo = eventually(lambda: the_photo(agent, illustrated), "the photograph in the file")
    crowd = Crowd(portal)
    crowd.start()
    crowd.until(5)
    kept = dict(crowd.receipts)
    for command in commands(RECIPE):
        portal.must(command)
    crowd.stop()

    portal.must("docker compose --profile '*' down -v")
    shutil.rmtree(portal.home / "secrets")
    (portal.home / ".env").unlink()
    assert not portal.left()
    said = [portal.must(command) for command in commands(RECIPE, block=1)]

    assert said[-1].count("tout est intact") == len(SERVICES)
    assert the_photo(agent, illustrated) == photo
    subjects = {agent.request(receipt["number"])["request_id"] for receipt in kept.values()}
    new = f"{uuid.uuid4().hex[:12]}@courriel.example"
    number = author.do("POST", "/requests", author.prepared(SLUG, email=new))["number"]
    [mail] = eventually(lambda: mails_to(portal, new), "the receipt of a request filed afterwards")
    assert number in mail["text"]
    heard = partner()  # at the address that it had before
    for subject in (*subjects, agent.request(number)["request_id"]):
        eventually(lambda subject=subject: "RequestSubmitted" in heard.kinds(subject), f"partners hear of {subject}")
    assert "Aucun message en échec" in portal.must("docker compose run --rm -T tools dead-letters list")


def the_photo(agent: Person, number: str) -> bytes:
    """What an agent is given who opens the file of the one piece; nothing while there is none."""
    for piece in agent.get(f"/requests/{number}/documents")["documents"]:
        for file in piece["files"]:
            answer = agent.ask("GET", f"/requests/{number}/files/{file['id']}")
            return answer.content if answer.status_code == 200 else b""
    return b""
