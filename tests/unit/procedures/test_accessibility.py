"""A town says of its portal what an audit found, in the words of the law; without one, that it is not conforming."""

import copy
from typing import Any

import pytest

from services.procedures.files import coherence
from services.townhall.problems import ImportRefused

FILES = ("town", "service_areas", "procedures", "agendas")
PLACE = "town.yaml › legal.accessibility › "
NONE, PARTIAL, WHOLE = (f"Accessibilité : {how} conforme" for how in ("non", "partiellement", "totalement"))


def problems(town: dict[str, Any], **stated: Any) -> dict[str, str]:
    """What an import says of the demo town, whose statement is changed so."""
    documents = copy.deepcopy({name: town[name] for name in FILES})
    documents["town"]["legal"]["accessibility"] |= stated
    try:
        coherence.check(documents)
    except ImportRefused as refusal:
        return {place: said.replace("\N{NO-BREAK SPACE}", " ") for place, said in refusal.fields.items()}
    return {}


def audit(respected: int) -> dict[str, Any]:
    return {"by": "Cabinet Exemple", "on": "2026-11-02", "respected": respected}


@pytest.mark.parametrize(
    ("status", "mention", "respected"),
    [
        ("non_compliant", NONE, None),
        ("non_compliant", NONE, 49),
        ("partially_compliant", PARTIAL, 50),
        ("partially_compliant", PARTIAL, 99),
        ("compliant", WHOLE, 100),
    ],
)
def test_a_statement_that_an_audit_bears_out_is_published(
    town: dict[str, Any], status: str, mention: str, respected: int | None
) -> None:
    found = {} if respected is None else {"audit": audit(respected)}

    assert problems(town, status=status, mention=mention, **found) == {}


def test_without_an_audit_a_portal_is_not_conforming(town: dict[str, Any]) -> None:
    assert problems(town, status="partially_compliant", mention=PARTIAL) == {
        f"{PLACE}status": "Sans audit en cours de validité (audit), il faut « non_compliant » : le portail est non conforme."
    }


def test_a_conformity_above_what_the_audit_found_is_refused(town: dict[str, Any]) -> None:
    assert problems(town, status="compliant", mention=WHOLE, audit=audit(81)) == {
        f"{PLACE}status": "Avec 81 % des critères respectés, il faut « partially_compliant » : le portail est partiellement conforme."
    }


def test_a_mention_in_other_words_than_the_law_s_is_refused(town: dict[str, Any]) -> None:
    assert problems(town, mention="Site accessible") == {f"{PLACE}mention": f"Il faut « {NONE} »."}


@pytest.mark.parametrize("respected", [-1, 101])
def test_a_percentage_out_of_bounds_is_refused(town: dict[str, Any], respected: int) -> None:
    assert set(problems(town, audit=audit(respected))) == {"town.yaml › legal.accessibility.audit.respected"}
