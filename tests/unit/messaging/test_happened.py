"""What a change of status is called at the head of its mail: by the procedure itself, else as for every procedure."""

import pytest

from services.messaging.mails import happened
from services.requests.schemas.mail_details import MailDetails
from services.requests.schemas.statuses import Status
from tests.support import published

NOTHING_MORE = MailDetails(email=None, applicant_name="Camille Exemple")


def said(slug: str, status: str, **changes: object) -> str:
    return happened.in_words(published.procedure(slug, **changes), status, NOTHING_MORE)


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ("La salle est réservée.", "La salle est réservée"),
        ("La salle est réservée\u00a0; la mairie vous écrit.", "La salle est réservée"),
        ("Le changement est accepté. L’onglet Historique le dit.", "Le changement est accepté"),
        ("Votre dossier est chez M. Le Goff. Il vous appelle.", "Votre dossier est chez M. Le Goff"),
        ("Le permis du Dr. J.-P. Martin est prêt", "Le permis du Dr. J.-P. Martin est prêt"),
        ("La visite est le 12. École fermée ce jour-là.", "La visite est le 12"),
        ("Bravo\u202f! C’est accepté.", "Bravo"),
    ],
)
def test_the_first_sentence_of_the_procedure_is_said(meaning: str, words: str) -> None:
    assert said("location-salle", Status.ACCEPTED, status_meanings={"accepted": meaning}) == words


def test_the_own_sentence_of_a_confidential_procedure_is_not_said() -> None:
    assert said("tranquillite-vacances", Status.DONE) == "Votre demande est terminée"


def test_a_status_that_only_the_town_knows_is_not_named() -> None:
    assert said("location-salle", "a_la_signature") == happened.UNSAID
