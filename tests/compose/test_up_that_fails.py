"""`docker compose up` that cannot: it names the container, which says why in one sentence, and starts nothing on top of it."""

import re
import time

import pytest

from tests.compose.deployment import COMMAND_SECONDS, Deployment

UP = "docker compose up -d --wait"
STORES = ("postgres", "rabbitmq", "object-store")
ENDS_WITHIN_SECONDS = 120  # on a machine that builds and tests at once: a container that cannot start is seen at once


def test_a_port_in_use_is_named_and_the_proxy_is_not_started(portal: Deployment) -> None:
    port = portal.environment["INBOX_PORT"]
    proxies = {proxy["Id"] for proxy in portal.containers("proxy")}
    others = {one: began for one, began in portal.started().items() if one not in proxies}
    try:
        done = portal.run(UP, HTTPS_PORT=port)
        left, running = portal.containers("proxy"), portal.started()
    finally:
        portal.must(UP)

    assert done.returncode != 0
    assert re.search(rf":{port}\b.*already (allocated|in use)$", done.stderr.strip().splitlines()[-1])
    assert not left
    assert running == others, "what ran goes on"


def said_of_the_settings(portal: Deployment) -> str:
    """What the job that reads them said this time, before it ended once and for all."""
    [job] = portal.containers("settings", everything=True)
    assert (job["State"]["Running"], job["RestartCount"]) == (False, 0)
    return portal.run(f"docker logs --since {job['State']['StartedAt']} {job['Id']}").stderr.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("met_by", "setting", "value", "sentence"),
    [
        ("messaging", "MAIL_FROM", "Mairie", "MAIL_FROM : valeur incorrecte, il faut une adresse de courriel"),
        ("gateway", "TRUSTED_PROXIES", "oui", "TRUSTED_PROXIES : valeur incorrecte, il faut un nombre"),
    ],
)
def test_a_wrong_setting_is_named_once_by_a_container_that_stops_the_stores_go_on(
    portal: Deployment, met_by: str, setting: str, value: str, sentence: str
) -> None:
    file = portal.home / ".env"
    right = file.read_text("utf-8")
    stores = portal.started(*STORES)
    began = time.monotonic()
    try:
        file.write_text(f"{right}{setting}={value}\n", "utf-8")
        done = portal.run(UP, seconds=COMMAND_SECONDS)
        took = time.monotonic() - began
        said = said_of_the_settings(portal)
        after = portal.started(*STORES)
        started_on_it = portal.containers(met_by)
    finally:
        file.write_text(right, "utf-8")
        portal.must(UP)

    assert done.returncode != 0
    assert took <= ENDS_WITHIN_SECONDS
    assert re.search('service "settings" didn.t complete successfully: exit 1$', done.stderr.strip().splitlines()[-1])
    assert said.startswith(f"settings : {sentence}")
    assert len(said.splitlines()) == 1
    assert not started_on_it
    assert after == stores


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("COMPOSE_PROFILES=demo,scan", "CLAMAV manque, que demande le profil « scan »"),
        ("OWN_POSTGRES=2", "OWN_POSTGRES : valeur incorrecte, il faut 0 ou 1."),
    ],
)
def test_an_unused_scanner_and_a_second_store_on_one_volume_are_refused(
    portal: Deployment, line: str, sentence: str
) -> None:
    file = portal.home / ".env"
    right = file.read_text("utf-8")
    before = portal.started()
    try:
        file.write_text(f"{right}{line}\n", "utf-8")
        done = portal.run(UP)
        said, running = said_of_the_settings(portal), portal.started()
    finally:
        file.write_text(right, "utf-8")
        portal.must(UP)

    assert done.returncode != 0
    assert said.startswith(f"settings : {sentence}")
    assert running == before
