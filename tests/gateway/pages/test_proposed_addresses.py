"""Addresses are proposed from the town's own file where it has one; without it, no page knows of it."""

import pytest
from bs4 import Tag

from tests.support.demo_town import town
from tests.support.judge import Client
from tests.support.stubs import Stubs

SIGN_UP, PROFILE = "/creer-mon-espace", "/mon-espace/profil"


def give_file(services: Stubs) -> None:
    services["procedures.town"] = town() | {"address_file": True}


def groups(client: Client, address: str) -> list[Tag]:
    return list(client.page(address).select("fieldset.address"))


def scripts(client: Client, address: str) -> list[Tag]:
    return list(client.page(address).select('script[src*="addresses"]'))


def test_a_form_with_an_address_brings_the_script(visitor: Client, services: Stubs) -> None:
    give_file(services)

    assert [group.get("data-addresses") for group in groups(visitor, SIGN_UP)] == ["anywhere"]
    assert scripts(visitor, SIGN_UP)


def test_a_profile_has_it_too(citizen: Client, services: Stubs) -> None:
    give_file(services)

    assert scripts(citizen, PROFILE)


@pytest.mark.parametrize("address", ["/", "/connexion"])
def test_a_page_without_an_address_does_without_the_script(visitor: Client, services: Stubs, address: str) -> None:
    give_file(services)

    assert not scripts(visitor, address)


def test_without_a_file_the_field_is_plain(visitor: Client) -> None:
    assert groups(visitor, SIGN_UP)
    assert not [group for group in groups(visitor, SIGN_UP) if group.has_attr("data-addresses")]
    assert not scripts(visitor, SIGN_UP)


def test_without_a_script_the_field_is_plain_whatever_the_town_has(visitor: Client, services: Stubs) -> None:
    give_file(services)

    [line] = visitor.page(SIGN_UP).select('[name="address.line1"]')

    assert not line.has_attr("role")
    assert line.get("autocomplete") == "address-line1"


@pytest.mark.parametrize("known", [True, False])
def test_the_legal_notice_says_where_they_come_from(visitor: Client, services: Stubs, known: bool) -> None:
    if known:
        give_file(services)

    assert ("Base Adresse Nationale" in visitor.page("/mentions-legales").get_text()) is known
