"""From an empty server to a portal as the documentation says, with its own certificate and town, on servers that the town had
already; what people send is scanned."""

from __future__ import annotations

import os
import shutil
import ssl
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import ports
from tests.compose.conftest import BASES, say
from tests.compose.deployment import SERVICES, Deployment, commands, ship
from tests.compose.elsewhere import OWNER, Elsewhere, elsewhere
from tests.e2e.people import Person, eventually, mails_to, photograph, visitor
from tests.e2e.test_partner import Partner
from tests.eicar import infected_pdf

SLUG = "signalement-voirie"
MINUTES = 10


@pytest.fixture(scope="module")
def servers(shipped: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    name = f"parvis-elsewhere-{os.getpid()}"
    folder = tmp_path_factory.mktemp("elsewhere")
    with elsewhere(name, BASES, shipped.environment["PARVIS_IMAGE"], folder) as found:
        yield found


@pytest.fixture(scope="module")
def town(shipped: Deployment, servers: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Every command of three sections of the documentation, in their order."""
    home = tmp_path_factory.mktemp("town")
    ship(home)
    shutil.copytree(home / "deploy" / "demo-town", home / "our-town")
    chosen = ports.choose(["http", "https"], home=home)
    url = f"https://localhost:{chosen['https']}"
    deployment = Deployment(
        {"gateway": url, "mail": f"http://{servers.place('mails')}"},
        home,
        {
            "COMPOSE_PROJECT_NAME": f"parvis-town-{os.getpid()}",
            "PARVIS_IMAGE": shipped.environment["PARVIS_IMAGE"],
            "HTTP_PORT": str(chosen["http"]),
            "HTTPS_PORT": str(chosen["https"]),
            "RATE_LIMITS": "1000",
            "RPC_TIMEOUT_SECONDS": "15",  # of a machine that builds and tests at once
        },
    )
    make, *start = commands("From an empty server to a portal")
    scan, _up = commands("Scanning what people send")
    _certificate(deployment)
    began = time.monotonic()
    try:
        with pytest.MonkeyPatch.context() as patched:
            for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
                patched.setenv(name, str(home / "chain.pem"))
            for command in (
                make.replace("https://demarches.ville.example", url),
                *commands("Servers of the town's own"),
                scan,
                *start,
                *commands("From an empty server to a portal", block=1),
            ):
                deployment.must(servers.adapted(command))
            took = time.monotonic() - began
            say(f"from an empty server to the town's own portal in {took:.0f} s, load {os.getloadavg()[0]:.1f}")
            assert took <= 60 * MINUTES
            yield deployment
    finally:
        deployment.run("docker compose --profile '*' down -v --remove-orphans --timeout 15")
        assert not deployment.left()


def _certificate(deployment: Deployment) -> None:
    """What an authority would have given to the town: chain and key."""
    subject = "-subj /CN=localhost/O=Ville -addext subjectAltName=DNS:localhost"
    deployment.must(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 30 {subject} -keyout key.pem -out chain.pem 2>/dev/null"
    )


@pytest.fixture
def person(town: Deployment) -> Person:
    return visitor(town)


def drafted(person: Person, procedure: str) -> str:
    return person.do("POST", "/drafts", {"procedure": procedure, "anew": True})["id"]


def test_nothing_of_what_the_town_has_is_started_besides(town: Deployment) -> None:
    assert not any(town.containers(name, everything=True) for name in ("postgres", "rabbitmq", "object-store", "inbox"))
    assert len(town.containers("clamav")) == 1


def test_the_towns_certificate_is_shown(town: Deployment) -> None:
    shown = ssl.get_server_certificate(("localhost", int(town.environment["HTTPS_PORT"])))

    assert shown.strip() == (town.home / "chain.pem").read_text("utf-8").strip()


@pytest.fixture
def partner(town: Deployment, tmp_path: Path) -> Iterator[Partner]:
    """Somebody who reads the events at the town's broker."""
    added = town.parvis("partner", "add", f"essai-{uuid.uuid4().hex[:8]}")
    assert added.returncode == 0, added.stderr
    reading = Partner(added.stdout.strip().splitlines()[-1], tmp_path)
    yield reading
    reading.stop()


def test_a_request_is_filed_kept_told_and_answered_by_the_towns_own_servers(
    town: Deployment, servers: Elsewhere, person: Person, partner: Partner
) -> None:
    email = f"{uuid.uuid4().hex[:12]}@courriel.example"
    body = {**person.prepared(SLUG, email=email), "draft_id": drafted(person, SLUG)}
    assert person.upload(body["draft_id"], "photo", "trottoir.jpg", photograph()).status_code == 201
    number = person.do("POST", "/requests", body)["number"]

    [mail] = eventually(lambda: mails_to(town, email), "the receipt, at the town's relay")
    eventually(lambda: b"RequestSubmitted" in partner.wrote.read_bytes(), "the event, at the town's broker")

    assert number in mail["text"]
    assert int(servers.sql("requests", "SELECT count(*) FROM events")) > 0


def test_the_owner_of_the_databases_is_no_superuser_and_the_services_cannot_change_events(
    town: Deployment, servers: Elsewhere
) -> None:
    assert servers.sql("postgres", f"SELECT rolsuper FROM pg_roles WHERE rolname = '{OWNER}'") == "f"
    for service in SERVICES:
        assert servers.sql(service, f"SELECT has_table_privilege('{service}', 'events', 'INSERT')") == "t"
        assert servers.sql(service, f"SELECT has_table_privilege('{service}', 'events', 'DELETE')") == "f"


def test_an_infected_file_is_refused_and_a_clean_one_is_known_to_be(
    town: Deployment, servers: Elsewhere, person: Person
) -> None:
    draft = drafted(person, "acte-naissance")

    infected = person.upload(draft, "piece-identite", "piece.pdf", infected_pdf())
    clean = person.upload(draft, "piece-identite", "piece.jpg", photograph())

    assert "Notre contrôle de sécurité a écarté ce fichier." in infected.json().values()
    assert clean.status_code == 201
    assert servers.sql("documents", f"SELECT scan FROM files WHERE id = '{clean.json()['file_id']}'") == "clean"


def test_while_the_scanner_is_away_no_file_is_taken(town: Deployment, person: Person) -> None:
    draft = drafted(person, SLUG)
    town.must("docker compose stop clamav")
    try:
        answer = person.upload(draft, "photo", "trottoir.jpg", photograph())
    finally:
        town.must("docker compose start clamav")
        town.until_healthy(["clamav"])

    assert answer.status_code == 503
    assert answer.json()["code"] == "scanner_unavailable"
    assert person.upload(draft, "photo", "trottoir.jpg", photograph()).status_code == 201
