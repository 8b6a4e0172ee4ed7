"""What can end a procedure is asked before anything is begun, and stands folded on « Ma demande »."""

from tests.support import demo_town
from tests.support.drafts import Drafts
from tests.support.filing import begin
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

SLUG = "acte-naissance"
BIRTH = f"/demarches/{SLUG}"
REQUEST = f"{BIRTH}/etape/demande"
START = "main form[method=post]"
FOLDED = "#formulaire details:has([name=commune_evenement])"


def test_an_answer_that_ends_the_procedure_begins_nothing(visitor: Client, services: Stubs) -> None:
    page = parsed(visitor.submit(BIRTH, START, commune_evenement="autre_commune"), 422)

    [said] = [one for one in page.select("[data-stop]") if not one.has_attr("hidden")]
    assert "Adressez votre demande à la mairie du lieu de naissance" in said.get_text()
    assert said.has_attr("data-focus")
    assert page.get_text().count("elle seule détient l’acte") == 1
    assert page.select(".error-summary, .field--error") == []
    assert page.select_one("[name=commune_evenement][checked]")["value"] == "autre_commune"
    assert page.select_one(".form__rest").has_attr("hidden")
    assert services.bodies("requests.open_draft") == []


def test_without_an_answer_the_question_is_named(visitor: Client, services: Stubs) -> None:
    page = parsed(visitor.submit(BIRTH, START), 422)

    assert [link["href"] for link in page.select(".error-summary a")] == ["#z-commune-evenement-1"]
    assert page.title.get_text().startswith("Erreur")
    assert services.bodies("requests.open_draft") == []


def test_an_answer_that_goes_on_is_kept_and_folded_where_it_can_be_changed(visitor: Client, drafts: Drafts) -> None:
    begin(visitor, BIRTH)

    assert drafts.kept[SLUG].typed.answers["commune_evenement"] == "ici"
    folded = visitor.page(REQUEST).select_one(FOLDED)
    words = folded.summary.get_text(" ", strip=True).replace("\u00a0", " ")
    assert words == "Lieu de la naissance : Saint-Aubin-sur-Orne"

    visitor.submit(REQUEST, "#formulaire", commune_evenement="etranger")
    assert drafts.kept[SLUG].typed.answers["commune_evenement"] == "etranger"
    assert visitor.page(REQUEST).select_one(FOLDED) is None


def test_a_draft_that_was_begun_otherwise_is_asked_on_the_request(visitor: Client, drafts: Drafts) -> None:
    drafts.open({"procedure": SLUG}, demo_town.CAMILLE)
    page = visitor.page(REQUEST)

    assert page.select_one(FOLDED) is None
    assert page.select_one("#formulaire [name=commune_evenement]") is not None


def test_a_filing_that_starts_anew_is_asked_before_the_present_one_is_thrown_away(
    visitor: Client, services: Stubs
) -> None:
    begin(visitor, BIRTH)
    opened = len(services.bodies("requests.open_draft"))

    sent = visitor.submit(f"{BIRTH}/recommencer", START, commune_evenement="autre_commune", action="recommencer")

    page = parsed(sent, 422)
    assert page.h1.get_text(strip=True).startswith("Recommencer")
    [said] = [one for one in page.select("[data-stop]") if not one.has_attr("hidden")]
    assert "Adressez votre demande" in said.get_text()
    assert page.select_one(".form__rest").has_attr("hidden")
    assert len(services.bodies("requests.open_draft")) == opened
