"""Every page is whole for a strict browser and a screen reader; the client judges each one that it opens."""

import pytest

from services.chassis.errors import Unavailable
from tests.support.addresses import PUBLIC
from tests.support.demo_town import NUMBER, file
from tests.support.filing import begin
from tests.support.judge import Client
from tests.support.own_space import member_id
from tests.support.stubs import Stubs

FOLLOWED = (
    f"/demarches/location-salle/prise-en-compte/{NUMBER}",
    *(
        f"/demande/{NUMBER}?onglet={tab}"
        for tab in ("historique", "demandeur", "demande", "echanges", "pieces", "rendez-vous")
    ),
    f"/demande/{NUMBER}/rendez-vous",
    f"/demande/{NUMBER}/recepisse",
    f"/demande/{NUMBER}/annuler",
    f"/demande/{NUMBER}/donnees",
    f"/demande/{NUMBER}/rendez-vous/annuler",
)
PROCEDURES = [entry["slug"] for entry in file("procedures")["procedures"]]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_whole_and_light(visitor: Client, address: str) -> None:
    response = visitor.get(address)

    assert response.status_code == 200
    assert len(response.data) < 100_000


def test_every_public_page_has_a_title_of_its_own(visitor: Client) -> None:
    pages = dict.fromkeys(address.partition("?")[0] for address in PUBLIC)
    titles = {address: visitor.page(address).title.get_text(strip=True) for address in pages}

    assert all(title.endswith(" - Saint-Aubin-sur-Orne") for title in titles.values()), titles
    assert len(set(titles.values())) == len(titles), titles


def test_every_public_page_has_a_description_of_its_own(visitor: Client) -> None:
    pages = dict.fromkeys(address.partition("?")[0] for address in PUBLIC)
    said = [visitor.page(address).select_one("meta[name=description]")["content"] for address in pages]

    assert all(len(sentence) > 30 for sentence in said)
    assert len(set(said)) == len(said), sorted(said)


@pytest.mark.parametrize("address", FOLLOWED)
def test_a_page_of_a_request_is_whole(follower: Client, address: str) -> None:
    assert follower.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/mon-accueil",
        "/mes-demandes",
        "/mes-demandes?archivees",
        "/mon-espace",
        "/mon-espace/profil",
        "/mon-espace/identifiants",
        "/mon-espace/sessions",
        "/mon-espace/famille",
        "/mon-espace/famille/ajouter",
        f"/mon-espace/famille/{member_id('lou')}",
        f"/mon-espace/famille/{member_id('lou')}/modifier",
        f"/mon-espace/famille/{member_id('lou')}/retirer",
        "/mon-espace/fermeture",
        "/mon-espace/mes-donnees",
    ],
)
def test_a_page_of_the_space_is_whole(citizen: Client, address: str) -> None:
    assert citizen.get(address).status_code == 200


@pytest.mark.parametrize("slug", PROCEDURES)
def test_every_step_of_every_procedure_is_whole(citizen: Client, slug: str) -> None:
    citizen.page(f"/demarches/{slug}")
    citizen.page(f"/demarches/{slug}/aide")
    begin(citizen, f"/demarches/{slug}", member=member_id("sacha"), action="recommencer")
    for step in ("rendez-vous", "informations", "demande", "recapitulatif"):
        assert citizen.get(f"/demarches/{slug}/etape/{step}").status_code in (200, 404)


def test_the_home_page_is_sent_again_only_once_it_has_changed(visitor: Client, services: Stubs) -> None:
    first = visitor.get("/")
    tag = {"If-None-Match": first.headers["ETag"]}

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in first.headers["Vary"]
    assert "Set-Cookie" not in first.headers
    assert (visitor.get("/", headers=tag).status_code, visitor.get("/", headers=tag).data) == (304, b"")
    services["content.home"] = Unavailable()
    visitor.application.extensions["parvis.town"].changes.happened()
    assert visitor.get("/", headers=tag).status_code == 200


def test_whoever_has_a_cookie_has_a_home_page_that_nothing_keeps(visitor: Client) -> None:
    visitor.set_cookie("parvis-visitor", "v")

    assert visitor.get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [*PUBLIC, "/api/docs"])
def test_a_page_that_names_its_user_is_kept_by_no_cache(citizen: Client, address: str) -> None:
    response = citizen.get(address)

    if response.status_code == 200:
        assert "Camille Exemple" in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_a_document_for_programs_is_the_same_for_all_and_may_be_kept(citizen: Client) -> None:
    assert citizen.get("/api/v1/openapi.json").headers["Cache-Control"] == "public, max-age=3600"


def test_an_unknown_address_says_what_to_do(visitor: Client) -> None:
    response = visitor.get("/nulle-part")

    assert response.status_code == 404
    assert "Toutes les démarches" in response.text


@pytest.mark.parametrize("address", ["/agent/demandes", "/agent/rendez-vous", "/agent/reference"])
def test_a_closed_page_says_under_which_name_one_is_logged_in(citizen: Client, address: str) -> None:
    response = citizen.get(address)

    assert response.status_code == 403
    assert "Vous êtes connecté en tant que" in response.text


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/donnees-personnelles", "https://www.cnil.fr"),
        ("/accessibilite", "https://www.defenseurdesdroits.fr"),
    ],
)
def test_a_site_named_in_a_legal_text_is_a_link(visitor: Client, address: str, link: str) -> None:
    assert visitor.page(address).select_one(f"main a[href^='{link}']") is not None


def test_only_an_activation_confirms_that_the_space_is_active(visitor: Client, services: Stubs) -> None:
    assert "activé" not in visitor.page("/activation?faite=1").h1.get_text()
    done = visitor.submit("/activation/secret", "main form", **{"mot-de-passe": "quatre mots"})

    assert visitor.page(done.location).h1.get_text() == "Votre espace est activé"
