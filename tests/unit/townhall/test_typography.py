"""A town's texts get the spaces of French punctuation; what programs compare stays as it is written."""

import pytest

from services.townhall.typography import typeset, typeset_document, unbroken


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Quoi ? Oui ! Non ; si : « bien »", "Quoi~? Oui~! Non~; si~: «~bien~»"),
        ("déjà~: fait~; « à moitié~»", "déjà~: fait~; «~à moitié~»"),
        ("14:00, https://a.example/?b=c, a != b, le :nom", "14:00, https://a.example/?b=c, a != b, le :nom"),
        ("**Horaires** : le matin", "**Horaires**~: le matin"),
    ],
)
def test_the_spaces_of_french_punctuation_do_not_break(written: str, shown: str) -> None:
    assert typeset(written.replace("~", "\N{NO-BREAK SPACE}")) == shown.replace("~", "\N{NO-BREAK SPACE}")


def test_a_document_is_typeset_but_for_names_and_what_is_written_for_programs() -> None:
    document = {
        "a : b": [{"label": "Prêt ?", "pattern": "^[A-Z] ?:", "default": "a ?", "number": 3}],
        "contacts": {"phone": "02 61 91 10 00", "note": "Appelez le 02 61 91 10 00."},
        "connection": {"success_marker": "Bienvenue !", "hidden": {"x": "y :"}, "note": "Attention !"},
    }
    assert typeset_document(document) == {
        "a : b": [{"label": "Prêt\N{NO-BREAK SPACE}?", "pattern": "^[A-Z] ?:", "default": "a ?", "number": 3}],
        "contacts": {"phone": "02 61 91 10 00", "note": "Appelez le 02\u00a061\u00a091\u00a010\u00a000."},
        "connection": {"success_marker": "Bienvenue !", "hidden": {"x": "y :"}, "note": "Attention\N{NO-BREAK SPACE}!"},
    }


@pytest.mark.parametrize("number", ["02 61 91 10 00", "+33 2 61 91 10 00"])
def test_a_phone_number_stays_in_one_line(number: str) -> None:
    whole = number.replace(" ", "\N{NO-BREAK SPACE}")

    assert unbroken(f"Au {number}, ou au {number}.") == f"Au {whole}, ou au {whole}."


@pytest.mark.parametrize("text", ["le 15 ou le 112", "61990 02", "102 61 91 10 00", "02 61 91 10 000"])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert unbroken(text) == text
