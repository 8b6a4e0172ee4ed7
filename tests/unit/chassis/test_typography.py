"""A town's texts get the spaces of French punctuation; what programs compare stays as it is written."""

import pytest

from services.chassis.typography import typeset, typeset_document


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
        "connection": {"success_marker": "Bienvenue !", "hidden": {"x": "y :"}, "note": "Attention !"},
    }
    assert typeset_document(document) == {
        "a : b": [{"label": "Prêt\N{NO-BREAK SPACE}?", "pattern": "^[A-Z] ?:", "default": "a ?", "number": 3}],
        "connection": {
            "success_marker": "Bienvenue !",
            "hidden": {"x": "y :"},
            "note": "Attention\N{NO-BREAK SPACE}!",
        },
    }
