"""What the town's files say of places and times can be read by the staff only."""

from tests.support import agents_desk as desk
from tests.support.demo_town import file, procedure
from tests.support.judge import Client
from tests.support.stubs import Stubs

HERE = "/agent/reference"


def test_agendas_areas_departments_and_sites_are_there(agent: Client) -> None:
    page = agent.page(HERE)

    words = page.select_one("main").get_text(" ", strip=True)
    booked = {entry["appointment"].get("agenda") for entry in file("procedures")["procedures"]} - {None}
    titles = {entry["slug"]: entry["title"] for entry in file("agendas")["agendas"]}
    assert {one["id"].removeprefix("a-") for one in page.select("h3")} == booked
    assert all(titles[slug] in words for slug in booked)
    for entry in (*file("town")["departments"], *file("town")["sites"]):
        assert entry["name"] in words
    assert all(area["title"] in words for area in file("service_areas")["service_areas"])


def test_an_agenda_shows_its_times_and_its_procedures(agent: Client) -> None:
    shown = agent.page(HERE).select_one("[aria-labelledby=a-titres-identite]").get_text(" ", strip=True)

    assert "Guichets 3 et 4" in shown
    assert "20\u00a0minutes, 2\u00a0personnes à la fois" in shown
    assert "Fermeture de fin d’année" in shown
    assert "carte d’identité" in shown
    assert "Lundi\u00a0: 9\u00a0h" in shown
    assert "Dimanche" not in shown


def test_an_editor_reads_the_reference_page_too(agent: Client, services: Stubs) -> None:
    services["accounts.session"] = desk.session_of(desk.EDITOR)
    assert agent.get(HERE).status_code == 200


def test_only_an_administrator_reads_the_names_of_the_towns_files(agent: Client, services: Stubs) -> None:
    page = agent.page(HERE).select_one("main")
    assert page.select("code") == []
    assert "Signalez-la à l’administration du portail" in page.get_text()

    services["accounts.session"] = desk.session_of(desk.ADMINISTRATOR)
    assert "agendas.yaml" in [name.get_text() for name in agent.page(HERE).select("main code")]


def test_each_detail_that_is_asked_is_listed_with_its_reason(agent: Client) -> None:
    rows = agent.page(f"{HERE}/renseignements").select("tbody tr")

    shown = [tuple(cell.get_text() for cell in row.select("th, td")) for row in rows]
    asked = [procedure(entry["slug"]).applicant.asks for entry in file("procedures")["procedures"]]
    assert len(shown) == sum(map(len, asked))
    title = procedure("rdv-cni-passeport").title
    assert [line[1:] for line in shown if line[0] == title] == [
        ("Prénoms", "Nom", "Obligatoire", "Vous appeler au guichet."),
        ("Nom", "Nom", "Obligatoire", "Vous appeler au guichet."),
        ("Courriel", "Contact", "Obligatoire", "Confirmer le rendez-vous, le rappeler, permettre de le déplacer."),
        ("Téléphone", "Contact", "Facultative", "Vous prévenir le jour même si le guichet ferme."),
    ]
