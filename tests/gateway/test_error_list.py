"""What the top of a form lists: each sentence names its question once, and no more than once."""

from datetime import date

import pytest

from gateway.pages.components.controls import control, error_sentence
from services.procedures.schemas.definitions.forms import Field, FieldType


@pytest.mark.parametrize(
    ("label", "error", "line"),
    [
        ("Prénoms", "Indiquez vos prénoms.", "Indiquez vos prénoms."),
        ("Premier jour", "Indiquez une date : « Premier jour ».", "Indiquez une date : « Premier jour »."),
        ("Courriel", "Indiquez une adresse de la forme a@b.fr.", "Courriel : indiquez une adresse de la forme a@b.fr."),
        ("Nom", "Limitez cette réponse à 100 caractères.", "Nom : limitez cette réponse à 100 caractères."),
        ("Où est-ce ?", "Choisissez une réponse de la liste.", "Où est-ce ? Choisissez une réponse de la liste."),
        ("Lieu", "PDF attendu.", "Lieu : PDF attendu."),
        ("Motif", "À renseigner avant l’envoi.", "Motif : à renseigner avant l’envoi."),
    ],
)
def test_an_error_sentence_names_its_question_once(label: str, error: str, line: str) -> None:
    assert error_sentence(label, error).replace("\u00a0", " ") == line.replace("\u00a0", " ")


def test_under_its_label_an_error_does_not_repeat_it_and_the_list_names_it() -> None:
    choices = {"copie": "Copie intégrale"}
    field = Field(name="acte", label="Document demandé", type=FieldType.CHOICE, required=True, choices=choices)
    missing = "Choisissez une réponse\u00a0: «\u00a0Document demandé\u00a0»."
    shown = control(field, "", errors={"acte": missing}, today=date(2026, 11, 25))

    assert shown.error_here == "Choisissez une réponse."
    assert shown.listed() == [("#z-acte-1", missing)]


@pytest.mark.parametrize(
    ("pattern", "width"),
    [(r"^([01]?[0-9]|2[0-3])( ?h( ?[0-5][0-9])?|:[0-5][0-9])$", "w-8"), (r"^[0-9]{5}$", "")],
)
def test_an_hour_is_asked_in_a_field_of_its_length(pattern: str, width: str) -> None:
    field = Field(name="debut", label="Heure de début", type=FieldType.TEXT, required=False, pattern=pattern)

    assert control(field, "", errors={}, today=date(2026, 11, 25)).width == width
