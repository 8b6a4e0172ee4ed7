"""A gateway has no database: it compares its clock with those of the services that answer, of which the middle one counts."""

import time

import pytest

from services.chassis.service_list import service_names
from tests.integration.chassis.test_machine_clock import OF_THE_QUESTION, seconds_off
from tests.integration.processes.conftest import IMPORTER, Processes, patiently
from tests.servers.clocks import ahead_by

CLOSED = "postgresql://parvis@127.0.0.1:9/{service}"


def test_a_gateway_more_than_ten_seconds_off_refuses_to_start(processes: Processes) -> None:
    services = processes.services
    [gateway] = services.launch("gateway", **ahead_by(-120))

    assert gateway.child.wait(60) == 2
    services.running.pop("gateway")
    sentence = r"gateway : l’horloge de cette machine retarde de (\d+) s sur celle des services, il en faut 10 au plus"
    assert seconds_off(sentence, gateway.said()) == pytest.approx(120, abs=OF_THE_QUESTION)


def test_a_gateway_a_few_seconds_off_serves(processes: Processes) -> None:
    processes.services.start("gateway", **ahead_by(4))

    processes.services.stop("gateway")


def test_a_wrong_service_that_agrees_with_a_wrong_gateway_changes_nothing(processes: Processes) -> None:
    services = processes.services
    services.start(*service_names())
    services.stop("content")
    services.launch("content", DATABASE_URL=CLOSED, **ahead_by(120))  # with its database it would not serve
    try:
        there = patiently(lambda: processes.client.clock_of("content", actor=IMPORTER, timeout=1), 120)
        assert there - time.time() > 60
        [gateway] = services.launch("gateway", **ahead_by(120))

        assert gateway.child.wait(60) == 2
        services.running.pop("gateway")
    finally:
        services.stop("content")


def test_a_gateway_that_starts_before_its_services_compares_once_one_answers(processes: Processes) -> None:
    services = processes.services
    services.stop(*(name for name in service_names() if name in services.running))
    [gateway] = services.launch("gateway", **ahead_by(120))
    services.start("procedures")

    assert gateway.child.wait(60) == 2
    services.running.pop("gateway")
