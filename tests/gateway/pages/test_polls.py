"""« Votre avis nous intéresse »: answering, being told what is wrong, reading the results."""

import pytest

from services.content.ballots import AnswersRefused
from tests.gateway.judge import JudgingClient, parsed
from tests.gateway.pages.town_hall import polls
from tests.gateway.stubs import StubServices


def test_each_question_says_what_is_wrong_with_its_answer(citizen: JudgingClient, services: StubServices) -> None:
    missing = "Choisissez une réponse."
    services["content.vote"] = AnswersRefused(fields={"creneaux": missing, "satisfaction": missing})
    sent = citizen.submit("/votre-avis/horaires-mediatheque", "main form[method=post]", frequence="mois")

    page = parsed(sent)
    assert sent.status_code == 422
    assert [link["href"] for link in page.select(".error-summary a")] == ["#z-creneaux-1", "#z-satisfaction-1"]
    assert [error["id"] for error in page.select("form .error")] == ["z-creneaux-erreur", "z-satisfaction-erreur"]
    assert page.select_one("input[name=frequence][checked]")["value"] == "mois"
    assert "astérisque" in page.select_one("main form").get_text()


def test_the_shares_of_a_poll_are_written_as_french_has_them(visitor: JudgingClient) -> None:
    shares = [cell.get_text() for cell in visitor.page("/votre-avis/place-du-marche").select("td:last-child .num")]

    assert shares[0] == "47,8\u00a0%"


def test_the_steps_of_a_scale_stand_one_under_the_other(citizen: JudgingClient) -> None:
    page = citizen.page("/votre-avis/horaires-mediatheque")

    assert "choices--2" not in page.select_one(".choices:has([name=satisfaction])")["class"]
    assert "choices--2" in page.select_one(".choices:has([name=creneaux])")["class"]


def test_only_who_has_answered_is_thanked_and_a_copied_link_opens_the_form(
    visitor: JudgingClient, services: StubServices
) -> None:
    thanks = "/votre-avis/horaires-mediatheque?merci=1"
    copied = visitor.page(thanks)
    assert "Merci" not in copied.select_one("main").get_text()
    assert copied.select_one("main form[action='/votre-avis/horaires-mediatheque']") is not None

    poll = next(item for item in polls()["items"] if item["slug"] == "horaires-mediatheque")
    services["content.poll"] = poll | {"answered": True}
    told = visitor.page(thanks)
    assert "Merci, votre réponse est enregistrée" in told.select_one("main .notice--success").get_text()
    assert told.select_one("main form[method=post]") is None


@pytest.mark.parametrize(
    ("slug", "when"),
    [
        ("passerelle-nom", "après la clôture, le dimanche 3 janvier 2027, s’il y a 10 réponses au moins"),
        ("horaires-mediatheque", "dès qu’il y aura 5 réponses au moins"),
    ],
)
def test_whoever_has_answered_is_told_when_the_results_can_be_read(
    citizen: JudgingClient, services: StubServices, slug: str, when: str
) -> None:
    poll = next(item for item in polls()["items"] if item["slug"] == slug)
    services["content.poll"] = poll | {"answered": True}

    told = " ".join(citizen.page(f"/votre-avis/{slug}?merci=1").select_one("main .notice").get_text().split())

    assert f"Les résultats s’afficheront sur cette page {when}." in told.replace("\u00a0", " ")
