"""The acknowledgement carries every mention of glossary R3, and nothing of what the person wrote (T10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis.rpc.text_direction import CONTROLS
from services.messaging.copies.rules import KnownRequest, sender
from services.messaging.mails import texts, values
from services.messaging.mails.texts import UnfilledPlaceholder
from services.messaging.notices.purposes import ABOUT_A_MAIL, LABELS, TO_DEPARTMENT, Purpose
from services.messaging.notices.rules import Notice
from services.procedures.schemas.definitions.towns import Town
from services.requests.schemas.facts import ImplicitDecision
from services.requests.schemas.mail_details import MailDetails
from services.requests.worklist import appeal
from tests.support import published

TOWN = published.town_read()
SILENT = ImplicitDecision(effect="rejection", at=date(2027, 1, 18))
PUBLIC_URL = "https://demarches.saint-aubin-sur-orne.example"


def saying(**texts: str) -> Town:
    """The town with other words in its receipts."""
    said = replace(TOWN.catalogues.acknowledgement_texts, **texts)
    return replace(TOWN, catalogues=replace(TOWN.catalogues, acknowledgement_texts=said))


def request(slug: str, effect: str | None) -> KnownRequest:
    return KnownRequest(
        id=UUID(int=7),
        number="2026-7K4M-93QX",
        procedure=slug,
        version=1,
        department=published.procedure(slug).department,
        submitted_at=datetime(2026, 11, 18, 8, 12, tzinfo=UTC),
        implicit_effect=effect,
        implicit_on=date(2027, 1, 18) if effect else None,
        appointment_id=None,
    )


def known(**changes: object) -> MailDetails:
    values: dict[str, object] = {
        "email": "camille@courriel.example",
        "applicant_name": "Camille Exemple",
        "tracking_token": "jeton-de-suivi",
        "values": {"means_of_appeal": appeal.announced(SILENT, published.procedure("location-salle"), TOWN)},
        "ics": None,
        "reply_text": None,
    }
    return MailDetails(**{**values, **changes})  # pyright: ignore[reportArgumentType]


ABOUT = {Purpose.REQUEST_ARCHIVE_READY: "2026-12-05T08:20:00+00:00"}


def mail(
    slug: str,
    effect: str | None,
    purpose: Purpose = Purpose.ACKNOWLEDGEMENT,
    *,
    town: Town = TOWN,
    about: str = "in_review",
    **changes: object,
) -> texts.MailText:
    notice = Notice(
        id=UUID(int=1),
        purpose=purpose,
        event_id=UUID(int=2),
        correlation_id=None,
        request_id=UUID(int=7),
        account_id=None,
        attempts=1,
        reply=False,
        about=ABOUT.get(purpose, "appointment_cancelled" if purpose in ABOUT_A_MAIL else about),
    )
    said = values.personal_values(
        notice, request(slug, effect), published.procedure(slug), town, known(**changes), PUBLIC_URL
    )
    return texts.write(purpose, sender(town), said)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    "mention",
    [
        "a été reçue le mercredi 18 novembre 2026 à 9 h 12",
        "numéro 2026-7K4M-93QX",
        "Service Vie associative et animation",
        "Maison des associations, 22 quai de l’Orne, 61990 Saint-Aubin-sur-Orne",
        "associations@saint-aubin-sur-orne.example",
        "02 61 91 10 50",
        "au plus tard le 18 janvier 2027, votre demande sera réputée refusée",
        "contester ce refus dans un délai de 2 mois à compter du lundi 18 janvier 2027",
        "par un recours gracieux adressé à la mairie (Service Vie associative et animation",
        "devant le Tribunal administratif de Caen (www.telerecours.fr)",
    ],
)
def test_a_receipt_whose_silence_means_refusal_has_each_mention(mention: str) -> None:
    written = mail("location-salle", "rejection")
    assert mention in plain(written.text)
    assert mention in plain(letter_text(written.html))


APPOINTMENT = {"appointment_at": "jeudi 3 décembre 2026 à 14 h", "appointment_place": "Guichet 3"}


def test_an_appointment_that_was_all_that_was_asked_comes_first_in_its_mail() -> None:
    written = mail("rdv-cni-passeport", None, values=APPOINTMENT)

    assert written.subject.startswith("Votre rendez-vous est confirmé, accusé de réception : ")
    assert plain(written.text).startswith("Votre rendez-vous est confirmé : jeudi 3 décembre 2026 à 14 h")
    assert "Modifiez ou annulez ce rendez-vous" in plain(written.text)
    awaiting = mail("location-salle", "rejection", values={**known().values, **APPOINTMENT})
    assert awaiting.text.startswith("Votre demande est bien arrivée"), "the appointment decides nothing there"


def test_the_mail_says_where_the_receipt_to_print_is_and_gives_no_second_link() -> None:
    written = mail("location-salle", "rejection")

    assert "Le récépissé de votre demande, à imprimer ou à enregistrer, s’ouvre depuis son suivi." in plain(
        written.text
    )
    assert written.html.count('class="btn"') == 1


def test_a_receipt_leads_to_its_request_by_a_button_or_by_its_number() -> None:
    written = mail("location-salle", "rejection")
    address = f"{PUBLIC_URL}/suivi/jeton-de-suivi"
    assert f"Suivre ma demande : {address}" in plain(written.text)
    assert f'<a class="btn" href="{address}">Suivre ma demande</a>' in written.html
    assert address not in letter_text(written.html)
    behind_login = mail("location-salle", "rejection", tracking_token=None, town=WITH_ADDRESS)
    assert '<span class="number">2026-7K4M-93QX</span>' in behind_login.html, "in one line, never inside an address"
    assert f'<a href="{PUBLIC_URL}/demande/2026-7K4M-93QX">' in behind_login.html
    assert f"{PUBLIC_URL}/demande/2026-7K4M-93QX" in mail("location-salle", "rejection", tracking_token=None).text


def test_a_receipt_says_when_an_answer_is_aimed_at_but_for_a_confidential_request() -> None:
    more = {**known().values, "aim": "vendredi 4 décembre 2026"}
    assert "Réponse prévue le vendredi 4 décembre 2026." in plain(mail("location-salle", "rejection", values=more).text)
    assert "Réponse prévue" not in mail("tranquillite-vacances", None, values=more).text
    assert "Réponse prévue" not in mail("location-salle", "rejection").text


def letter_text(html: str) -> str:
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser").get_text(" ", strip=True).replace(" )", ")").replace("( ", "(")


def test_no_line_of_a_mail_breaks_inside_a_date_or_a_phone_number() -> None:
    written = mail("location-salle", "rejection")

    for text in (written.text, written.html):
        assert "02\u00a061\u00a091\u00a010\u00a050" in text, "the department's"
        assert "02\u00a061\u00a091\u00a010\u00a000" in text, "the town's"
        assert "02 61" not in text
        assert "18\u00a0novembre\u00a02026 à\u00a09\u00a0h\u00a012" in text


def test_a_receipt_explains_what_silence_means() -> None:
    assert "réputée acceptée. Vous pourrez alors demander une attestation" in plain(
        mail("declaration-prealable-travaux", "acceptance").text
    )
    assert "Nous avons bien reçu votre demande." in plain(mail("signalement-voirie", None).text)


def test_the_receipt_of_a_confidential_procedure_names_it_nowhere() -> None:
    written = mail("tranquillite-vacances", None, ics="BEGIN:VCALENDAR", values={"appointment_at": "lundi"})
    title = published.procedure("tranquillite-vacances").title
    assert title not in written.subject + written.text + written.html
    assert "lundi" not in written.text
    assert "2026-7K4M-93QX" in written.text


@pytest.mark.parametrize(
    ("purpose", "tab"),
    [
        (Purpose.EXCHANGE_TO_CITIZEN, "?onglet=echanges"),
        (Purpose.APPOINTMENT_RESCHEDULED, "?onglet=rendez-vous"),
        (Purpose.FILE_REJECTED, "?onglet=pieces"),
        (Purpose.DOCUMENTS_REMINDER, "?onglet=pieces"),
        (Purpose.STATUS_CHANGED, ""),
    ],
)
@pytest.mark.parametrize("token", ["jeton-de-suivi", None])
def test_a_mail_opens_on_the_tab_that_it_is_about(purpose: Purpose, tab: str, token: str | None) -> None:
    said = mail("location-salle", "rejection", purpose, tracking_token=token).text

    address = f"{PUBLIC_URL}/suivi/{token}" if token else f"{PUBLIC_URL}/demande/2026-7K4M-93QX"
    assert f"{address}{tab}\n" in said


FREED = {
    "freed_slot": "lundi 30 novembre 2026 à 14 h",
    "freed_slot_id": "0190d2f0-0000-7000-8000-000000000021",
    "appointment_at": "mercredi 2 décembre 2026 à 15 h",
}


@pytest.mark.parametrize(
    ("token", "address"),
    [
        ("jeton-de-suivi", f"/suivi/jeton-de-suivi?creneau={FREED['freed_slot_id']}"),
        (None, f"/demande/2026-7K4M-93QX/rendez-vous/creneau/{FREED['freed_slot_id']}"),
    ],
)
def test_the_mail_of_a_freed_slot_says_which_and_leads_to_the_page_that_takes_it(
    token: str | None, address: str
) -> None:
    written = mail("location-salle", None, Purpose.EARLIER_SLOT, tracking_token=token, values=FREED)

    text = plain(written.text)
    assert f"Voir ce créneau : {PUBLIC_URL}{address}" in text
    assert (
        f"s’est libéré pour votre demande n° 2026-7K4M-93QX « {published.procedure('location-salle').title} »" in text
    )
    assert f": {FREED['freed_slot']}." in text
    assert f"tant que vous n’avez pas confirmé : {FREED['appointment_at']}." in text


def test_of_a_confidential_request_the_mail_of_a_freed_slot_says_no_day() -> None:
    written = mail("tranquillite-vacances", None, Purpose.EARLIER_SLOT, values=FREED)

    everything = plain(written.subject + written.text + written.html)
    assert "novembre" not in everything
    assert "décembre" not in everything
    assert f"?creneau={FREED['freed_slot_id']}" in written.text


def test_a_mail_with_an_unknown_mention_is_not_written() -> None:
    with pytest.raises(UnfilledPlaceholder):
        mail("location-salle", "rejection", applicant_name="")


NOT_ABOUT_A_REQUEST = set(Purpose) - set(LABELS) - TO_DEPARTMENT


@pytest.mark.parametrize("purpose", [one for one in Purpose if one not in NOT_ABOUT_A_REQUEST])
def test_no_mail_about_a_confidential_request_says_more_than_its_number(purpose: Purpose) -> None:
    written = mail("tranquillite-vacances", None, purpose)
    everything = written.subject + written.text + written.html
    assert published.procedure("tranquillite-vacances").title not in everything
    assert "En cours d’instruction" not in everything
    assert "2026-7K4M-93QX" in everything


def changed(slug: str, status: str, **said: str) -> texts.MailText:
    """The mail about a change to that status."""
    return mail(slug, None, Purpose.STATUS_CHANGED, about=status, values={**known().values, **said})


@pytest.mark.parametrize(
    ("status", "said", "subject"),
    [
        ("awaiting_documents", {"missing_documents": "- Statuts"}, "Il manque un document"),
        ("awaiting_documents", {"missing_documents": "- Statuts\n- Budget"}, "Il manque 2 documents"),
        ("awaiting_documents", {}, "La mairie attend une précision de votre part"),
        ("accepted", {}, "La salle est réservée"),
        ("accepted", {"happened": "Votre contrat est parti"}, "Votre contrat est parti"),
        ("rejected", {}, "Votre demande est refusée"),
    ],
)
def test_a_subject_says_what_happened_then_about_what(status: str, said: dict[str, str], subject: str) -> None:
    written = changed("location-salle", status, **said)
    assert written.subject == f"{subject} : Louer une salle municipale, demande 2026-7K4M-93QX"
    assert f"<h1>{subject}</h1>" in written.html


def test_a_subject_about_a_confidential_request_has_neither_name_nor_status() -> None:
    written = changed("tranquillite-vacances", "done", happened="Votre acte est parti")
    assert written.subject == "Il y a du nouveau, demande 2026-7K4M-93QX"


@pytest.mark.parametrize("purpose", list(LABELS))
def test_each_mail_to_an_applicant_names_the_procedure_and_leads_to_one_place(purpose: Purpose) -> None:
    written = mail("location-salle", "rejection", purpose)
    assert written.subject.endswith(" : Louer une salle municipale, demande 2026-7K4M-93QX")
    assert written.html.count('class="btn"') == 1


def test_a_change_of_status_names_the_new_one_and_a_refusal_how_it_is_contested() -> None:
    assert "« En cours d’instruction »" in mail("location-salle", "rejection", Purpose.STATUS_CHANGED).text
    more = {"appeal": "Vous pouvez contester cette décision dans un délai de 2 mois."}
    assert more["appeal"] in plain(mail("location-salle", None, Purpose.STATUS_CHANGED, values=more).text)
    assert "contester" not in mail("tranquillite-vacances", None, Purpose.STATUS_CHANGED, values=more).text
    assert "contester" not in mail("location-salle", None, Purpose.STATUS_CHANGED).text


@pytest.mark.parametrize("name", ["https://evil.example/gain", "[Gagner] https://evil.example/gain", "http://[x"])
def test_the_name_of_a_person_never_becomes_a_link_in_a_mail(name: str) -> None:
    town = saying(**ALONE)
    for known_town in (TOWN, town):
        written = mail("location-salle", None, applicant_name=name, town=known_town)
        assert f'href="{PUBLIC_URL}/suivi/jeton-de-suivi"' in written.html
        assert 'href="http://' not in written.html
        assert 'href="https://evil' not in written.html


HEADER = "N° {{ request_number }}\n\nSuivi\u00a0: {{ tracking_url }}"
WITH_ADDRESS = saying(header=HEADER)
ALONE = {
    "header": "{{ applicant_name }}\n\nSuivi\u00a0: {{ tracking_url }}",
    "none": "Bien reçu.",
    "footer": "Voyez https://www.saint-aubin-sur-orne.example/infos.",
}


def test_an_address_is_a_link_when_it_is_of_the_towns_own_site_alone() -> None:
    town = saying(**ALONE)
    written = mail("location-salle", None, town=town)
    assert 'href="https://www.saint-aubin-sur-orne.example/infos"' in written.html
    town = replace(TOWN, town=replace(TOWN.town, contacts=replace(TOWN.town.contacts, website="")))
    for name in ("https:///evil.example/gain", "[Gagner] https:///evil.example/gain"):
        written = mail("location-salle", None, applicant_name=name, town=town)
        assert 'href="https:///' not in written.html


def together(*letters: texts.MailText) -> texts.MailText:
    named = texts.named("2026-7K4M-93QX", "Location de salle")
    gathered = [texts.Gathered(Purpose.ACKNOWLEDGEMENT, named, one) for one in letters]
    return texts.together(sender(TOWN), gathered, PUBLIC_URL)


def test_receipts_that_leave_together_are_each_whole_under_a_heading_of_their_own() -> None:
    first, second = mail("location-salle", "rejection"), mail("declaration-prealable-travaux", "acceptance")
    written = together(first, second)
    assert written.subject == "2 accusés de réception de vos demandes"
    for part in (first, second):
        body = part.text.partition("\n\n")[2].partition("\n\n-- \n")[0]
        assert body in written.text
    assert "<h2>1. Demande n°" in written.html
    assert "<h2>2. Demande n°" in written.html
    assert written.html.count("<h3>Suite donnée à votre demande</h3>") == 2
    assert "#" not in written.text


def test_receipts_that_leave_together_lead_to_the_portal_by_buttons_and_nowhere_else() -> None:
    name = "[Gagner] https://evil.example/gain"
    written = together(mail("location-salle", None, applicant_name=name), mail("location-salle", None))
    assert written.html.count(f'<a class="btn" href="{PUBLIC_URL}/suivi/jeton-de-suivi">') == 2
    assert 'href="https://evil' not in written.html


def test_a_mail_bears_the_shield_of_the_town_without_a_file_and_unspoken() -> None:
    written = mail("location-salle", "rejection")
    assert '<td class="crest"><span aria-hidden="true">SA</span></td>' in written.html
    assert "<img" not in written.html


def letter_lines(html: str) -> list[str]:
    """What the HTML says after its head: headings, paragraphs, entries of lists; not the words of its button."""
    from bs4 import BeautifulSoup

    parts = BeautifulSoup(html, "html.parser").select("main > h1, main > h2, main > p:not(:has(.btn)), main li")
    return [plain(part.get_text()) for part in parts]


@pytest.mark.parametrize("purpose", [Purpose.ACKNOWLEDGEMENT, Purpose.APPOINTMENT_BOOKED, Purpose.TRACKING_LINK])
def test_the_plain_text_says_all_that_the_html_does_in_the_same_order(purpose: Purpose) -> None:
    more = {**known().values, "appointment_at": "lundi", "appointment_bring": "- Une pièce d’identité\n- Les statuts"}
    written = mail("location-salle", "rejection", purpose, values=more)

    left = plain(written.text)
    for line in letter_lines(written.html):
        assert line in left
        left = left.partition(line)[2]


def test_documents_to_bring_are_a_list() -> None:
    values = {"appointment_at": "lundi", "appointment_bring": "- Une pièce d’identité\n- Les statuts"}
    written = mail("location-salle", None, Purpose.APPOINTMENT_BOOKED, values=values)
    assert "<ul><li>Une pièce d’identité</li><li>Les statuts</li></ul>" in written.html
    assert "\n- Une pièce d’identité\n- Les statuts\n" in written.text


def test_a_name_carries_neither_markup_nor_controls_of_direction() -> None:
    written = mail("location-salle", None, applicant_name="<script>alert(1)</script>")
    assert "<script>" not in written.html
    turned = mail("location-salle", "rejection", applicant_name="Camille\u202e Exem\u2067ple")
    for part in (turned.subject, turned.text, turned.html):
        assert not set(part) & set(CONTROLS)
    assert "Camille Exemple" in turned.text
