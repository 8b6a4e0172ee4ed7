"""Partner spaces: what everybody sees of them, and what our own services know besides."""

from dataclasses import replace

import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.content.articles.rules import NoSuchItem
from services.content.partners import partner_sites, views as partner_spaces
from services.content.publication import coherence
from services.content.schemas.partner_spaces import (
    FindPartnerConnection,
    ListPartnerSpaces,
    PartnerConnection,
    PartnerSpace,
)
from services.townhall.problems import ImportRefused
from tests.integration.content.conftest import SYSTEM
from tests.support.asking import ask

VISITOR = Actor(kind="visitor", id="v")
CITIZEN = Actor(kind="citizen", id="c")


def listed(store: Store) -> tuple[PartnerSpace, ...]:
    return ask(store, partner_spaces.list_partner_spaces, ListPartnerSpaces(), VISITOR).spaces


def connection(store: Store, slug: str, actor: Actor = SYSTEM) -> PartnerConnection:
    return ask(store, partner_spaces.find_connection, FindPartnerConnection(slug=slug), actor)


def test_how_the_portal_connects_stays_inside(imported: Store) -> None:
    shown, known = listed(imported), connection(imported, "portail-famille")
    for slug, actor in (("portail-famille", VISITOR), ("portail-famille", CITIZEN), ("cantine", SYSTEM)):
        with pytest.raises(NoSuchItem):
            connection(imported, slug, actor)

    assert [space.slug for space in shown] == ["portail-famille", "mediatheque", "regie-eau"]
    assert "marker" not in str([to_json(space) for space in shown])
    assert (known.failure_marker, known.hidden) == ("Code ou mot de passe inconnu", {"origine": "espace-citoyens"})
    assert known.form_origins == ("https://portail-famille.saint-aubin-sur-orne.example",)
    assert known.site == "portail-famille.saint-aubin-sur-orne.example"


def test_only_stored_values_are_asked_for(imported: Store) -> None:
    water = listed(imported)[2]

    assert (water.kind, [field.name for field in water.fields]) == ("link", ["reference_abonne"])


def test_a_demonstration_has_other_addresses_for_browsers_and_for_services(imported: Store) -> None:
    host = "mediatheque.saint-aubin-sur-orne.example"
    setting = f"{host}=http://127.0.0.1:8030>http://sites:8030, autre.example=http://127.0.0.1:8031"
    imported.settings = replace(imported.settings, partner_sites=setting)
    known = connection(imported, "mediatheque")

    assert known.form_url == known.space.url == "http://127.0.0.1:8030/abonne/login"
    assert (known.check_url, known.check_origins) == ("http://sites:8030/abonne/login", ("http://sites:8030",))
    assert (known.form_origins, known.site) == (("http://127.0.0.1:8030",), host)
    assert partner_sites.read(setting)["autre.example"].service == "http://127.0.0.1:8031"


def test_a_mere_link_keeps_no_secret(documents: dict) -> None:
    water = next(one for one in documents["partner_spaces"]["partner_spaces"] if one["connection"]["kind"] == "link")
    next(field for field in water["form"]["fields"] if field["role"] == "secret").pop("stored")

    with pytest.raises(ImportRefused) as refused:
        coherence.check({"partner_spaces": documents["partner_spaces"]}, {})

    assert "stored: false" in str(refused.value.fields)


def test_a_space_unable_to_connect_is_refused_by_the_import(documents: dict) -> None:
    family = documents["partner_spaces"]["partner_spaces"][0]
    del family["connection"]["success_marker"]
    family["form"]["fields"][0]["pattern"] = "^[0-9"

    with pytest.raises(ImportRefused) as refused:
        coherence.check({"partner_spaces": documents["partner_spaces"]}, {})

    sentences = str(refused.value.fields)
    assert "success_marker" in sentences
    assert "expression régulière" in sentences
