"""What a gateway remembers of the town is of a few seconds ago at most: another gateway may have learned of a change before."""

from typing import Any

from flask import Flask

from gateway import town
from gateway.town import TownBook
from tests.support.demo_town import NOW, town as town_of
from tests.support.judge import Client
from tests.support.stubs import Stubs

CHANGED = "02 31 00 99 99"


def test_a_change_of_the_town_is_shown_after_five_seconds(visitor: Client, app: Flask, services: Stubs) -> None:
    seconds = [0.0]
    clients = app.extensions["parvis.clients"]
    town.install(app, TownBook(clients, now=lambda: NOW, clock=lambda: seconds[0]))
    assert CHANGED not in foot(visitor)
    services["procedures.town"] = with_phone(CHANGED)

    seconds[0] = 4.9
    assert CHANGED not in foot(visitor)
    seconds[0] = 5.0
    assert CHANGED in foot(visitor)


def with_phone(phone: str) -> dict[str, Any]:
    published = town_of()
    contacts = published["town"]["contacts"] | {"phone": phone}
    return published | {"town": published["town"] | {"contacts": contacts}}


def foot(visitor: Client) -> str:
    return visitor.page("/aide").select_one("footer").get_text().replace("\u00a0", " ")
