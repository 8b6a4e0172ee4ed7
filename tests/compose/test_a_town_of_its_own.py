"""From an empty server to a portal as the documentation says, with its own certificate and town, on servers that the town had
already, reached with TLS under an authority of its own; what people send is scanned."""

import os
import re
import shutil
import ssl
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import requests

from deploy.local import ports
from tests.compose import test_contained as contained
from tests.compose.conftest import say
from tests.compose.deployment import SERVICES, Deployment, commands, ship
from tests.compose.elsewhere import OWNER, Elsewhere, elsewhere
from tests.compose.stand_ins import BASES
from tests.e2e.partner_clients import Client
from tests.support.eicar import infected_pdf
from tests.support.people import Person, eventually, mails_to, photograph, visitor

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
    """Every command of three sections of the documentation, in the order in which it has them done."""
    home = tmp_path_factory.mktemp("town")
    ship(home)
    chosen = ports.choose(["http", "https"], home=home)
    url = f"https://localhost:{chosen['https']}"
    deployment = Deployment(
        {"gateway": url, "mail": f"http://{servers.place('mails')}"},
        home,
        {
            "COMPOSE_PROJECT_NAME": f"parvis-town-{os.getpid()}",
            "PARVIS_IMAGE": f"parvis-town-{os.getpid()}:latest",
            "HTTP_PORT": str(chosen["http"]),
            "HTTPS_PORT": str(chosen["https"]),
            "RPC_TIMEOUT_SECONDS": "15",  # of a machine that builds and tests at once
        },
    )
    make, *start = commands("D’un serveur vide au portail")
    its_own = commands("D’un serveur vide au portail", block=1)
    [publish] = [command for command in its_own if " import " in command]
    scan, _up = commands("Analyser les fichiers reçus")
    _certificate(deployment)
    deployment.must(f"cat chain.pem {servers.authority} >trusted.pem")
    began = time.monotonic()
    try:
        with pytest.MonkeyPatch.context() as patched:
            for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
                patched.setenv(name, str(home / "trusted.pem"))
            for command in (
                make.replace("https://demarches.ville.example", url),
                *commands("Utiliser les serveurs de la mairie"),
                *commands("Utiliser les serveurs de la mairie", block=1),
                scan,
                *start,
                *its_own,
            ):
                said = deployment.must(servers.adapted(command))
                if "admin add" in command:
                    (home / "printed").write_text(said, "utf-8")
            took = time.monotonic() - began
            say(f"from an empty server to the town's own portal in {took:.0f} s, load {os.getloadavg()[0]:.1f}")
            assert took <= 60 * MINUTES
            eventually(lambda: "Votre commune" in requests.get(url, timeout=30).text, "a portal that names no town yet")
            # What the town fills in, here all at once and no further than the demonstration does.
            shutil.copytree(home / "deploy" / "demo-town", home / "our-town", dirs_exist_ok=True)
            deployment.must(publish)
            yield deployment
    finally:
        deployment.run("docker compose --profile '*' down -v --remove-orphans --timeout 15")
        deployment.run(f"docker image rm -f {deployment.environment['PARVIS_IMAGE']}")
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


def test_servers_of_the_town_are_not_started(town: Deployment) -> None:
    others = ("postgres", "rabbitmq", "object-store", "inbox", "partner-sites")
    assert not any(town.containers(name, everything=True) for name in others)
    assert len(town.containers("clamav")) == 1


def test_only_ports_that_the_operator_opened_are_published(town: Deployment) -> None:
    bound = {
        (one["Config"]["Labels"]["com.docker.compose.service"], inner, place["HostIp"])
        for one in town.containers(everything=True)
        for inner, places in (one["NetworkSettings"]["Ports"] or {}).items()
        for place in places or []
    }

    # And none by IPv6, whose visitors the proxy would count as one, until that is asked for.
    assert bound == {("proxy", "8080/tcp", "0.0.0.0"), ("proxy", "8443/tcp", "0.0.0.0")}


def test_the_towns_certificate_is_shown(town: Deployment) -> None:
    shown = ssl.get_server_certificate(("localhost", int(town.environment["HTTPS_PORT"])))

    assert shown.strip() == (town.home / "chain.pem").read_text("utf-8").strip()


def test_the_first_administrator_logs_in_with_unstored_secrets(town: Deployment) -> None:
    printed = (town.home / "printed").read_text("utf-8")
    [password] = re.findall(r"^Mot de passe {2,}(\S+)$", printed, re.MULTILINE)
    [secret] = re.findall(r"secret=(\w+)", printed)

    opened = Person(town).do("POST", "/sessions", {"username": "mairie", "password": password})
    answer = Person(town).ask(
        "POST",
        "/sessions/second-factor",
        json={"challenge": opened["challenge"], "code": pyotp.TOTP(secret).now()},
    )

    assert answer.status_code < 300, answer.text
    kept = town.must("docker compose run --rm -T --entrypoint sh tools -c 'cat /var/lib/parvis/logins.txt || true'")
    assert password not in kept
    assert secret not in kept


@pytest.fixture
def partner(town: Deployment, tmp_path: Path) -> Iterator[Client]:
    """Somebody who reads the events at the town's broker."""
    reading = Client("python", tmp_path).start(town.add_partner(f"essai-{uuid.uuid4().hex[:8]}"), town.url)
    yield reading
    reading.stop()


def test_a_request_is_stored_published_and_mailed_by_the_towns_own_servers(
    town: Deployment, servers: Elsewhere, person: Person, partner: Client
) -> None:
    email = f"{uuid.uuid4().hex[:12]}@courriel.example"
    number = person.file_with_photograph(SLUG, photograph(), email=email)["number"]

    [mail] = eventually(lambda: mails_to(town, email), "the receipt, at the town's relay")
    eventually(lambda: "RequestSubmitted" in str(partner.lines()), "the event, at the town's broker")

    assert number in mail["text"]
    assert servers.sql("requests", "SELECT count(*) FROM events")


def test_a_mail_that_is_tried_goes_by_the_towns_relay_which_wants_an_account_and_tls(town: Deployment) -> None:
    email = f"{uuid.uuid4().hex[:12]}@courriel.example"

    tried = town.parvis("mail", "test", email)

    assert tried.returncode == 0, tried.stderr
    assert f"a pris un courriel pour {email}" in tried.stdout
    assert eventually(lambda: mails_to(town, email), "the mail, at the town's relay")


def test_the_scanner_is_contained_as_all_others_are(town: Deployment) -> None:
    everything = town.containers(everything=True)

    assert "clamav" in {contained.service_of(one) for one in everything}
    contained.are_bounded(everything)
    contained.are_unprivileged(everything)


def test_the_databases_owner_is_no_superuser_and_services_cannot_change_events(
    town: Deployment, servers: Elsewhere
) -> None:
    assert servers.sql("postgres", "SELECT rolsuper FROM pg_roles WHERE rolname = %s", OWNER) is False
    for service in SERVICES:
        assert servers.sql(service, "SELECT has_table_privilege(%s, 'events', 'INSERT')", service) is True
        assert servers.sql(service, "SELECT has_table_privilege(%s, 'events', 'DELETE')", service) is False


def test_an_infected_file_is_refused_and_a_clean_one_is_known_to_be(
    town: Deployment, servers: Elsewhere, person: Person
) -> None:
    draft = drafted(person, "acte-naissance")

    infected = person.upload(draft, "piece-identite", "piece.pdf", infected_pdf())
    clean = person.upload(draft, "piece-identite", "piece.jpg", photograph())

    assert "Notre contrôle de sécurité a écarté ce fichier." in infected.json().values()
    assert clean.status_code == 201
    assert servers.sql("documents", "SELECT scan FROM files WHERE id = %s", clean.json()["file_id"]) == "clean"


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


def test_a_server_of_an_unknown_authority_is_refused(town: Deployment, servers: Elsewhere) -> None:
    """Each client of ours, without the town's authority: none goes on with a server that it cannot verify."""
    strange = "-e SSL_CERT_FILE=/dev/null -e SSL_CERT_DIR=/nowhere"

    database = town.run(f"docker compose run --rm -T --no-deps {strange} migrate")
    store = town.run(f"docker compose run --rm -T --no-deps {strange} buckets")

    assert database.returncode == store.returncode == 1
    assert "DATABASE_URL : le serveur ne nous" in database.stderr
    assert "certificate verify failed" in database.stderr
    assert "S3_ENDPOINT : le serveur ne nous" in store.stderr
