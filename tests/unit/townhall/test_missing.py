"""A mandatory answer that was left out is named, in correct French, whatever its label."""

import pytest

from services.townhall.missing import SENTENCES, beside, missing


@pytest.mark.parametrize(
    ("kind", "label", "sentence"),
    [
        ("text", "Prénoms", "Écrivez votre réponse : « Prénoms »."),
        ("choice", "Quel est le problème ?", "Choisissez une réponse : « Quel est le problème ? »."),
        ("multichoice", "Jours d’accueil", "Choisissez au moins une réponse : « Jours d’accueil »."),
        ("checkbox", "J’accepte le règlement.", "Cochez la case « J’accepte le règlement »."),
        ("date", "Premier jour", "Indiquez une date : « Premier jour »."),
        ("piece", "Livret de famille", "Ajoutez la pièce « Livret de famille »."),
        ("", "answers", "Écrivez votre réponse : « answers »."),
    ],
)
def test_the_sentence_says_what_to_do_and_where(kind: str, label: str, sentence: str) -> None:
    assert missing(kind, label).replace("\u00a0", " ") == sentence


def test_a_label_that_quotes_is_quoted_with_quotes_of_the_second_rank() -> None:
    assert (
        missing("text", "Objet (« autre » compris)")
        == "Écrivez votre réponse\u00a0: «\u00a0Objet (“autre” compris)\u00a0»."
    )


@pytest.mark.parametrize("kind", ["", *SENTENCES])
@pytest.mark.parametrize(
    "label", ["Document demandé", "Où est-ce (« à peu près » compris) ?", "J’accepte le règlement."]
)
def test_under_its_label_a_sentence_does_not_repeat_it(kind: str, label: str) -> None:
    said = beside(label, missing(kind, label))

    assert said == SENTENCES.get(kind, "Écrivez votre réponse : « {} ».").partition("«")[0].rstrip("\u00a0 :") + "."


def test_a_sentence_of_another_kind_stands_as_it_is() -> None:
    assert beside("Courriel", "Indiquez une adresse de la forme a@b.fr.") == "Indiquez une adresse de la forme a@b.fr."
