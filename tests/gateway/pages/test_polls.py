"""« Votre avis nous intéresse »: answering, reading what is wrong, reading the results."""

import pytest

from services.content.polls.rules import AnswersRefused
from services.content.polls.use_cases import AnsweredFromHere
from tests.support.contents import polls
from tests.support.demo_town import DRAFT
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs


def test_each_question_says_what_is_wrong_with_its_answer(citizen: Client, services: Stubs) -> None:
    missing = "Choisissez une réponse."
    services["content.vote"] = AnswersRefused(fields={"creneaux": missing, "satisfaction": missing})
    page = parsed(citizen.submit("/votre-avis/horaires-mediatheque", "main form[method=post]", frequence="mois"), 422)

    assert [link["href"] for link in page.select(".error-summary a")] == ["#z-creneaux-1", "#z-satisfaction-1"]
    assert [error["id"] for error in page.select("form .error")] == ["z-creneaux-erreur", "z-satisfaction-erreur"]
    assert page.select_one("input[name=frequence][checked]")["value"] == "mois"
    assert "astérisque" in page.select_one("main form").get_text()


def test_the_shares_of_a_poll_are_written_as_french_percentages(visitor: Client) -> None:
    shares = [cell.get_text() for cell in visitor.page("/votre-avis/place-du-marche").select("td:last-child .num")]

    assert shares[0] == "47,8\u00a0%"


def test_the_steps_of_a_scale_stand_one_under_the_other(citizen: Client) -> None:
    page = citizen.page("/votre-avis/horaires-mediatheque")

    assert "choices--2" not in page.select_one(".choices:has([name=satisfaction])")["class"]
    assert "choices--2" in page.select_one(".choices:has([name=creneaux])")["class"]


def test_only_a_voter_is_thanked_and_a_copied_link_opens_the_form(visitor: Client, services: Stubs) -> None:
    thanks = "/votre-avis/horaires-mediatheque?merci=1"
    copied = visitor.page(thanks)
    assert "Merci" not in copied.select_one("main").get_text()
    assert copied.select_one("main form[action='/votre-avis/horaires-mediatheque']") is not None

    poll = next(item for item in polls()["items"] if item["slug"] == "horaires-mediatheque")
    services["content.poll"] = poll | {"answered": True}
    page = visitor.page(thanks)
    assert "Merci, votre réponse est enregistrée" in page.select_one("main .notice--success").get_text()
    assert page.select_one("main form[method=post]") is None


@pytest.mark.parametrize(
    ("slug", "when"),
    [
        ("passerelle-nom", "après la clôture, le dimanche 3 janvier 2027, s’il y a 10 réponses au moins"),
        ("horaires-mediatheque", "dès qu’il y aura 5 réponses au moins"),
    ],
)
def test_a_voter_reads_when_the_results_will_be_shown(citizen: Client, services: Stubs, slug: str, when: str) -> None:
    poll = next(item for item in polls()["items"] if item["slug"] == slug)
    services["content.poll"] = poll | {"answered": True}

    notice = " ".join(citizen.page(f"/votre-avis/{slug}?merci=1").select_one("main .notice").get_text().split())

    assert f"Les résultats s’afficheront sur cette page {when}." in notice.replace("\u00a0", " ")


BRIDGE = "/votre-avis/passerelle-nom"


def test_an_unneeded_code_is_not_spent(visitor: Client, services: Stubs) -> None:
    code = {"captcha_id": DRAFT, "captcha_answer": "7KXM2"}
    assert visitor.submit(BRIDGE, "main form[method=post]", nom="lavandieres", **code).status_code == 303
    assert services.bodies("accounts.spend_captcha") == []


def test_a_browser_keeps_its_voter_identifier_across_a_log_out(citizen: Client, services: Stubs) -> None:
    citizen.submit(BRIDGE, "main form[method=post]", nom="lavandieres")
    visitor_before = citizen.get_cookie("parvis-visitor").value
    citizen.submit("/mon-accueil", "form[action='/deconnexion']")
    citizen.page(BRIDGE)

    names = [body["browser"] for body in (*services.bodies("content.poll"), *services.bodies("content.vote"))]
    assert len(set(names)) == 1
    assert citizen.get_cookie("parvis-visitor").value != visitor_before
    assert visitor_before not in citizen.get_cookie("parvis-voter").value


def test_viewing_a_poll_sets_no_voter_cookie(visitor: Client) -> None:
    visitor.page(BRIDGE)
    assert visitor.get_cookie("parvis-voter") is None


def test_a_second_answer_from_a_browser_is_refused_and_shows_the_results(citizen: Client, services: Stubs) -> None:
    poll = next(item for item in polls()["items"] if item["slug"] == "passerelle-nom")
    results = next(item for item in polls()["items"] if item["slug"] == "place-du-marche")["results"]
    services["content.vote"] = AnsweredFromHere()
    answered = poll | {"answered": True, "answered_by": "browser", "results": results}
    services["content.poll"] = lambda _, __: answered if services.bodies("content.vote") else poll

    page = parsed(citizen.submit(BRIDGE, "main form[method=post]", nom="lavandieres"), 409)

    main = page.select_one("main")
    assert "Une réponse a déjà été donnée depuis ce navigateur" in main.get_text()
    assert main.select_one("form[method=post]") is None
    assert main.select_one(".table--results") is not None
