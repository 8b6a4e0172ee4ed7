"""A request is followed: its tabs, its exchanges, its appointment, its end."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from services.chassis.errors import Conflict, Unavailable
from services.messaging.exchanges.rules import ExchangesNotAllowed
from services.requests.schemas.refusals import LoginRequired, TrackingLinkInvalid
from services.townhall.french_names import SHORT_MONTHS
from tests.support import agents_desk as desk
from tests.support.demo_town import DRAFT, NOW, NUMBER
from tests.support.judge import Client, parsed
from tests.support.own_space import line
from tests.support.published import agenda
from tests.support.stubs import Stubs
from tests.support.tracked_request import EXCHANGES, tracking

MOVED = "Rendez-vous modifié : le vendredi 27 novembre à 15 h"
HERE = f"/demande/{NUMBER}"
BOTH = pytest.mark.parametrize(("reader", "here"), [("follower", HERE), ("agent", desk.HERE)], indirect=["reader"])


@pytest.mark.parametrize(("asked", "tab"), [("echanges", "?onglet=echanges"), ("//ailleurs", ""), ("x&y=1", "")])
def test_the_link_of_a_mail_opens_on_the_tab_that_it_is_about(
    visitor: Client, services: Stubs, asked: str, tab: str
) -> None:
    link = f"/suivi/secret?onglet={quote(asked)}"
    assert visitor.get(link).location == HERE + tab
    assert visitor.get_cookie("parvis-tracking").value == "secret", "a cookie takes the place of the link"

    services["requests.open_tracking"] = {"number": NUMBER, "request_id": DRAFT, "login_required": True}
    log_in_page = visitor.get(link).location
    sent = visitor.log_in(log_in_page)
    assert sent.location == HERE + tab, "also by way of the log-in"


def test_a_request_of_an_account_opens_on_its_tab_after_the_log_in(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = LoginRequired()
    log_in_page = follower.get(f"{HERE}?onglet=rendez-vous").location

    sent = follower.log_in(log_in_page)

    assert sent.location == f"{HERE}?onglet=rendez-vous"


def test_an_invalid_link_says_so_and_how_to_get_another(visitor: Client, services: Stubs) -> None:
    services["requests.open_tracking"] = TrackingLinkInvalid()

    page = parsed(visitor.get("/suivi/secret"), 404)

    assert page.h1.get_text() == "Ce lien de suivi ne marche pas"
    assert page.title.get_text().startswith(page.h1.get_text())
    assert "Votre demande, elle, est bien conservée." in page.select_one("main").get_text()
    assert page.select_one("main a.btn[href='/suivi']") is not None
    assert visitor.get_cookie("parvis-tracking") is None


def test_the_request_opens_on_its_history_beside_its_unread_badge(follower: Client) -> None:
    page = follower.page(HERE)

    assert page.select_one(".tabs a[aria-current=page]").get_text(strip=True) == "Historique"
    lines = [
        (line.select_one(".event__kind").get_text(strip=True), line.select_one("use")["href"].partition("#")[2])
        for line in page.select(".timeline .event")
    ]
    assert lines == [
        ("Échange", "exchange"),
        ("Rendez-vous", "appointment"),
        ("Pièce jointe", "document"),
        ("Opération", "operation"),
    ]
    titles = [" ".join(title.get_text().split()) for title in page.select(".timeline h3")]
    assert titles == ["La mairie vous a écrit", MOVED, "Attestation d’assurance ajoutée", "Demande enregistrée"]

    assert page.select_one(".tabs .badge").get_text(" ", strip=True) == "1 échange non lu"


def free_piece(title: str, event: str) -> dict[str, Any]:
    """A line of Historique about a piece that its sender named."""
    line = {"at": NOW.isoformat(), "kind": "document", "title": title, "detail": "1 fichier", "who": "Vous"}
    return line | {"document": DRAFT, "piece": "autre", "event": event}


def test_the_history_names_a_piece_as_its_sender_did_at_that_time(follower: Client, services: Stubs) -> None:
    first, second, old = (str(UUID(int=n)) for n in (1, 2, 3))
    lines = [free_piece("Pièce renommée", second), free_piece("Pièce ajoutée", first), free_piece("Pièce ajoutée", old)]
    services["requests.tracking"] = tracking(history=lines)
    services["documents.read_piece_labels"] = {
        "labels": [
            {"event_id": first, "label": "Devis", "before": None},
            {"event_id": second, "label": "Devis signé", "before": "Devis"},
        ]
    }

    def titles() -> list[str]:
        page = follower.page(f"/demande/{NUMBER}")
        return [event.get_text(" ", strip=True) for event in page.select(".event__body")]

    assert [line.split("Vous")[0].strip() for line in titles()] == [
        "Pièce jointe Pièce renommée\u00a0: Devis signé Auparavant\u00a0: Devis",
        "Pièce jointe Pièce ajoutée\u00a0: Devis 1 fichier",
        "Pièce jointe Pièce ajoutée 1 fichier",
    ]
    services["documents.read_piece_labels"] = Unavailable()
    assert "Devis" not in " ".join(titles())


def test_a_tab_left_out_by_the_procedure_is_absent(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(tabs=["applicant", "request", "history", "documents"])

    tabs = follower.page(f"{HERE}?onglet=echanges").select(".tabs a")

    assert [tab.get_text(strip=True) for tab in tabs] == ["Le demandeur", "La demande", "Historique", "Pièces jointes"]


def test_a_message_shown_whole_is_marked_as_read_and_a_cut_one_continued(follower: Client, services: Stubs) -> None:
    waiting = EXCHANGES[2]
    for changes, words in (({}, "Voir la suite de l’échange"), ({"cut": False}, "Marquer comme lu l’échange")):
        services["messaging.exchanges"] = {"items": [waiting | changes], "unread": 1}
        button = follower.page(f"{HERE}?onglet=echanges").select_one("form.msg__open button")
        assert " ".join(button.get_text().split()).startswith(words)
    assert services.bodies("messaging.open_exchange") == [], "only its button opens it"

    follower.submit(f"{HERE}?onglet=echanges", "form.msg__open")

    assert services.bodies("messaging.open_exchange")[0]["exchange_id"] == "e3"


@BOTH
def test_a_message_just_opened_is_not_counted_as_unread(reader: Client, services: Stubs, here: str) -> None:
    services["messaging.exchanges"] = {"items": EXCHANGES[:2], "unread": 0}

    page = reader.page(f"{here}?onglet=echanges&ouvert=e3")

    assert tracking()["unread"]["citizen"] == desk.case()["unread"]["town"] == 1  # requests has not received it yet
    assert page.select_one(".tabs a[aria-current=page] .badge") is None


def test_a_refused_message_is_given_back(follower: Client, services: Stubs) -> None:
    services["messaging.add_exchange"] = Conflict("Cette demande est close.")

    sent = follower.submit(f"{HERE}?onglet=echanges", "form#nouveau", message="Bonjour, une question.")

    assert sent.status_code == 409
    assert "Bonjour, une question." in sent.text
    assert parsed(sent).title.get_text().startswith("Erreur\xa0: Échanges")


def test_cancelling_asks_first(follower: Client, services: Stubs) -> None:
    follower.page(f"{HERE}/annuler")
    assert services.bodies("requests.cancel") == []

    sent = follower.submit(f"{HERE}/annuler", "main form")

    assert sent.location == f"{HERE}?fait=annulee#fait"
    assert services.bodies("requests.cancel")[0]["version"] == 7


@pytest.mark.parametrize(
    ("address", "asked", "tab", "known"),
    [
        (f"{HERE}/annuler", "requests.cancel", "Historique", True),
        (f"{HERE}/annuler", "requests.cancel", "Historique", False),
        (f"{HERE}/rendez-vous/annuler", "requests.cancel_appointment", "Rendez-vous", True),
    ],
)
def test_cancelling_on_an_old_page_says_what_changed(
    follower: Client, services: Stubs, address: str, asked: str, tab: str, known: bool
) -> None:
    appointments = [item | {"can_cancel": True} for item in tracking()["appointments"]]
    services["requests.tracking"] = tracking(appointments=appointments)
    change = {"at": NOW.isoformat(), "kind": "operation", "title": "Prise en charge", "detail": "", "who": "La mairie"}
    services[asked] = Conflict("La demande a changé.", details={"changes": [change]} if known else {})

    page = parsed(follower.submit(address, "main form"), 409)

    notice = page.select_one("main .notice").get_text()
    assert ("Prise en charge" if known else "La demande a changé.") in notice
    assert page.select_one(".tabs a[aria-current=page]").get_text(strip=True) == tab
    assert page.select_one(f"main a[href='{HERE}/annuler']") is not None


@pytest.mark.parametrize("case", ["the town's file", "closed"])
def test_pieces_of_the_town_or_a_closed_request_cannot_be_changed(follower: Client, services: Stubs, case: str) -> None:
    if case == "closed":
        services["requests.tracking"] = tracking(can={"add_documents": False})
    else:
        services.answers["documents.request_documents"]["documents"][0]["side"] = "town"

    page = follower.page(f"{HERE}?onglet=pieces")

    assert page.select_one(".file") is not None
    assert page.select("a[href$='/modifier'], a[href$='/supprimer']") == []


def test_the_calendar_recalls_the_present_appointment_and_its_time_limit(follower: Client) -> None:
    words = follower.page(f"{HERE}/rendez-vous").get_text(" ", strip=True)

    assert "Liste des rendez-vous disponibles" in words
    assert "Vendredi 27\u00a0novembre\u00a02026" in words

    hours = agenda("salles")["change_until_hours"]
    assert f"Il se modifie en ligne jusqu’à {hours}\u00a0heures avant" in words
    assert "Vous pouvez le modifier en ligne jusqu’au" in follower.page(f"{HERE}?onglet=rendez-vous").get_text()


def test_the_first_free_slot_moves_the_appointment_by_one_press(follower: Client, services: Stubs) -> None:
    services["requests.move_appointment"] = {"number": NUMBER, "appointment_id": "a2"}
    page = follower.page(f"{HERE}/rendez-vous")
    button = page.select_one("button[name=premier]")
    assert button.get_text().startswith("Déplacer à ce créneau, lundi 30")

    sent = follower.fill(page, premier=button["value"])

    assert sent.location == f"{HERE}?onglet=rendez-vous&fait=modifie#fait"
    moved = services.bodies("requests.move_appointment")[-1]
    assert moved["appointment_id"] == "a2"
    assert datetime.fromisoformat(moved["start"]) == datetime.fromisoformat(button["value"])


def test_another_day_of_the_calendar_is_opened_by_a_link_and_kept_beside_an_error(follower: Client) -> None:
    page = follower.page(f"{HERE}/rendez-vous")
    other = page.select(".strip a:not([aria-current])")[0]["href"].partition("#")[0]

    opened = follower.page(f"{HERE}/rendez-vous{other}")
    refused = parsed(follower.fill(opened), 422)

    days = [one.select_one(".strip [aria-current] .vh").get_text() for one in (page, opened, refused)]
    assert days[0] != days[1] == days[2]


def test_an_appointment_past_its_limit_offers_a_number_to_call_and_no_slot(follower: Client, services: Stubs) -> None:
    late = "Il est trop tard pour modifier ce rendez-vous en ligne. Appelez le 02 61 91 10 50 : Vie associative."
    over = [one | {"can_move": False, "limit_message": late} for one in tracking()["appointments"]]
    services["requests.tracking"] = tracking(appointments=over)

    page = follower.page(f"{HERE}/rendez-vous")

    assert page.select("input[name=creneau], main form") == []
    assert late in page.get_text()
    assert page.select_one("main a[href='tel:+33261911050']") is not None


def test_a_moved_appointment_shows_beside_the_cancelled_one_each_with_its_leaf(follower: Client) -> None:
    page = follower.page(f"{HERE}?onglet=rendez-vous")

    assert [pill.get_text(strip=True) for pill in page.select(".appt .pill")] == ["Confirmé", "Annulé"]

    months = {month.get_text() for month in page.select(".appt .sheet i")}

    assert months and months <= set(SHORT_MONTHS)


def test_a_link_is_sent_again_for_both_fields_and_reveals_no_request(visitor: Client) -> None:
    wrong = visitor.submit("/suivi", "main form", numero="", courriel="a")

    page = parsed(wrong)
    assert "Indiquez le numéro" in page.select_one("#numero-erreur").get_text()
    assert "Indiquez l’adresse" in page.select_one("#courriel-erreur").get_text()
    assert "courriel-erreur" in str(page.select_one("#courriel")["aria-describedby"])

    sent = visitor.submit("/suivi", "main form", numero=NUMBER, courriel="a@courriel.example")

    assert "Si cette demande existe" in visitor.page(sent.location).get_text()


@pytest.mark.parametrize(
    ("by", "sentence"), [("citizen", "Vous avez annulé cette demande le"), ("agent", "La mairie a annulé")]
)
def test_a_cancelled_request_says_to_the_reader_who_cancelled_it(
    follower: Client, services: Stubs, by: str, sentence: str
) -> None:
    status = {"slug": "cancelled", "label": "Annulée", "closed": True, "meaning": "La demande est annulée et archivée."}
    services["requests.tracking"] = tracking(
        status=status, archived=True, cancelled={"at": "2026-11-20T09:00:00+00:00", "by": by}
    )

    head = follower.page(HERE).select_one(".page-head").get_text()

    assert sentence in head
    assert "20\u00a0novembre\u00a02026" in head
    assert status["meaning"] not in head


def test_a_closed_request_says_why_one_cannot_write_and_what_to_do_instead(follower: Client, services: Stubs) -> None:
    seen = tracking()
    services["requests.tracking"] = tracking(status=seen["status"] | {"closed": True}, can={"exchange": False})

    section = follower.page(f"{HERE}?onglet=echanges").select_one("section[aria-labelledby=t-over]")

    assert "Elle est close." in section.get_text()
    assert section.select_one(f"a[href='/demarches/{seen['procedure']['slug']}']") is not None
    assert section.select_one("a[href^='tel:']") is not None


@BOTH
def test_a_message_to_a_request_that_has_closed_is_given_back(reader: Client, services: Stubs, here: str) -> None:
    page = reader.page(f"{here}?onglet=echanges")
    closed = {"exchange": False}
    services["requests.tracking"] = desk.case(can=closed) if here == desk.HERE else tracking(can=closed)
    services["messaging.add_exchange"] = ExchangesNotAllowed("La demande est close.")

    page = parsed(reader.fill(page, "#nouveau", message="Bonjour, une question."), 403)

    assert page.select_one("main textarea[readonly]").get_text() == "Bonjour, une question."
    assert "La demande est close." in page.select_one("main .notice").get_text()
    assert page.select_one("main textarea[readonly]").find_parent(id="echanges") or here == HERE


@pytest.mark.parametrize(
    ("reader", "shown", "here"),
    [("follower", HERE, HERE), ("agent", f"{desk.HERE}?onglet=demandeur", desk.HERE)],
    indirect=["reader"],
)
def test_revoking_the_links_asks_first_and_leads_to_where_a_new_one_is_sent(
    reader: Client, services: Stubs, shown: str, here: str
) -> None:
    services["requests.revoke_tracking_links"] = {"number": NUMBER}
    assert reader.page(shown).select_one(f'a[href="{here}/liens"]')

    done = reader.submit(f"{here}/liens", "main form")

    assert [body["number"] for body in services.bodies("requests.revoke_tracking_links")] == [NUMBER]
    assert "ne fonctionnent plus" in reader.get(done.location).text


def test_a_request_in_a_space_has_no_links_to_revoke(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(can={"revoke_links": False})

    assert not follower.page(HERE).select_one(f'a[href="{HERE}/liens"]')
    assert follower.get(f"{HERE}/liens").location == HERE


def test_a_request_past_its_cancellation_says_so(follower: Client, services: Stubs) -> None:
    services["requests.tracking"] = tracking(can={"cancel": False})
    page = parsed(follower.get(f"{HERE}/annuler"), 409)

    assert "ne peut plus être annulée" in page.select_one("main .notice").get_text()


def test_without_exchanges_a_closed_request_promises_none(follower: Client, services: Stubs) -> None:
    services["messaging.exchanges"] = {"items": [], "unread": 0}
    assert "s’afficheront ici" in follower.page(f"{HERE}?onglet=echanges").select_one(".empty").get_text()

    services["requests.tracking"] = tracking(can={"exchange": False})
    assert "n’a donné lieu à aucun message" in follower.page(f"{HERE}?onglet=echanges").select_one(".empty").get_text()


def test_the_link_of_a_request_put_into_a_space_says_where_it_went(visitor: Client, services: Stubs) -> None:
    services["requests.open_tracking"] = {"number": NUMBER, "request_id": "r", "login_required": True}
    page = visitor.page(visitor.get("/suivi/secret").location)

    assert "Elle y a été rattachée" in page.select_one("main .notice").get_text()
    assert page.select_one("input[name=suite]")["value"] == HERE


def test_every_tab_of_a_refused_request_says_how_to_contest_it(follower: Client, services: Stubs) -> None:
    said = "Vous pouvez contester cette décision devant le Tribunal administratif de Caen (www.telerecours.fr)."
    services["requests.tracking"] = tracking(appeal=said)

    for tab in ("historique", "pieces"):
        notice = follower.page(f"{HERE}?onglet={tab}").select_one(".notice:has(h2)")
        assert "Contester ce refus" in notice.get_text()
        assert notice.select_one("a")["href"].endswith("www.telerecours.fr")


def test_the_reason_of_a_refusal_comes_before_how_to_contest_it(follower: Client, services: Stubs) -> None:
    refused = tracking(appeal="Vous pouvez contester cette décision.", refused_because="La salle est en travaux.")
    services["requests.tracking"] = refused

    titles = {one.select_one("h2").get_text(): one.get_text() for one in follower.page(HERE).select(".notice:has(h2)")}

    assert list(titles) == ["Pourquoi ce refus", "Contester ce refus"]
    assert "La salle est en travaux." in titles["Pourquoi ce refus"]


def test_a_follower_can_copy_the_tracking_link_and_have_it_sent_again(follower: Client, services: Stubs) -> None:
    link = "http://portail.example/suivi/un-secret-de-quarante-lettres"
    services["requests.tracking"] = tracking(tracking_url=link)

    for address in (HERE, f"/demarches/signalement-voirie/prise-en-compte/{NUMBER}"):
        panel = follower.page(address).select_one("section:has(#t-link)")
        assert panel.select_one("a")["href"] == link
        assert link not in panel.get_text()
        copy = panel.select_one("button[data-copy][hidden]")
        assert (copy["data-copy"], copy.get_text(strip=True)) == (link, "Copier le lien")
        assert panel.select_one("a[href='/suivi']") is not None

    services["requests.tracking"] = tracking()
    assert follower.page(HERE).select_one("#t-link") is None


def test_lists_say_until_when_a_closed_request_is_kept(citizen: Client, services: Stubs) -> None:
    closed = line(NUMBER, "signalement-voirie", "done")
    services["requests.mine"] = {"items": [closed], "total": 1, "page": 1, "pages": 1}

    kept = "Conservée au moins jusqu’au"
    assert kept in citizen.page("/mes-demandes?archivees").select_one("tbody").get_text()
    assert kept in citizen.page("/mon-espace/fermeture").select_one("main .rows").get_text()


def test_a_required_appointment_can_be_moved_or_cancelled_with_its_request(follower: Client, services: Stubs) -> None:
    def offered() -> set[str]:
        page = follower.page(f"{HERE}/rendez-vous/annuler")
        return {link["href"] for link in page.select("main .actions a")} - {f"{HERE}?onglet=rendez-vous"}

    assert offered() == {f"{HERE}/rendez-vous", f"{HERE}/annuler"}
    stuck = [one | {"can_move": False} for one in tracking()["appointments"]]
    services["requests.tracking"] = tracking(appointments=stuck, can={"cancel": False})
    assert offered() == set()


def test_a_piece_is_chosen_among_several_and_only_named_where_there_is_one(follower: Client, services: Stubs) -> None:
    one = follower.page(f"{HERE}?onglet=pieces").select_one("#ajouter")
    assert one.select("legend") == []
    assert one.select_one("[type=hidden][name=piece]")["value"] == "autre"
    assert "Seulement pour" not in one.get_text()
    assert "PDF" in one.select_one("#fichier-aide").get_text()

    services["documents.request_documents"] = {"documents": []}
    several = follower.page(f"{HERE}?onglet=pieces").select_one("#ajouter")
    assert len(several.select("[type=radio][name=piece]")) == 2
