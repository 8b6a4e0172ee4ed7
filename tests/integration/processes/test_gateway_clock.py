"""A gateway has no database: it compares its clock with that of the first service that answers it."""

from tests.integration.processes.conftest import Processes
from tests.servers.clocks import ahead_by


def test_a_gateway_more_than_ten_seconds_off_refuses_to_start(processes: Processes) -> None:
    services = processes.services
    [gateway] = services.launch("gateway", **ahead_by(-120))

    assert gateway.child.wait(60) == 2
    services.running.pop("gateway")
    said = gateway.said().replace("\u00a0", " ")
    assert "gateway : l’horloge de cette machine retarde de 120 s sur celle des services, il en faut 10 au plus" in said


def test_a_gateway_a_few_seconds_off_serves(processes: Processes) -> None:
    processes.services.start("gateway", **ahead_by(4))

    processes.services.stop("gateway")


def test_a_gateway_that_starts_before_its_services_compares_once_they_answer(processes: Processes) -> None:
    services = processes.services
    services.stop("procedures")
    [gateway] = services.launch("gateway", **ahead_by(120))
    services.start("procedures")

    assert gateway.child.wait(60) == 2
    services.running.pop("gateway")
