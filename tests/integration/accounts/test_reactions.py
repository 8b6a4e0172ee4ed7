from datetime import timedelta
from typing import Any

import pytest

from services.accounts.reactions import remember_the_town
from services.accounts.spaces.rules import FormRefused
from services.procedures.schemas.facts import TownPublished
from tests.integration.accounts.service import Accounts
from tests.support.heard import fact


def hear(accounts: Accounts, document: dict[str, Any], version: int = 1) -> None:
    with accounts.store.transaction() as tx:
        remember_the_town(tx, fact(TownPublished, "town", **document | {"version": version}))


def test_the_town_decides_how_long_sessions_and_links_last(accounts: Accounts, town: dict[str, Any]) -> None:
    document = town["town"]
    settings = {
        **document["portal_settings"],
        "session_idle_minutes": 5,
        "activation_link_hours": 2,
        "password_reset_link_minutes": 15,
    }
    hear(accounts, {**document, "portal_settings": settings})
    assert accounts.rows("SELECT reset_minutes FROM town") == [{"reset_minutes": 15}]
    accounts.create()
    assert accounts.notice("account_activation")["valid_hours"] == 2
    accounts.activate(accounts.token_mailed())
    session = accounts.session(accounts.log_in()["session"])
    assert session["warned_at"] == (accounts.clock.now() + timedelta(minutes=5)).isoformat()


def test_an_older_town_received_late_changes_nothing(accounts: Accounts, town: dict[str, Any]) -> None:
    older = {**town["town"], "portal_settings": {"activation_link_hours": 2}}
    hear(accounts, town["town"], version=2)
    hear(accounts, older, version=1)
    accounts.create()
    assert accounts.notice("account_activation")["valid_hours"] == 48


def test_the_town_s_own_names_are_no_password(accounts: Accounts, town: dict[str, Any]) -> None:
    hear(accounts, town["town"])
    with pytest.raises(FormRefused) as refused:
        accounts.create(credentials={"username": "camille", "password": "saintaubinsurorne"})
    assert "trop facile" in refused.value.fields["credentials.password"]
