"""« Plan du site »: all that the menus lead to, for who reads it; and each page leads there, and to the statement."""

import pytest

from services.chassis.actors import Actor
from tests.support import agents_desk as desk
from tests.support.addresses import PUBLIC
from tests.support.demo_town import NUMBER, file
from tests.support.filing import ROAD, begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

MAP = "/plan-du-site"
MENUS = "header nav a[href^='/'], header .drop a[href^='/'], footer nav a[href^='/']"
"""What menus lead to; what a number waits behind is a place of a page."""


def linked(client: Client, address: str, where: str) -> set[str]:
    page = client.page(address)
    return {str(link["href"]).partition("?page=")[0] for link in page.select(where) if "#" not in str(link["href"])}


@pytest.mark.parametrize(
    ("reader", "page"),
    [("visitor", "/"), ("citizen", "/"), ("agent", "/"), ("agent", "/agent/raccourcis"), ("agent", "/demarches")],
    indirect=["reader"],
)
def test_the_site_map_leads_to_all_that_the_menus_lead_to(reader: Client, page: str) -> None:
    in_menus = linked(reader, page, MENUS)

    assert len(in_menus) > 5
    assert in_menus <= linked(reader, MAP, "main a")


@pytest.mark.parametrize(
    ("actor", "rights"),
    [
        (desk.AGENT, {"/agent/demandes", "/agent/rendez-vous", "/agent/courriers"}),
        (desk.EDITOR, set()),
        (desk.ADMINISTRATOR, {"/agent/equipe"}),
    ],
    ids=["agent", "editor", "administrator"],
)
def test_an_agent_sees_what_their_rights_open(agent: Client, services: Stubs, actor: Actor, rights: set[str]) -> None:
    services["accounts.session"] = desk.session_of(actor)

    links = linked(agent, MAP, "main a[href^='/agent']")

    kept_back = {"/agent/demandes", "/agent/rendez-vous", "/agent/courriers", "/agent/equipe", "/agent/consultations"}
    assert links & kept_back == rights
    assert {"/agent/mon-compte", "/agent/raccourcis"} <= links
    assert linked(agent, MAP, "main a[href^='/mon-']") == set()


def test_the_domains_of_the_procedures_stand_under_them(visitor: Client) -> None:
    nested = visitor.page(MAP).select("main li:has(> a[href='/demarches']) li a")

    areas = [f"/demarches/domaine/{area['slug']}" for area in file("service_areas")["service_areas"]]
    assert [link["href"] for link in nested] == [*areas, "/demarches?toutes"]


def test_every_link_of_a_visitors_map_opens(visitor: Client) -> None:
    links = linked(visitor, MAP, "main a")

    opened = {address: visitor.get(address, follow_redirects=True).status_code for address in links}
    assert opened == dict.fromkeys(links, 200)


def leads_on(client: Client, address: str) -> str:
    """The words of the link to the statement, in the foot of that page, where a link to the map stands too."""
    page = parsed(client.get(address))
    (statement,) = page.select("footer a[href='/accessibilite']")
    assert page.select_one(f"footer a[href='{MAP}']") is not None
    return statement.get_text().replace("\N{NO-BREAK SPACE}", " ")


SAID = "Accessibilité : non conforme"


OTHERS = ("/nulle-part", "/agent/connexion", "/demarches/acte-naissance", "/api/docs")


@pytest.mark.parametrize("address", [*PUBLIC, *OTHERS])
def test_each_page_leads_to_the_site_map_and_to_the_statement(visitor: Client, address: str) -> None:
    assert leads_on(visitor, address) == SAID


@pytest.mark.parametrize("step", ["informations", "demande", "recapitulatif"])
def test_each_step_of_a_form_leads_there_too(visitor: Client, step: str) -> None:
    begin(visitor)

    assert leads_on(visitor, f"{ROAD}/etape/{step}") == SAID


@pytest.mark.parametrize("address", ["/mon-accueil", "/mon-espace/profil", f"/demande/{NUMBER}"])
def test_each_page_of_a_space_leads_there_too(citizen: Client, address: str) -> None:
    assert leads_on(citizen, address) == SAID


@pytest.mark.parametrize("address", ["/agent/demandes", f"/agent/demandes/{NUMBER}", "/agent/raccourcis", "/demarches"])
def test_each_page_of_an_agent_leads_there_too(agent: Client, address: str) -> None:
    assert leads_on(agent, address) == SAID
