"""A decision along the flow: its reply and blanks, what it asks, what a stale page shows."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from gateway.pages.agent import reply as agent_reply
from services.chassis.contracts import to_json
from services.chassis.errors import Invalid
from services.requests.refusals import StaleVersion
from services.requests.request import flow
from services.townhall.pieces import FREE
from tests.support import agents_desk as desk
from tests.support.agents_desk import AGENT, HERE
from tests.support.demo_town import NOW, NUMBER, definition, procedure
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

SCHEDULE = f"{HERE}/decision?vers=scheduled&reponse=intervention-programmee"


def test_the_page_of_a_reply_shows_its_blanks(agent: Client) -> None:
    page = agent.page(SCHEDULE)

    assert "Bonjour Ariel Nouveau" in page.select_one(".letter__text").get_text()
    assert "Date limite" in page.select_one(".letter mark").get_text()
    assert page.select_one("input[type=date][name=deadline]") is not None


def test_reading_again_sends_nothing_and_keeps_what_was_typed(agent: Client, services: Stubs) -> None:
    again = agent.submit(SCHEDULE, "form.decide__form", deadline="2027-01-04", action="relire")

    assert services.bodies("requests.change_status") == []
    assert parsed(again).select_one("[name=deadline]")["value"] == "2027-01-04"
    assert "Prêt à partir" in again.text


def test_an_unfilled_blank_blocks_sending_and_is_named(agent: Client, services: Stubs) -> None:
    services["requests.change_status"] = Invalid(
        "Il reste des blancs.", fields={"values.deadline": "Cette information manque encore dans le message."}
    )

    page = parsed(agent.submit(SCHEDULE, "form.decide__form", action="envoyer"), 422)

    assert page.select_one(".error-summary a")["href"] == "#z-deadline"


def test_a_decision_leaves_with_reply_and_version(agent: Client, services: Stubs) -> None:
    sent = agent.submit(SCHEDULE, "form.decide__form", deadline="2027-01-04", action="envoyer")

    assert sent.location == f"{HERE}?fait=statut#fait"
    assert services.bodies("requests.change_status") == [
        {
            "number": NUMBER, "to": "scheduled", "version": 9, "reply": "intervention-programmee",
            "deadline": "2027-01-04", "together": False, "hold": True,
        }
    ]  # fmt: skip


def test_the_notice_of_a_decision_says_whether_a_mail_is_sent(agent: Client, services: Stubs) -> None:
    services["requests.change_status"] = {"number": NUMBER, "status": "scheduled", "told": False}

    sent = agent.submit(SCHEDULE, "form.decide__form", deadline="2027-01-04", action="envoyer")

    assert "Aucun courriel n’est envoyé" in agent.page(sent.location).select_one("#fait").get_text()
    notice = agent.page(f"{HERE}?fait=statut").select_one("#fait").get_text()
    assert "Un courriel en prévient la personne." in notice


@pytest.mark.parametrize(("status", "label"), [("in_review", "En cours d’instruction"), ("scheduled", "Programmée")])
def test_after_a_decision_the_file_says_where_the_request_stands(
    agent: Client, services: Stubs, status: str, label: str
) -> None:
    services["requests.tracking"] = desk.case(status)

    notice = agent.page(f"{HERE}?fait=statut").select_one("#fait")

    assert f"La demande est maintenant «\u00a0{label}\u00a0»" in notice.get_text()


def test_a_stale_decision_says_what_changed_and_keeps_the_words(agent: Client, services: Stubs) -> None:
    change = {"at": NOW.isoformat(), "kind": "exchange", "title": "Message reçu", "detail": "", "who": "Camille"}
    services["requests.change_status"] = StaleVersion(details={"changes": [change]})
    address = f"{HERE}/decision?vers=redirected"

    answer = agent.submit(address, "form.decide__form", other_administration="Département de l’Orne", action="envoyer")

    page = parsed(answer, 409)
    assert "Message reçu" in page.select_one("#decider .notice").get_text()
    assert page.select_one("[name=other_administration]")["value"] == "Département de l’Orne"


def test_a_decision_closed_meanwhile_shows_again_what_was_typed(agent: Client, services: Stubs) -> None:
    sent = held_values(agent.page(f"{HERE}/decision?vers=redirected").select_one("form.decide__form"))
    services["requests.change_status"] = StaleVersion()
    services["requests.tracking"] = desk.case("done") | {"transitions": [], "replies": []}

    answer = agent.post(f"{HERE}/decision", data=sent | {"other_administration": "Département", "action": "envoyer"})

    page = parsed(answer, 409)
    assert "Département" in page.select_one("#decider .facts").get_text()
    assert page.select("form.decide__form") == []


def test_a_closing_decision_warns_of_an_unread_message(agent: Client, services: Stubs) -> None:
    closing, going_on = f"{HERE}/decision?vers=rejected", SCHEDULE

    notice = agent.page(closing).select_one("#decider .notice--warning")
    assert notice.select_one("h3").get_text() == "1\u00a0message non lu"
    assert notice.select_one("a")["href"] == "#echanges"
    assert agent.page(going_on).select_one("#decider .notice--warning") is None

    services["requests.tracking"] = desk.case() | {"unread": {"citizen": 0, "town": 0}}
    assert agent.page(closing).select_one("#decider .notice--warning") is None


def test_a_decision_without_effect_on_a_space_says_why(agent: Client, services: Stubs) -> None:
    because = "La demande ne se trouve dans aucun espace personnel au moment de la décision."
    services["requests.tracking"] = desk.case(
        profile_unchanged={"at": "rejected", "reason": "no_space", "because": because}
    )
    titled = "Aucun espace personnel ne sera modifié"
    [notice] = [
        one
        for one in agent.page(f"{HERE}/decision?vers=rejected").select("#decider .notice--warning")
        if titled in str(one)
    ]
    assert because in notice.get_text()
    assert titled not in agent.page(SCHEDULE).get_text()


def test_passing_on_requires_addressee_and_reason_and_says_that_nothing_is_sent(agent: Client, services: Stubs) -> None:
    page = agent.page(f"{HERE}/decision?vers=redirected")
    assert page.select_one("#t-decide").get_text() == "Transmettre à une autre administration"
    assert all(page.select_one(f"[name={name}]").has_attr("required") for name in ("other_administration", "reason"))

    sentence = "la personne doit savoir pourquoi."
    services["requests.change_status"] = Invalid("Le motif manque.", fields={"reason": sentence})
    answer = agent.submit(
        f"{HERE}/decision?vers=redirected", "form.decide__form", other_administration="Département", action="envoyer"
    )

    page = parsed(answer, 422)
    assert sentence in page.select_one(".error-summary a").get_text()
    assert page.select_one("[name=other_administration]")["value"] == "Département"

    notices = [one.get_text() for one in agent.page(f"{HERE}/decision?vers=redirected").select("#decider .notice")]

    assert any("Le portail n’envoie rien à cette administration" in words for words in notices)
    assert all("n’envoie rien" not in one.get_text() for one in agent.page(SCHEDULE).select("#decider .notice"))


@pytest.mark.parametrize(
    ("to", "given"),
    [
        ("rejected", {"reason": "Voie privée."}),
        ("redirected", {"reason": "Voie départementale.", "other_administration": "Département"}),
        ("done", {"text": "Le pavé est remis."}),
    ],
)
def test_a_closing_decision_without_a_prepared_reply_is_read_again_before_it_is_sent(
    agent: Client, to: str, given: dict[str, str]
) -> None:
    address = f"{HERE}/decision?vers={to}"
    assert buttons(agent.page(address)) == ["relire"]

    again = parsed(agent.submit(address, "form.decide__form", **given, action="relire"))

    assert buttons(again) == ["relire", "envoyer", "suivante"]
    assert set(given.values()) <= set(again.select_one(".letter").stripped_strings)


def test_a_decision_without_its_reason_cannot_be_sent_after_its_preview(agent: Client) -> None:
    page = parsed(agent.submit(f"{HERE}/decision?vers=rejected", "form.decide__form", action="relire"))

    assert "Il manque encore\u00a0: Motif" in page.select_one(".letter__head").get_text()
    assert page.select_one(".error-summary a[href='#z-reason']") is not None
    assert "À renseigner avant l’envoi." in page.select_one("#z-reason-erreur").get_text()
    assert buttons(page) == ["relire"]


def test_decisions_that_stay_open_or_have_a_prepared_reply_can_be_sent_at_once(agent: Client) -> None:
    for address in (
        SCHEDULE,
        f"{HERE}/decision?vers=scheduled",
        f"{HERE}/decision?vers=redirected&reponse=voie-departementale",
    ):
        assert buttons(agent.page(address)) == ["relire", "envoyer", "suivante"]


def test_each_decision_shows_in_its_letter_the_meaning_of_the_new_status(agent: Client) -> None:
    statuses = definition("signalement-voirie")["statuses"]
    for to in ("scheduled", "done", "redirected", "rejected"):
        page = agent.page(f"{HERE}/decision?vers={to}")
        assert statuses[to]["meaning"] in page.select_one(".letter").get_text()
        assert statuses[to]["meaning"] not in page.select_one("#decider > .stack-s").get_text()


def test_empty_fields_of_the_form_are_counted_with_the_blanks_of_the_reply(agent: Client) -> None:
    head = agent.page(f"{HERE}/decision?vers=redirected&reponse=autre-administration").select_one(".letter__head")

    assert "Deux blancs à remplir\u00a0: Administration compétente et Motif" in head.get_text()


def test_a_blank_in_a_free_text_is_counted(agent: Client) -> None:
    sent = agent.submit(
        f"{HERE}/decision?vers=done", "form.decide__form", text="Fait le {{ deadline }}.", action="relire"
    )

    assert "Un blanc à remplir\u00a0: Date limite" in parsed(sent).select_one(".letter__head").get_text()


def test_a_letter_that_names_an_attachment_is_not_ready_before_it_is_added(agent: Client, services: Stubs) -> None:
    refusal = f"{HERE}/decision?vers=rejected"
    typed = {"reason": "Voie privée.", "text": "La décision signée est jointe à votre suivi.", "action": "relire"}

    for text in ("Voici pourquoi.", typed["text"]):  # a refusal is joined whatever its letter says (R13)
        page = parsed(agent.submit(refusal, "form.decide__form", **{**typed, "text": text}))
        assert "Il manque\u00a0: la décision signée" in page.select_one(".letter__head .soon").get_text()
    assert page.select_one('.letter__head a[href="#joindre"]') is not None
    assert "Prêt à partir" not in page.get_text()
    assert buttons(page) == ["relire", "envoyer", "suivante"]

    at_the_counter = {"id": "d1", "side": "town", "piece": "justificatif", "label": "Justificatif", "files": []}
    services["documents.request_documents"] = {"documents": [at_the_counter]}
    page = parsed(agent.submit(refusal, "form.decide__form", **typed))
    assert "Prêt à partir" not in page.get_text()

    decision = at_the_counter | {"id": "d2", "piece": FREE, "label": "Décision"}
    services["documents.request_documents"] = {"documents": [at_the_counter, decision]}
    page = parsed(agent.submit(refusal, "form.decide__form", **typed))
    assert "Prêt à partir" in page.select_one(".letter__head").get_text()
    assert page.select_one("#decider .notice a[href$='#ajouter']") is None


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("La décision signée est jointe à votre suivi.", True),
        ("L’arrêté d’opposition est joint à votre suivi.", True),
        ("Les voies de recours figurent dans la décision jointe.", True),
        ("Merci de les ajouter depuis l’onglet Pièces jointes avant le 4 janvier.", False),
        ("L’autorité parentale est conjointe. Nous n’avons pas pu vous joindre.", False),
    ],
)
def test_a_letter_that_mentions_an_attachment_is_recognised(text: str, speaks: bool) -> None:
    assert agent_reply.speaks_of_a_piece(text) is speaks


@pytest.fixture
def a_file_with_pieces(agent: Client, services: Stubs) -> None:
    """A request whose flow lets the agent ask for what is missing."""
    asked = procedure("permis-vegetaliser")
    offered = [to_json(one) for one in flow.offered(asked, "in_review", "agent")]
    shown = tracking()["procedure"] | {"slug": asked.slug, "title": asked.title}
    services["requests.tracking"] = desk.case() | {"procedure": shown, "transitions": offered, "replies": []}


ASK_FOR_PIECES = f"{HERE}/decision?vers=awaiting_documents"


@pytest.mark.usefixtures("a_file_with_pieces")
def test_pieces_or_a_text_are_enough_and_neither_is_called_optional(agent: Client) -> None:
    page = agent.page(ASK_FOR_PIECES)
    assert "facultatif" not in page.select_one("form.decide__form").get_text()
    assert "Choisissez au moins une pièce, ou écrivez ce qui manque." in page.select_one("fieldset").get_text()

    nothing = parsed(agent.submit(ASK_FOR_PIECES, "form.decide__form", deadline="2027-01-04", action="relire"))
    assert "Il manque encore\u00a0: Pièces demandées" in nothing.select_one(".letter__head").get_text()
    for given in ({"missing_documents": "photo"}, {"text": "Il manque un plan."}):
        ready = parsed(
            agent.submit(ASK_FOR_PIECES, "form.decide__form", deadline="2027-01-04", **given, action="relire")
        )
        assert "Prêt à partir" in ready.select_one(".letter__head").get_text()


@pytest.mark.usefixtures("a_file_with_pieces")
def test_the_preview_of_a_request_for_pieces_shows_them_and_their_deadline(agent: Client) -> None:
    given = {"deadline": "2027-01-04", "missing_documents": "photo"}
    letter = parsed(agent.submit(ASK_FOR_PIECES, "form.decide__form", **given, action="relire")).select_one(".letter")

    assert {"Photographie", "lundi 4\u00a0janvier\u00a02027"} <= set(letter.stripped_strings)


def buttons(page: BeautifulSoup) -> list[str]:
    return [button["value"] for button in page.select("form.decide__form .actions button")]


@pytest.mark.parametrize("to", ["accepted", "lune"])
def test_a_status_outside_the_flow_is_not_found(agent: Client, to: str) -> None:
    assert agent.get(f"{HERE}/decision?vers={to}").status_code == 404


def test_a_free_text_starts_from_a_prepared_reply(agent: Client) -> None:
    page = agent.page(f"{HERE}/decision?vers=scheduled&modele=intervention-programmee")

    assert "{{ deadline }}" in page.select_one("textarea[name=text]").get_text()


def test_a_refusal_shows_the_means_of_appeal_that_the_person_will_read(agent: Client) -> None:
    refusal = agent.page(f"{HERE}/decision?vers=rejected")

    assert desk.APPEAL in refusal.select_one(".letter").get_text()
    assert refusal.select_one("#joindre input[type=file]") is not None
    assert desk.APPEAL not in agent.page(f"{HERE}/decision?vers=redirected").get_text()


def test_the_letter_stands_before_the_buttons(agent: Client) -> None:
    form = agent.page(SCHEDULE).select_one("form.decide__form")

    assert [part.get("class", [""])[0] for part in form.find_all(recursive=False)] == ["", "letter", "actions"]


def test_a_refusal_says_that_an_appointment_to_come_ends_with_it(agent: Client, services: Stubs) -> None:
    refusal, said = f"{HERE}/decision?vers=rejected", "ce rendez-vous sera annulé en même temps"
    coming = next(one for one in tracking()["appointments"] if one["status"] == "booked") | {"can_cancel": False}
    services["requests.tracking"] = desk.case() | {"appointments": [coming]}
    assert said in agent.page(refusal).get_text()
    assert said not in agent.page(SCHEDULE).get_text()

    begun = coming | {"starts_at": (NOW - timedelta(minutes=10)).isoformat()}
    services["requests.tracking"] = desk.case() | {"appointments": [begun]}
    assert "sera annulé" not in agent.page(refusal).get_text()


def test_an_old_link_to_a_decision_says_where_the_request_stands_and_leads_to_it(
    agent: Client, services: Stubs
) -> None:
    line = {"at": NOW.isoformat(), "kind": "operation", "title": "Statut « Réalisée »", "detail": "", "who": "Voirie"}
    history = [line | {"kind": "exchange", "title": "Message reçu"}, line]
    services["requests.tracking"] = desk.case("done") | {"transitions": [], "replies": [], "history": history}

    page = parsed(agent.get(SCHEDULE), 409)

    said = page.select_one("#decider .notice").get_text()
    assert procedure("signalement-voirie").statuses["done"].label in said
    assert "Statut « Réalisée »" in said
    assert page.select_one("#decider .actions a.btn")["href"] == HERE
    assert page.select("form.decide__form") == []


def test_a_link_to_a_decision_says_that_the_agent_may_only_read(agent: Client, services: Stubs) -> None:
    reader = replace(AGENT, permissions=tuple(one for one in AGENT.permissions if one != "change_status"))
    services["accounts.session"] = desk.session_of(reader)
    services["requests.tracking"] = desk.case() | {"transitions": [], "replies": []}

    assert "sans en changer le statut" in parsed(agent.get(SCHEDULE)).select_one("#decider .notice").get_text()


def test_a_decision_that_closes_names_the_pieces_that_go_with_it(agent: Client, services: Stubs) -> None:
    identity = desk.case()["asked_documents"][0] | {"slug": "identite", "delete_after": "decision"}
    piece = {"id": "d1", "piece": "identite", "label": "Pièce d’identité", "side": "citizen", "sensitive": True}
    given = piece | {"delete_after": "decision", "added_at": NOW.isoformat(), "files": []}
    services["requests.tracking"] = desk.case() | {"asked_documents": [identity], "unread": {"citizen": 0, "town": 0}}
    services["documents.request_documents"] = {"documents": [given]}

    warned = agent.page(f"{HERE}/decision?vers=rejected").select_one("#decider .notice--warning").get_text()

    assert "Pièce d’identité" in warned
    assert agent.page(SCHEDULE).select_one("#decider .notice--warning") is None


@pytest.mark.usefixtures("a_file_with_pieces")
def test_a_request_for_pieces_begins_with_those_that_are_not_conforming(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = services.answers["requests.tracking"] | {"documents_by": "2027-01-04"}
    [given] = services.answers["documents.request_documents"]["documents"]
    mark = {"conforming": False, "reason": "Illisible", "agent": "Accueil", "at": NOW.isoformat()}
    services["documents.request_documents"] = {"documents": [given | {"conformity": mark}]}

    page = agent.page(ASK_FOR_PIECES)

    assert len(services.bodies("documents.request_documents")) == 1
    assert page.select_one("[name=missing_documents][checked]")["value"] == "photo"
    assert page.select_one("[name=deadline]")["value"] == "2027-01-04"
    assert page.select_one("[name=reason]").get_text(strip=True) == "Photographie\u00a0: illisible."
    assert agent.page(HERE).select_one("[data-key=d]").get_text(strip=True) == "Demander des pièces"
    assert "notée non conforme" in agent.page(f"{HERE}/decision?vers=rejected").select_one("#decider").get_text()


@pytest.mark.usefixtures("a_file_with_pieces")
def test_a_document_of_a_decision_that_is_refused_keeps_the_words(agent: Client, services: Stubs) -> None:
    services["documents.begin_upload"] = Invalid("Ce fichier est trop lourd.")
    chosen = (io.BytesIO(b"%PDF-1.4"), "decision.pdf")

    page = parsed(
        agent.submit(ASK_FOR_PIECES, "form.decide__form", text="Bonjour", document=chosen, action="envoyer"), 422
    )

    assert page.select_one("[name=text]").get_text(strip=True) == "Bonjour"
    assert "trop lourd" in page.select_one("#document-erreur").get_text()
    [body] = services.bodies("documents.begin_upload")
    assert (body["enclosed_for"], body["label"]) == ("awaiting_documents", "Décision signée")
    assert services.bodies("requests.change_status") == []


@pytest.mark.usefixtures("a_file_with_pieces")
def test_a_document_that_waits_for_the_decision_is_shown_in_its_form(agent: Client, services: Stubs) -> None:
    [given] = services.answers["documents.request_documents"]["documents"]
    waits = given | {"side": "town", "piece": FREE, "label": "Décision signée", "enclosed_for": "awaiting_documents"}
    services["documents.request_documents"] = {"documents": [waits]}

    assert "La personne le verra quand" in agent.page(ASK_FOR_PIECES).select_one("#joindre").get_text()
    assert (
        "La personne le verra quand"
        not in agent.page(f"{HERE}/decision?vers=rejected").select_one("#joindre").get_text()
    )
