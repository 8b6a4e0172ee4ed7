"""The pieces to prepare are named by the answers that call for them; pure."""

from typing import Any

from gateway.pages.components.uploader import piece
from gateway.pages.procedures.documents_by_case import by_case
from services.procedures.schemas.definitions.procedures import Procedure
from services.townhall.pieces import Limits
from tests.support import published


def cases(definition: Procedure) -> dict[str, list[str]]:
    drawn = [piece(document, [], "", Limits()) for document in definition.documents]
    found = by_case(definition, drawn)
    return {case.when.replace("\u00a0", " "): [one.slug for one in case.pieces] for case in found}


def asked(slug: str, **shown_when: Any) -> dict[str, Any]:
    document = {"slug": slug, "label": slug, "required": True, "formats": ["pdf"], "max_files": 1}
    return {**document, "shown_when": shown_when} if shown_when else document


def test_pieces_are_named_by_the_answers_that_call_for_them() -> None:
    found = cases(published.procedure("acte-naissance"))

    assert list(found.values()) == [["piece-identite"], ["lien-parente"], ["mandat"]]
    assert list(found)[1] == "Pour l’acte d’une personne de votre famille"


def test_a_case_that_the_town_does_not_word_names_the_answers() -> None:
    named = asked("a", field="type_probleme", any_of=["chaussee", "eclairage"])

    assert list(cases(published.procedure("signalement-voirie", documents=[named]))) == [
        "Si vous répondez « Chaussée ou nid-de-poule » ou « Éclairage public » à « Quel est le problème ? »"
    ]


def test_pieces_for_every_case_come_first_and_a_box_is_ticked_or_not() -> None:
    documents = [
        asked("b", field="danger", equals=True),
        asked("a"),
        asked("c", field="danger", equals=False),
        asked("d", field="danger", equals=True),
    ]

    assert cases(published.procedure("signalement-voirie", documents=documents)) == {
        "": ["a"],
        "Si vous cochez « Le problème présente un danger »": ["b", "d"],
        "Si vous ne cochez pas « Le problème présente un danger »": ["c"],
    }
