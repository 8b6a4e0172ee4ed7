"""Partner spaces: what everybody sees of them, and what our own services know besides."""

import pytest

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.chassis.event_store.store import Store
from services.content.articles.rules import NoSuchItem
from services.content.partners import partner_sites, views as partner_spaces
from services.content.publication import coherence
from services.townhall.problems import ImportRefused
from tests.integration.content.conftest import SYSTEM

VISITOR = Actor(kind="visitor", id="v")
CITIZEN = Actor(kind="citizen", id="c")
NONE = partner_sites.read("")


def test_how_the_portal_connects_stays_inside(imported: Store) -> None:
    with imported.read() as conn:
        shown = partner_spaces.list_partner_spaces(conn, NONE).spaces
        known = partner_spaces.find_connection(conn, "portail-famille", SYSTEM, NONE)
        for actor in (VISITOR, CITIZEN):
            with pytest.raises(NoSuchItem):
                partner_spaces.find_connection(conn, "portail-famille", actor, NONE)
        with pytest.raises(NoSuchItem):
            partner_spaces.find_connection(conn, "cantine", SYSTEM, NONE)

    assert [space.slug for space in shown] == ["portail-famille", "mediatheque", "regie-eau"]
    assert "marker" not in str([to_json(space) for space in shown])
    assert (known.failure_marker, known.hidden) == ("Code ou mot de passe inconnu", {"origine": "espace-citoyens"})
    assert known.form_origins == ("https://portail-famille.saint-aubin-sur-orne.example",)
    assert known.site == "portail-famille.saint-aubin-sur-orne.example"


def test_a_value_that_is_never_stored_is_not_asked_for(imported: Store) -> None:
    with imported.read() as conn:
        water = partner_spaces.list_partner_spaces(conn, NONE).spaces[2]

    assert (water.kind, [field.name for field in water.fields]) == ("link", ["reference_abonne"])


def test_a_demonstration_has_other_addresses_for_browsers_and_for_services(imported: Store) -> None:
    host = "mediatheque.saint-aubin-sur-orne.example"
    sites = partner_sites.read(f"{host}=http://127.0.0.1:8030>http://sites:8030, autre.example=http://127.0.0.1:8031")
    with imported.read() as conn:
        known = partner_spaces.find_connection(conn, "mediatheque", SYSTEM, sites)

    assert known.form_url == known.space.url == "http://127.0.0.1:8030/abonne/login"
    assert (known.check_url, known.check_origins) == ("http://sites:8030/abonne/login", ("http://sites:8030",))
    assert (known.form_origins, known.site) == (("http://127.0.0.1:8030",), host)
    assert sites["autre.example"].service == "http://127.0.0.1:8031"


def test_a_mere_link_keeps_no_secret(documents: dict) -> None:
    water = next(one for one in documents["partner_spaces"]["partner_spaces"] if one["connection"]["kind"] == "link")
    next(field for field in water["form"]["fields"] if field["role"] == "secret").pop("stored")

    with pytest.raises(ImportRefused) as refused:
        coherence.check({"partner_spaces": documents["partner_spaces"]})

    assert "stored: false" in str(refused.value.fields)


def test_a_space_that_could_never_connect_is_refused_by_the_import(documents: dict) -> None:
    family = documents["partner_spaces"]["partner_spaces"][0]
    del family["connection"]["success_marker"]
    family["form"]["fields"][0]["pattern"] = "^[0-9"

    with pytest.raises(ImportRefused) as refused:
        coherence.check({"partner_spaces": documents["partner_spaces"]})

    sentences = str(refused.value.fields)
    assert "success_marker" in sentences
    assert "expression régulière" in sentences
