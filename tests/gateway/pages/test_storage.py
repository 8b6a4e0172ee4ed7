"""« Mes pièces »: what its pages show, ask before they do, and say when they cannot."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from services.chassis.errors import Unavailable
from services.documents.inspection.formats import ForbiddenFormat
from services.documents.storage.rules import LastFile, SpaceFull
from tests.support.demo_town import NOW
from tests.support.judge import Client, parsed
from tests.support.own_space import storage
from tests.support.stubs import Stubs

PIECE = f"/mes-pieces/{UUID(int=1)}"
FULL = "Votre espace de stockage est plein"


def picture(name: str = "recto.jpg") -> tuple[BytesIO, str]:
    return BytesIO(b"bytes"), name


def sent(citizen: Client, address: str, **fields: Any) -> Any:
    return citizen.submit(address, "main form", **fields)


def errors(response: Any, status: int) -> list[tuple[str, str]]:
    """Each line of the summary of an answer with that status, with the place that it links to."""
    page = parsed(response, status)
    return [
        (str(line.select_one("a")["href"]) if line.select_one("a") else "", line.get_text(strip=True))
        for line in page.select("#erreurs li")
    ]


def test_the_list_says_how_many_places_are_left_and_what_a_piece_may_hold(citizen: Client) -> None:
    page = citizen.page("/mes-pieces")
    assert page.select_one("#jauge").get_text() == "3\N{NO-BREAK SPACE}pièces sur 10"
    said = page.select_one("main .panel").get_text(" ", strip=True).replace("\N{NO-BREAK SPACE}", " ")
    assert "Il reste sept places. Chaque pièce contient de un à quatre fichiers PDF, JPG ou PNG, 5 Mo" in said
    assert len(page.select(".gauge .on")) == 3
    assert len(page.select("main tbody tr")) == 3


def test_a_full_space_shows_an_explanation_in_place_of_the_button(citizen: Client, services: Stubs) -> None:
    services["documents.read_storage"] = storage(10)
    page = citizen.page("/mes-pieces")
    assert page.select_one("main a[href='/mes-pieces/ajouter']") is None
    assert FULL in page.select_one("main .panel").get_text()
    assert FULL in citizen.page("/mes-pieces/ajouter").select_one("main").get_text()


def test_a_file_rejected_by_a_scan_is_reported_on_the_page(citizen: Client, services: Stubs) -> None:
    gone = {"label": "Avis", "name": "avis.pdf", "at": NOW.isoformat()}
    services["documents.read_storage"] = storage(1) | {"rejected": [gone]}
    notice = citizen.page("/mes-pieces").select_one("main .notice").get_text(" ", strip=True)
    assert notice.startswith("Un fichier a été écarté")
    assert "avis.pdf, de «\u00a0Avis\u00a0»" in notice


def test_an_empty_space_says_what_it_is_for(citizen: Client, services: Stubs) -> None:
    services["documents.read_storage"] = storage(0)
    assert "Pas encore de pièce" in citizen.page("/mes-pieces").get_text()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, [("#libelle", "Donnez un nom à cette pièce."), ("#fichier", "Choisissez un fichier à ajouter.")]),
        ({"libelle": "Avis"}, [("#fichier", "Choisissez un fichier à ajouter.")]),
    ],
)
def test_missing_fields_are_named_and_typed_values_stay(
    citizen: Client, fields: dict[str, str], wrong: list[tuple[str, str]]
) -> None:
    response = sent(citizen, "/mes-pieces/ajouter", **fields)
    assert errors(response, 422) == wrong
    assert parsed(response).select_one("#libelle")["value"] == fields.get("libelle", "").strip()


def test_five_files_at_once_are_refused_in_one_sentence_and_none_is_sent(citizen: Client, services: Stubs) -> None:
    response = sent(
        citizen, "/mes-pieces/ajouter", libelle="Avis", fichier=[picture(f"p{number}.jpg") for number in range(5)]
    )
    [(place, sentence)] = errors(response, 422)
    assert place == "#fichier"
    assert "4 fichiers au plus dans une pièce" in sentence
    assert "vous en avez choisi 5" in sentence
    assert services.bodies("documents.begin_storing") == []


def test_a_fifth_file_of_a_piece_that_has_two_is_refused_with_the_number_it_has(
    citizen: Client, services: Stubs
) -> None:
    response = sent(
        citizen, f"{PIECE}/modifier", libelle="Livret", fichier=[picture(f"p{number}.jpg") for number in range(3)]
    )
    assert "elle en a 2 et vous en ajoutez 3" in errors(response, 422)[0][1]
    assert services.bodies("documents.begin_storing") == services.bodies("documents.relabel_stored") == []


def test_the_eleventh_piece_of_another_tab_is_refused_and_its_name_kept(citizen: Client, services: Stubs) -> None:
    services["documents.begin_storing"] = SpaceFull("Votre espace de stockage contient déjà 10 pièces.")
    response = sent(citizen, "/mes-pieces/ajouter", libelle="Avis", fichier=[picture()])
    assert errors(response, 409) == [("", "Votre espace de stockage contient déjà 10 pièces.")]


def test_a_refused_file_is_named_at_its_field(citizen: Client, services: Stubs) -> None:
    services["documents.begin_storing"] = ForbiddenFormat("Ce format n’est pas accepté.")
    response = sent(citizen, "/mes-pieces/ajouter", libelle="Avis", fichier=[picture("virus.exe")])
    [(place, sentence)] = errors(response, 422)
    assert place == "#fichier"
    assert sentence.endswith("Ce format n’est pas accepté.")
    assert "virus.exe" in sentence


def test_the_files_of_one_form_are_one_piece_and_a_form_sent_twice_is_one_command(
    citizen: Client, services: Stubs
) -> None:
    services["documents.begin_storing"] = ForbiddenFormat("Non.")
    form = citizen.page("/mes-pieces/ajouter").select_one("main form")
    hidden = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden]")}
    for _ in range(2):
        files = [picture("recto.jpg"), picture("verso.jpg")]
        citizen.post("/mes-pieces/ajouter", data={**hidden, "libelle": "CNI", "fichier": files})
    begun = [asked for asked in services.asked if asked.method == "documents.begin_storing"]
    assert len({asked.body["document_id"] for asked in begun}) == 1
    assert [asked.command_id for asked in begun[:2]] == [asked.command_id for asked in begun[2:]]
    assert {asked.body["label"] for asked in begun} == {"CNI"}


def test_a_piece_is_renamed(citizen: Client, services: Stubs) -> None:
    services["documents.relabel_stored"] = {}
    response = sent(citizen, f"{PIECE}/modifier", libelle=" Livret de \t famille ")
    assert response.location == "/mes-pieces?fait=modifiee#fait"
    assert services.bodies("documents.relabel_stored") == [
        {"document_id": str(UUID(int=1)), "label": "Livret de famille"}
    ]
    assert "La pièce est modifiée" in citizen.page("/mes-pieces?fait=modifiee").get_text()


def test_a_file_is_taken_out_after_a_question_and_the_name_being_typed_stays(citizen: Client, services: Stubs) -> None:
    services["documents.remove_stored_file"] = {}
    asked = parsed(sent(citizen, f"{PIECE}/modifier", libelle="En cours", action=f"retirer:{UUID(int=100)}"))
    yes, no = asked.select("main form button[name=action]")
    assert "livret-1.jpg" in asked.h1.get_text()
    assert services.bodies("documents.remove_stored_file") == []

    kept = citizen.fill(asked, action=no["value"])
    assert services.bodies("documents.remove_stored_file") == []
    done = citizen.fill(asked, action=yes["value"])
    assert services.bodies("documents.remove_stored_file") == [{"file_id": str(UUID(int=100))}]
    assert [parsed(one).select_one("#libelle")["value"] for one in (kept, done)] == ["En cours"] * 2
    assert "Le fichier est retiré" in done.text


def test_removing_a_missing_file_answers_404_and_keeps_the_typed_name(citizen: Client) -> None:
    response = sent(citizen, f"{PIECE}/modifier", libelle="Livret", action=f"retirer:{UUID(int=99)}")
    assert (response.status_code, parsed(response).select_one("#libelle")["value"]) == (404, "Livret")


def test_the_last_file_stays_and_the_page_says_why(citizen: Client, services: Stubs) -> None:
    services["documents.remove_stored_file"] = LastFile()
    response = sent(citizen, f"{PIECE}/modifier", libelle="Livret", action=f"retirer-oui:{UUID(int=100)}")
    assert errors(response, 409) == [("", LastFile.message)]


def test_a_piece_goes_after_a_question_that_names_its_files(citizen: Client, services: Stubs) -> None:
    services["documents.remove_stored"] = {}
    asked = citizen.page(f"{PIECE}/supprimer").select_one("main").get_text()
    assert "livret-1.jpg" in asked
    assert "Les copies déjà jointes à vos demandes ne changent pas." in asked
    assert services.bodies("documents.remove_stored") == []
    response = sent(citizen, f"{PIECE}/supprimer")
    assert response.location == "/mes-pieces?fait=supprimee#fait"
    assert services.bodies("documents.remove_stored") == [{"document_id": str(UUID(int=1))}]


@pytest.mark.parametrize("address", [f"{UUID(int=77)}/modifier", "pas-un-id/supprimer", "fichiers/pas-un-id"])
def test_foreign_pieces_and_malformed_identifiers_are_not_found(citizen: Client, address: str) -> None:
    assert citizen.get(f"/mes-pieces/{address}").status_code == 404


# --- Mon accueil


def test_the_first_page_counts_the_pieces(citizen: Client) -> None:
    tile = next(tile for tile in citizen.page("/mon-accueil").select(".tile") if "Mes pièces" in tile.get_text())
    assert tile.select_one(".badge").get_text() == "3 pièces"
    assert tile.select_one("a")["href"] == "/mes-pieces"


def test_the_first_page_does_without_the_count_while_documents_is_silent(citizen: Client, services: Stubs) -> None:
    services["documents.count_storage"] = Unavailable()
    tile = next(tile for tile in citizen.page("/mon-accueil").select(".tile") if "Mes pièces" in tile.get_text())
    assert tile.select_one(".badge") is None
