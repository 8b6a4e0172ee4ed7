"""The process itself, over the broker: what the gateway calls, in the order in which a person meets it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.security_code.rules import code_of
from services.chassis.actors import Actor, system
from services.chassis.contracts import from_json
from services.chassis.errors import Forbidden
from services.chassis.event_store.store import Store
from services.chassis.rpc.client import RpcClient
from services.chassis.settings import Settings
from tests.integration.accounts.service import empty
from tests.servers.processes import Services

VISITOR = Actor(kind="visitor", id="b" * 64)
PASSWORD = "trois renards au bord du quai"


@pytest.fixture(scope="module")
def rpc(settings: Settings, services: Services, accounts_store: Store) -> Iterator[RpcClient]:
    with accounts_store.read() as conn:
        empty(conn)  # other tests of this worker may have brought the same people in
    services.start("accounts")
    client = RpcClient(replace(settings, rpc_timeout_seconds=20))  # a machine that is busy with other tests is no fault
    yield client
    client.close()


def ask(rpc: RpcClient, method: str, actor: Actor = VISITOR, **body: Any) -> Any:
    return rpc.call(f"accounts.{method}", body, actor=actor, command_id=str(uuid4()))


def test_a_person_makes_a_space_activates_it_logs_in_and_out(rpc: RpcClient, settings: Settings) -> None:
    captcha = ask(rpc, "captcha")
    answer = code_of(captcha["id"], DerivedKeys(settings).captcha)
    made = ask(
        rpc,
        "create_account",
        identity={"birth_name": "Exemple", "given_names": "Ariel", "birth_date": "1990-01-31"},
        address={"line1": "1 quai de l'Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"},
        contact={"email": "ariel.exemple@courriel.example"},
        preferred_contact="postal",
        credentials={"username": "ariel.exemple", "password": PASSWORD},
        captcha={"id": captcha["id"], "answer": answer},
    )
    assert set(made) == {"pending"}
    ours = system("messaging")
    account_id = ask(rpc, "account_ids", ours, usernames=["ariel.exemple"])["ids"]["ariel.exemple"]
    mail = ask(rpc, "notice_details", ours, account_id=account_id, purpose="account_activation")
    ask(rpc, "log_out", session=ask(rpc, "activate", token=mail["token"], password=PASSWORD)["session"])
    session = ask(rpc, "log_in", username="ariel.exemple", password=PASSWORD)["session"]
    actor = from_json(Actor, ask(rpc, "session", session=session)["actor"])
    assert ask(rpc, "profile", actor)["identity"]["given_names"] == "Ariel"
    ask(rpc, "log_out", session=session)
    with pytest.raises(Forbidden) as refused:
        ask(rpc, "session", session=session)
    assert refused.value.code == "session_ended"
