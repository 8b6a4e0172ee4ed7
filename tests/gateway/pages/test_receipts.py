"""The receipt of a filing: printed, saved in a file, and checked by anybody, who reads no name."""

import hashlib
import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from gateway.http.rate_limits import ADDRESS_SHARE, CHECK_RECEIPT, RateLimits
from gateway.shared.receipts import LARGEST_BYTES
from services.chassis.errors import Invalid, Unavailable
from services.requests.receipts.receipt_codes import CodeIncomplete, CodeNotOurs, CodeOfAnotherTown
from services.requests.schemas.refusals import CodeMistyped, LoginRequired, RequestErased
from services.townhall.typography import NBSP
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.judge import Client, held_values, parsed
from tests.support.printed_receipt import CODE, HASH, SEAL, printed, proof
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

HERE = f"/demande/{NUMBER}/recepisse"
FILE = f"{HERE}.html"


def words(page: Any, part: str = "main") -> str:
    return " ".join(page.select_one(part).get_text(" ", strip=True).replace(NBSP, " ").split())


def saved(follower: Client) -> bytes:
    return follower.get(FILE).data


def shown_to(client: Client, content: bytes = b"", code: str = "", name: str = "recepisse.html") -> Any:
    form = held_values(client.page("/verifier").select_one("main form"))
    chosen = {"fichier": FileStorage(BytesIO(content), name, "fichier", "text/html")} if name else {}
    boundary, body = encode_multipart(
        {**form, "code": code, **chosen}
    )  # in memory: the client leaves its own file open
    return client.post("/verifier", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def typed(client: Client, code: str) -> Any:
    return shown_to(client, code=code, name="")


# --- the page, and the ways to it


def test_the_receipt_has_name_answers_files_next_steps_mentions_and_code(follower: Client) -> None:
    page = follower.page(HERE)
    said = words(page)

    for expected in ("Camille Exemple", "Salle du Quai", "attestation-rc.pdf", HASH, "Un chèque de caution",
                     "Vendredi 27 novembre 2026", "mercredi 2 décembre 2026", "Votre demande a été reçue."):  # fmt: skip
        assert expected in said
    assert [group.get_text() for group in page.select(".receipt__code span")] == CODE.split("-")
    assert page.select_one(".receipt__qr svg path") is not None
    assert page.select_one(f"main a[download][href='{FILE}']") is not None
    assert page.select_one("main button[data-print]") is not None


def test_confirmation_and_tracking_lead_to_the_receipt(follower: Client, services: Stubs) -> None:
    for address in (f"/demarches/location-salle/prise-en-compte/{NUMBER}", f"/demande/{NUMBER}"):
        assert follower.page(address).select_one(f"main a[href='{HERE}']") is not None

    services["requests.tracking"] = tracking(erased=True)
    assert follower.page(f"/demande/{NUMBER}").select_one(f"main a[href='{HERE}']") is None


def test_an_agent_prints_the_receipt_in_the_frame_of_agents(agent: Client, services: Stubs) -> None:
    services["requests.tracking"] = desk.case(by_post=False)

    assert agent.page(f"/demarches/location-salle/prise-en-compte/{NUMBER}").select_one(f"a[href='{HERE}']") is not None
    page = agent.page(HERE)
    assert page.select_one("body.agent") is not None
    assert page.select_one(f"main a[href='/agent/demandes/{NUMBER}']") is not None


def test_a_receipt_of_an_account_leads_to_the_log_in_and_back(follower: Client, services: Stubs) -> None:
    services["requests.read_receipt"] = LoginRequired()

    assert follower.get(HERE).location == f"/connexion?suite={HERE}"


def test_a_visitor_without_a_link_is_led_to_the_log_in(visitor: Client, services: Stubs) -> None:
    assert visitor.get(HERE).status_code == 303
    assert services.bodies("requests.read_receipt") == []


def test_an_erased_request_has_no_receipt_any_more(follower: Client, services: Stubs) -> None:
    services["requests.read_receipt"] = RequestErased()

    assert follower.get(HERE).status_code == 404
    assert follower.get(FILE).status_code == 404


# --- the file


def test_the_address_that_a_telephone_reads_brings_the_code_and_checks_nothing(
    visitor: Client, services: Stubs
) -> None:
    page = visitor.page(f"/verifier?code={CODE}")

    assert page.select_one("#code")["value"] == CODE
    assert services.bodies("requests.check_receipt") == []


def test_the_saved_file_needs_nothing_else_and_runs_nothing(follower: Client, services: Stubs) -> None:
    response = follower.get(FILE)
    text = response.text

    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''recepisse-{NUMBER}.html"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert not re.search(r"<(script|link|img|iframe|form)\b|\bsrc=|\bhref=|@import|url\(", text)
    assert "Camille Exemple" in text
    sealed = services.bodies("requests.seal_receipt_file")[0]
    body = text[: text.rindex("<!--")]
    assert sealed == {"number": NUMBER, "code": CODE, "digest": hashlib.sha256(body.encode()).hexdigest()}
    assert text.endswith(f"<!-- recepisse {CODE} {SEAL} -->\n")


def test_page_and_file_say_the_same(follower: Client) -> None:
    page, file = (parsed(follower.get(address)).select("main :is(section, dl)") for address in (HERE, FILE))

    assert len(page) > 6
    assert [part.get_text(" ", strip=True) for part in page] == [part.get_text(" ", strip=True) for part in file]


def test_a_typed_text_is_never_code_in_the_file(follower: Client, services: Stubs) -> None:
    services["requests.read_receipt"] = printed(holder="<script>x</script> <!-- recepisse -->")

    text = follower.get(FILE).text
    assert "<script>" not in text
    assert text.count("<!-- recepisse ") == 1


def test_an_answer_of_several_lines_does_not_change_what_is_sealed(follower: Client, services: Stubs) -> None:
    [answer] = printed()["answers"]
    services["requests.read_receipt"] = printed(answers=[answer | {"value": "Une ligne.\r\nUne autre.\rLa fin."}])

    shown_to(follower, saved(follower))

    [sealed], [asked] = (services.bodies(f"requests.{one}") for one in ("seal_receipt_file", "check_receipt"))
    assert asked["digest"] == sealed["digest"]


# --- « Vérifier un récépissé »


def test_the_page_is_reached_from_the_footer_and_needs_no_account(visitor: Client) -> None:
    assert visitor.page("/").select_one(".site-foot a[href='/verifier']") is not None
    assert visitor.page("/verifier").h1.get_text() == "Vérifier un récépissé"


def test_the_file_as_it_was_saved_is_said_to_be_unchanged(follower: Client, services: Stubs) -> None:
    services["requests.check_receipt"] = proof(unchanged=True)
    page = parsed(shown_to(follower, saved(follower)), 200)

    asked, sealed = services.bodies("requests.check_receipt")[0], services.bodies("requests.seal_receipt_file")[0]
    assert asked == {"code": CODE, "digest": sealed["digest"], "seal": SEAL}
    said = words(page, "#resultat")
    assert "Ce récépissé est signé par la mairie" in said
    assert "rien n’y a été changé" in said
    for part in ("Louer une salle", NUMBER, "mardi 24 novembre 2026 à 10 h 20", "Fichiers remis avec la demande 1"):
        assert part in said
    assert "Camille" not in said


@pytest.mark.parametrize(
    "sent",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text + b"\n \n",
    ],
    ids=["ends of lines", "byte order mark", "blank end"],
)
def test_ends_of_lines_that_a_mail_changes_are_no_change(follower: Client, services: Stubs, sent: Any) -> None:
    shown_to(follower, sent(saved(follower)))

    assert (
        services.bodies("requests.check_receipt")[0]["digest"]
        == services.bodies("requests.seal_receipt_file")[0]["digest"]
    )


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: text.replace(b"Camille", b"Alix"),
        lambda text: text.replace(b"</style>", b".facts { display: none }</style>"),
        lambda text: text.replace(b"</main>", "<p>Demande acceptée</p></main>".encode()),
        lambda text: text + "<p>Demande acceptée</p>".encode(),
        lambda text: b"<p>Accord</p>" + text,
        lambda text: text + text,
    ],
    ids=["a name", "a style", "a sentence", "after the seal", "before the page", "two files"],
)
def test_any_change_of_a_file_has_another_digest(follower: Client, services: Stubs, forge: Any) -> None:
    shown_to(follower, forge(saved(follower)))

    [asked] = services.bodies("requests.check_receipt")
    assert asked["digest"] not in {one["digest"] for one in services.bodies("requests.seal_receipt_file")}


def test_a_changed_file_is_not_to_be_trusted_although_its_code_is_right(follower: Client, services: Stubs) -> None:
    services["requests.check_receipt"] = proof(unchanged=False)
    page = parsed(shown_to(follower, saved(follower)), 200)

    said = words(page, "#resultat")
    assert "Le texte de ce fichier a été changé" in said
    assert "ne vous fiez pas" in said
    assert "rien n’y a été changé" not in said
    assert "est bien ce dont le récépissé a été tiré" not in said


def test_a_code_alone_says_nothing_of_the_text_and_the_page_tells(visitor: Client, services: Stubs) -> None:
    page = parsed(typed(visitor, CODE.lower()), 200)

    assert services.bodies("requests.check_receipt") == [{"code": CODE.lower(), "digest": "", "seal": ""}]
    assert "Le code ne dit rien du texte imprimé autour de lui" in words(page, "#resultat")
    assert page.select_one("#code")["value"] == CODE.lower()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kept": False, "agrees": None}, "La mairie ne garde plus ce qui a été déposé"),
        ({"kept": False, "agrees": None, "procedure_title": None}, "Le portail ne dit rien de plus de cette demande"),
        ({"agrees": False}, "Ce récépissé ne correspond plus à la demande"),
        ({"files": 0}, "Aucun"),
    ],
)
def test_the_page_says_in_words_each_thing_that_is_proved(
    visitor: Client, services: Stubs, changes: dict[str, Any], expected: str
) -> None:
    services["requests.check_receipt"] = proof(**changes)

    assert expected in words(parsed(typed(visitor, CODE), 200), "#resultat")


# --- what is refused, a sentence each


@pytest.mark.parametrize(
    "refusal", [CodeIncomplete, CodeMistyped, CodeOfAnotherTown, CodeNotOurs], ids=lambda one: one.__name__
)
def test_a_code_that_proves_nothing_is_refused_in_its_place(
    visitor: Client, services: Stubs, refusal: type[Invalid]
) -> None:
    services["requests.check_receipt"] = refusal(fields={"code": refusal.message})
    page = parsed(typed(visitor, "2026-XXXX"), 422)

    assert words(page, "#code-erreur") == f"Erreur : {refusal.message.replace(NBSP, ' ')}"
    assert page.select_one(".error-summary a[href='#code']") is not None
    assert page.select_one("#code")["value"] == "2026-XXXX"
    assert page.select_one("#resultat") is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "n’est pas un récépissé"),
        (b"<p>Bonjour</p>", "n’est pas un récépissé"),
        (b"%PDF-1.7\n\xff\xfe\x00", "n’est pas un récépissé"),
        (b"<!-- recepisse 2026 00 -->", "n’est pas un récépissé"),
        (b"x" * (LARGEST_BYTES + 1), "trop volumineux"),
    ],
    ids=["empty", "another page", "another kind", "a broken mark", "too large"],
)
def test_a_file_of_another_kind_is_refused_in_its_place(
    visitor: Client, services: Stubs, content: bytes, expected: str
) -> None:
    page = parsed(shown_to(visitor, content), 422)

    assert expected in words(page, "#fichier-erreur")
    assert page.select_one(".error-summary a[href='#fichier']") is not None
    assert services.bodies("requests.check_receipt") == []


def test_a_file_whose_code_was_altered_says_so_and_not_that_it_was_mistyped(follower: Client, services: Stubs) -> None:
    services["requests.check_receipt"] = CodeMistyped(fields={"code": CodeMistyped.message})
    page = parsed(shown_to(follower, saved(follower)), 422)

    assert "Le code que porte ce fichier a été modifié" in words(page, "#fichier-erreur")


def test_an_empty_form_asks_for_the_one_or_the_other(visitor: Client, services: Stubs) -> None:
    page = parsed(typed(visitor, "  "), 422)

    assert "Donnez le fichier du récépissé, ou le code" in words(page, "#code-erreur")
    assert services.bodies("requests.check_receipt") == []


def test_a_form_beyond_all_bounds_is_refused_without_being_read(visitor: Client, services: Stubs) -> None:
    assert shown_to(visitor, b"x" * (2 * LARGEST_BYTES + 1)).status_code == 413
    assert services.bodies("requests.check_receipt") == []


def test_while_requests_is_silent_the_page_says_so(visitor: Client, services: Stubs) -> None:
    services["requests.check_receipt"] = Unavailable()

    assert typed(visitor, CODE).status_code == 503


def test_checks_are_limited_and_the_wait_is_told(visitor: Client, app: Flask) -> None:
    app.extensions["parvis.security"].limits = RateLimits(0.01, clock=lambda: 0)
    for _ in range(CHECK_RECEIPT.times * ADDRESS_SHARE // 100):
        assert typed(visitor, CODE).status_code == 200

    refused = typed(visitor, CODE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "20")


# --- by API


def test_a_program_reads_saves_and_checks_a_receipt(client: Client, follower: Client, services: Stubs) -> None:
    link = {"Parvis-Tracking": "jeton-du-lien"}
    receipt = client.get(f"/api/v1/requests/{NUMBER}/receipt", headers=link).get_json()
    file = client.get(f"/api/v1/requests/{NUMBER}/receipt/file", headers=link)
    services["requests.check_receipt"] = proof(unchanged=True)
    checked = client.post("/api/v1/receipt-checks", json={"file": file.text})

    assert receipt["code"] == CODE
    assert checked.get_json() == proof(unchanged=True)
    digests = [services.bodies(f"requests.{one}")[0]["digest"] for one in ("seal_receipt_file", "check_receipt")]
    assert digests[0] == digests[1]


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "nothing_to_check"), ({"code": " "}, "nothing_to_check"), ({"file": "<p>x</p>"}, "not_a_receipt")],
)
def test_a_program_is_refused_with_a_code_and_a_sentence(
    client: Client, services: Stubs, body: dict[str, str], code: str
) -> None:
    answer = client.post("/api/v1/receipt-checks", json=body)

    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert answer.get_json()["detail"]


def test_a_program_reads_why_a_code_proves_nothing(client: Client, services: Stubs) -> None:
    services["requests.check_receipt"] = CodeMistyped(fields={"code": CodeMistyped.message})
    answer = client.post("/api/v1/receipt-checks", json={"code": "x"})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "code_mistyped")
