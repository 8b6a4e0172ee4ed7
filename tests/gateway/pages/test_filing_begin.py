"""What is shown before one begins, who may begin, and what becomes of what was begun before."""

import re

from services.chassis.errors import Unavailable
from tests.support.drafts import Drafts
from tests.support.filing import HALL, ROAD, begin
from tests.support.judge import Client, parsed
from tests.support.own_space import member_id
from tests.support.stubs import Stubs

SCHOOL = "/demarches/inscription-scolaire"
SACHA, LOU = member_id("sacha"), member_id("lou")


def test_the_first_step_says_what_the_law_asks(visitor: Client) -> None:
    words = visitor.page("/demarches/acte-naissance").get_text(" ", strip=True)

    for sentence in (
        "Durée maximum",
        "Aide à la saisie",
        "Pièce d’identité du demandeur",
        "5\u00a0jours ouvrés",
        "votre demande est refusée",
        "Responsable du traitement",
        "dpo@saint-aubin-sur-orne.example",
        "CNIL",
        "au guichet ou par courrier",
    ):
        assert sentence in words


def test_the_first_step_shows_number_type_and_size_of_accepted_files(visitor: Client) -> None:
    pieces = visitor.page("/demarches/acte-naissance").select_one("section[aria-labelledby=t-prepare]").get_text(" ")

    assert "Un ou deux fichiers PDF, JPG ou PNG, 5\u00a0Mo chacun au plus." in pieces


def test_documents_and_the_next_free_slot_come_before_the_button(visitor: Client) -> None:
    words = visitor.page("/demarches/rdv-cni-passeport").select_one("main").get_text(" ", strip=True)

    places = [words.index(part) for part in ("À apporter au rendez-vous", "Prochain créneau libre", "Choisir un")]
    assert places == sorted(places)


def test_the_page_is_whole_while_the_slots_are_unknown(visitor: Client, services: Stubs) -> None:
    services["requests.slots"] = Unavailable()

    words = visitor.page("/demarches/rdv-cni-passeport").select_one("main").get_text(" ", strip=True)

    assert "Prochain créneau libre" not in words
    assert "Choisir un rendez-vous" in words


def test_the_calendar_is_asked_once_in_some_seconds_by_all_pages(visitor: Client, services: Stubs) -> None:
    for _ in range(3):
        words = visitor.page("/demarches/rdv-cni-passeport").select_one("main").get_text(" ", strip=True)
        assert "Prochain créneau libre" in words

    assert [one.method for one in services.asked].count("requests.slots") == 1


def test_the_text_that_a_box_accepts_is_on_the_first_step_and_beside_the_box(citizen: Client) -> None:
    before = citizen.page(HALL).select_one("details#texte-reglement-salles")
    begin(citizen, HALL)

    beside = citizen.page(f"{HALL}/etape/demande").select_one(".field:has([name=reglement]) details")

    for text in (before, beside):
        assert text.summary.get_text(strip=True) == "Lire «\u00a0Règlement et tarifs des salles municipales\u00a0»"
        assert "Salle du Quai (80 personnes)" in text.get_text()


def test_a_procedure_with_a_quota_announces_that_a_code_may_be_asked(visitor: Client) -> None:
    shown = visitor.page("/demarches/enlevement-encombrants").select_one("main").get_text()
    assert "un code de sécurité est à recopier" in shown


def test_an_account_only_procedure_leads_to_log_in_and_back(visitor: Client) -> None:
    page = visitor.page("/demarches/demande-composteur")

    assert page.select_one("main a[href='/connexion?suite=/demarches/demande-composteur']") is not None


def test_the_counter_is_shown_while_online_filing_is_unavailable(visitor: Client, services: Stubs) -> None:
    services["requests.draft_for"] = Unavailable()

    page = parsed(visitor.get(ROAD), 503)

    assert "momentanément indisponible" in page.select_one(".notice--warning").get_text()
    assert page.select_one("[aria-labelledby=t-counter] a[href^='tel:']") is not None
    assert page.select("main form[method=post]") == []


def test_a_reached_quota_is_shown_on_the_first_step(visitor: Client, drafts: Drafts) -> None:
    drafts.quota = {
        "reached": True,
        "message": "Toutes les places de la semaine sont prises.",
        "reopens_at": "2026-11-29T23:00:00+00:00",
        "place": None,
    }

    page = visitor.page("/demarches/enlevement-encombrants")

    words = " ".join(page.select_one("main .notice--warning").get_text(" ").split())
    assert "Toutes les places de la semaine sont prises." in words
    assert "de nouveau libres le lundi 30 novembre 2026 à 0 h" in words
    assert page.select("main form[method=post]") == []


def test_only_eligible_family_members_are_offered(citizen: Client) -> None:
    offered = [one["value"] for one in citizen.page(SCHOOL).select("input[name=member]")]

    assert offered == [SACHA, LOU]


def test_the_beneficiary_can_be_changed_when_a_draft_is_resumed(citizen: Client, services: Stubs) -> None:
    begin(citizen, SCHOOL, member=SACHA)

    begin(citizen, SCHOOL, action="reprendre", member=SACHA)

    saved = services.bodies("requests.save_step")[-1]
    assert (saved["step"], saved["data"]) == ("procedure", {"member": SACHA})


def test_beginning_anew_first_says_what_is_erased_and_asks_for_a_beneficiary(citizen: Client, services: Stubs) -> None:
    begin(citizen, SCHOOL, member=SACHA)
    way = str(citizen.page(SCHOOL).find("a", string=re.compile("recommencer"))["href"])

    asked = citizen.page(way)
    assert "vos réponses et vos fichiers sont effacés" in asked.select_one("main").get_text()
    assert [one["value"] for one in asked.select("input[name=member]")] == [SACHA, LOU]
    assert asked.select_one("input[name=member][checked]")["value"] == SACHA
    citizen.submit(way, "main form", member=LOU, action="recommencer")

    opened = services.bodies("requests.open_draft")
    assert [(one["member"], one.get("anew")) for one in opened] == [(SACHA, None), (LOU, True)]


def test_beginning_anew_without_a_draft_leads_back_to_the_procedure(visitor: Client) -> None:
    assert visitor.get(f"{ROAD}/recommencer").location == ROAD
