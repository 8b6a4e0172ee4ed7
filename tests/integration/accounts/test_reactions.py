from datetime import timedelta
from typing import Any

import pytest

from services.accounts.reactions import remember_the_town
from services.accounts.spaces.rules import FormRefused
from services.procedures.schemas.facts import TownPublished
from tests.integration.accounts.house import House
from tests.support.heard import fact


def hear(house: House, document: dict[str, Any], version: int = 1) -> None:
    with house.store.transaction() as tx:
        remember_the_town(tx, fact(TownPublished, "town", **document | {"version": version}))


def test_the_town_decides_how_long_sessions_and_links_last(house: House, town: dict[str, Any]) -> None:
    document = town["town"]
    settings = {
        **document["portal_settings"],
        "session_idle_minutes": 5,
        "activation_link_hours": 2,
        "password_reset_link_minutes": 15,
    }
    hear(house, {**document, "portal_settings": settings})
    assert house.rows("SELECT reset_minutes FROM town") == [{"reset_minutes": 15}]
    house.create()
    assert house.notice("account_activation")["valid_hours"] == 2
    house.activate(house.token_mailed())
    session = house.session(house.log_in()["session"])
    assert session["warned_at"] == (house.clock.now() + timedelta(minutes=5)).isoformat()


def test_an_older_town_heard_late_changes_nothing(house: House, town: dict[str, Any]) -> None:
    older = {**town["town"], "portal_settings": {"activation_link_hours": 2}}
    hear(house, town["town"], version=2)
    hear(house, older, version=1)
    house.create()
    assert house.notice("account_activation")["valid_hours"] == 48


def test_the_town_s_own_names_are_no_password(house: House, town: dict[str, Any]) -> None:
    hear(house, town["town"])
    with pytest.raises(FormRefused) as refused:
        house.create(credentials={"username": "camille", "password": "saintaubinsurorne"})
    assert "trop facile" in refused.value.fields["credentials.password"]
