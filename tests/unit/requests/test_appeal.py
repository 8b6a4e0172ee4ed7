"""A refused person reads how to contest it (glossary R3, R13)."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.request import flow
from services.requests.request.state import Filed
from services.requests.schemas.facts import ImplicitDecision
from services.requests.worklist import appeal
from tests.support import published
from tests.support.filled import FILED

HALL = published.procedure("location-salle")
TOWN = published.town_read()
SILENT = ImplicitDecision(effect="rejection", at=date(2027, 1, 18))


def means(definition: Procedure = HALL, **state: Any) -> str | None:
    return appeal.of_request(Filed(**FILED | state), definition, TOWN)


def test_a_refusal_names_the_time_the_town_hall_and_the_court_or_another_way() -> None:
    said = means(status=flow.Status.REFUSED) or ""
    assert "dans un délai de 2 mois à compter du jour où elle vous est notifiée" in said
    assert f"({HALL.department_details.name}, {HALL.department_details.address})" in said
    assert f"devant le {TOWN.legal.administrative_court} ({TOWN.legal.online_appeal})" in said
    elsewhere = means(published.procedure("inscription-listes-electorales"), status=flow.Status.REFUSED) or ""
    assert "commission de contrôle des listes électorales" in elsewhere
    assert "{{" not in elsewhere
    assert "administratif de Caen" not in elsewhere


@pytest.mark.parametrize("status", ["in_review", "accepted", "cancelled", "redirected"])
def test_only_a_refused_request_has_means_of_appeal(status: str) -> None:
    assert means(status=status) is None


def test_a_silence_that_means_refusal_counts_from_its_day() -> None:
    said = means(status="in_review", implicit_decision=SILENT, implicit_reached=True) or ""
    assert "contester ce refus dans un délai de 2 mois à compter du lundi 18\u00a0janvier\u00a02027" in said
    assert means(status="in_review", implicit_decision=SILENT) is None
    assert (
        means(status="in_review", implicit_decision=replace(SILENT, effect="acceptance"), implicit_reached=True) is None
    )
    assert means(status="accepted", implicit_decision=SILENT, implicit_reached=True) is None


def test_a_receipt_announces_how_a_silent_refusal_is_contested() -> None:
    said = appeal.announced(SILENT, HALL, TOWN) or ""
    assert said.startswith(
        "Vous pourrez alors contester ce refus dans un délai de 2 mois à compter du lundi 18\u00a0janvier"
    )
    assert appeal.announced(replace(SILENT, effect="acceptance"), HALL, TOWN) is None
    assert appeal.announced(None, HALL, TOWN) is None


@pytest.mark.parametrize("slug", ["acte-naissance", "acte-mariage", "acte-deces"])
def test_a_refused_civil_status_record_is_asked_of_the_judge_of_the_registers(slug: str) -> None:
    record = published.procedure(slug)
    for said in (
        means(record, status=flow.Status.REFUSED) or "",
        means(record, status="in_review", implicit_decision=SILENT, implicit_reached=True) or "",
        appeal.announced(SILENT, record, TOWN) or "",
    ):
        assert "procureur de la République" in said
        assert "devant le président de ce tribunal" in said
        assert "{{" not in said
        assert "de Caen" not in said


@pytest.mark.parametrize("slug", published.slugs())
def test_every_refusal_names_the_time_limit_of_appeal(slug: str) -> None:
    definition = published.procedure(slug)
    for said in (means(definition, status=flow.Status.REFUSED) or "", appeal.announced(SILENT, definition, TOWN) or ""):
        assert re.search(r"\b2 mois à compter d|\bdélai de cinq jours à compter d", said)
