"""The server is lost with all that it held; what the documentation has an operator keep brings the portal back."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable

from tests.compose.deployment import SERVICES, Deployment, commands
from tests.compose.test_faults import SLUG, Crowd, the_photo
from tests.e2e.partner_clients import Client
from tests.e2e.test_partner import address, partner, partner_at
from tests.support.people import Person, eventually, mails_to, photograph, visitor

__all__ = ["address", "partner", "partner_at"]  # fixtures

RECIPE = "Sauvegarder et restaurer"


def test_a_backup_made_under_load_restores_everything_and_events_flow_again(
    portal: Deployment, agent: Person, partner: Callable[[], Client]
) -> None:
    authority = portal.home / "deploy" / "image" / "authorities" / "town.crt"
    authority.write_text("whom the town's mail server is known by", "utf-8")
    author = visitor(portal)
    filed = author.file_with_photograph(SLUG, photograph())["number"]
    photo = eventually(lambda: the_photo(agent, filed), "the photograph in the file")
    crowd = Crowd(portal).start(5)
    kept = dict(crowd.receipts)
    for command in commands(RECIPE):
        portal.must(command)
    crowd.stop()

    portal.must("docker compose --profile '*' down -v")
    shutil.rmtree(portal.home / "secrets")
    (portal.home / ".env").unlink()
    authority.unlink()
    assert not portal.left()
    said = [portal.must(command) for command in commands(RECIPE, block=1)]

    assert said[-1].count("tout est intact") == len(SERVICES)
    assert authority.exists()
    authority.unlink()  # it is no certificate: another test may build the image anew
    assert the_photo(agent, filed) == photo
    subjects = {agent.request(receipt["number"])["request_id"] for receipt in kept.values()}
    new = f"{uuid.uuid4().hex[:12]}@courriel.example"
    number = author.do("POST", "/requests", author.prepared(SLUG, email=new))["number"]
    [mail] = eventually(lambda: mails_to(portal, new), "the receipt of a request filed afterwards")
    assert number in mail["text"]
    heard = partner()  # at the address that it had before
    for subject in (*subjects, agent.request(number)["request_id"]):
        eventually(lambda subject=subject: "RequestSubmitted" in heard.kinds(subject), f"{subject} at partners")
    assert "Aucun message en échec" in portal.must("docker compose run --rm -T tools dead-letters list")


def test_an_interrupted_backup_leaves_the_store_in_service_and_no_half_of_one(portal: Deployment) -> None:
    def store_runs() -> bool:
        return bool(portal.containers("object-store"))

    running = subprocess.Popen(
        [portal.home / "deploy" / "back-up", "interrupted"],
        cwd=portal.home,
        env={**os.environ, **portal.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: not store_runs(), "the store is stopped for its files")
    running.terminate()

    assert running.wait(timeout=120) != 0
    assert store_runs()
    assert list((portal.home / "interrupted").iterdir()) == []
    portal.until_healthy(["object-store"])
