"""From a request to the mails that it owes, between real processes: requests, accounts, procedures, messaging, relay."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.errors import Invalid, NotFound, Unavailable
from services.chassis.french_dates import long_day
from services.chassis.rpc import RpcClient
from services.chassis.settings import Settings
from tests.filled import today, valid_answers, valid_applicant
from tests.mailbox import Mailbox
from tests.processes import Services

VISITOR = Actor(kind="visitor", id="f" * 64)
AGENT = Actor(
    kind="agent",
    id=str(uuid4()),
    name="Agent instructeur polyvalent",
    roles=("agent",),
    departments=("services-techniques", "vie-associative", "population"),
    permissions=("read_requests", "change_status", "write_exchanges", "manage_appointments"),
)
DEPARTMENT = "technique@saint-aubin-sur-orne.example"


def patiently(ask: Callable[[], Any], seconds: float = 30) -> Any:
    """The answer once the service has heard what it needs."""
    until = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (Unavailable, NotFound):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def call(services: Services, settings: Settings, town: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    services.start("procedures", "requests", "accounts", "messaging", "relay")
    client = RpcClient(settings)

    def call(method: str, body: dict[str, Any], actor: Actor = VISITOR) -> Any:
        return client.call(method, body, actor=actor, command_id=uuid4(), timeout=10)

    parts = ("town", "service_areas", "procedures", "agendas")
    call("procedures.import_town", {name: town[name] for name in parts}, system("import"))
    yield call
    client.close()


def file_a_request(call: Callable[..., Any], procedure: str = "signalement-voirie") -> tuple[dict[str, Any], str]:
    """A visitor's request, and the address that its mails go to."""
    address = f"{uuid4().hex}@courriel.example"
    definition = patiently(lambda: call("procedures.procedure", {"slug": procedure}))["definition"]
    body = {
        "procedure": procedure,
        "applicant": valid_applicant(definition, address),
        "answers": valid_answers(definition, today()),
    }
    return patiently(lambda: call("requests.submit", body)), address


def test_a_request_is_acknowledged_and_its_department_told(call: Callable[..., Any], smtp: Mailbox) -> None:
    receipt, address = file_a_request(call)
    mail = smtp.wait_for(address)[0]
    assert mail.subject == f"Accusé de réception de votre demande {receipt['number']}"
    assert f"/suivi/{receipt['tracking_token']}" in mail.text
    assert "Services techniques et cadre de vie" in mail.text
    told = smtp.wait_for(DEPARTMENT)
    assert any(receipt["number"] in mail.subject for mail in told)


def test_a_reply_is_read_in_the_tracking_page_and_not_in_the_mail(call: Callable[..., Any], smtp: Mailbox) -> None:
    receipt, address = file_a_request(call)
    smtp.wait_for(address)
    seen = call("requests.tracking", {"number": receipt["number"]}, AGENT)
    taken = call("requests.take_in_charge", {"number": receipt["number"], "version": seen["version"]}, AGENT)
    assert taken is not None
    seen = call("requests.tracking", {"number": receipt["number"]}, AGENT)
    deadline = today() + timedelta(days=30)
    decision = {
        "number": receipt["number"],
        "to": "scheduled",
        "version": seen["version"],
        "reply": "intervention-programmee",
        "values": {"deadline": deadline.isoformat()},
    }
    call("requests.change_status", decision, AGENT)
    mail = smtp.wait_for(address, count=2)[1]
    assert long_day(deadline) not in mail.text
    visitor = Actor(kind="visitor", id=VISITOR.id, tokens=(receipt["tracking_token"],))
    grant = call("requests.tracking", {"number": receipt["number"]}, visitor)["grant"]
    thread = call("messaging.exchanges", {"grant": grant}, visitor)
    assert thread["unread"] == 1
    opened = call("messaging.open_exchange", {"grant": grant, "exchange_id": thread["items"][0]["id"]}, visitor)
    assert long_day(deadline) in opened["text"]


def test_what_the_citizen_writes_reaches_the_department_and_is_counted_as_unread(
    call: Callable[..., Any], smtp: Mailbox
) -> None:
    receipt, address = file_a_request(call)
    smtp.wait_for(address)
    visitor = Actor(kind="visitor", id=VISITOR.id, tokens=(receipt["tracking_token"],))
    grant = call("requests.tracking", {"number": receipt["number"]}, visitor)["grant"]
    call("messaging.add_exchange", {"grant": grant, "text": "Le lampadaire est le PN-42."}, visitor)
    told = [mail for mail in smtp.wait_for(DEPARTMENT, count=2) if receipt["number"] in mail.subject]
    assert "PN-42" not in "".join(mail.text for mail in told)

    def unread() -> int:
        seen = call("requests.tracking", {"number": receipt["number"]}, AGENT)
        if not seen["unread"]["town"]:
            raise Unavailable
        return seen["unread"]["town"]

    assert patiently(unread) == 1


def test_a_cancelled_request_is_confirmed_by_mail(call: Callable[..., Any], smtp: Mailbox) -> None:
    receipt, address = file_a_request(call)
    smtp.wait_for(address)
    visitor = Actor(kind="visitor", id=VISITOR.id, tokens=(receipt["tracking_token"],))
    seen = call("requests.tracking", {"number": receipt["number"]}, visitor)
    call("requests.cancel", {"number": receipt["number"], "version": seen["version"]}, visitor)
    assert smtp.wait_for(address, count=2)[1].subject == f"Votre demande {receipt['number']} est annulée"


def test_a_lost_link_is_sent_again(call: Callable[..., Any], smtp: Mailbox) -> None:
    receipt, address = file_a_request(call)
    smtp.wait_for(address)
    call("requests.send_tracking_link", {"number": receipt["number"], "email": address})
    assert "/suivi/" in smtp.wait_for(address, count=2)[1].text


def test_whoever_sets_the_portal_up_may_try_its_mail_server(call: Callable[..., Any], smtp: Mailbox) -> None:
    address = f"{uuid4().hex}@courriel.example"
    tried = call("messaging.try_mail", {"recipient": address}, system("import"))
    assert tried["reason"] is None
    assert smtp.wait_for(address)[0].subject == "Essai d’envoi du portail"
    smtp.refuse_with = "550 5.7.1 Sender not allowed"
    tried = call("messaging.try_mail", {"recipient": address}, system("import"))
    smtp.refuse_with = None
    assert tried["reason"] == "server_deferred"
    with pytest.raises(Invalid) as refused:
        call("messaging.try_mail", {"recipient": "pas une adresse"}, system("import"))
    assert "adresse complète" in refused.value.fields["recipient"]
