"""A birth date is typed in three short fields and kept as one day; pure."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from gateway.pages.components import birth_dates
from gateway.pages.components.controls import Control, control
from gateway.pages.components.person import described_in
from gateway.pages.procedures import steps
from services.procedures.schemas.definitions.forms import Field, FieldType
from tests.support import published

PARTS = ("birth_date-jour", "birth_date-mois", "birth_date-annee")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("4", "5", "1987"), "1987-05-04"),
        (("04", " 05 ", "1987"), "1987-05-04"),
        (("31", "02", "1984"), "31/02/1984"),
        (("4", "", "1987"), "4//1987"),
        (("quatre", "mai", "1987"), "quatre/mai/1987"),
        (("", "", ""), ""),
    ],
)
def test_a_day_that_exists_is_kept_in_iso_and_any_other_as_typed(typed: tuple[str, ...], kept: str) -> None:
    assert birth_dates.whole(dict(zip(PARTS, typed, strict=True))) == {"birth_date": kept}


@pytest.mark.parametrize("kept", ["1987-05-04", "31/02/1984", "4//1987", ""])
def test_a_kept_day_is_shown_in_its_three_fields(kept: str) -> None:
    asked = Control("birth_date", "Date de naissance", "birth_date", value=kept)

    shown = {f"birth_date-{part}": asked.of_birth(part) for part in birth_dates.PARTS}

    assert birth_dates.whole(shown) == {"birth_date": kept}
    assert asked.target == "z-birth-date-jour"


def test_a_form_of_one_field_is_read_as_before() -> None:
    assert birth_dates.whole({"birth_date": "1987-05-04", **dict.fromkeys(PARTS, "")}) == {}
    assert birth_dates.whole({"retour-a": "recapitulatif", "jour": "4"}) == {}


def test_a_step_and_a_described_person_are_read_with_one_day() -> None:
    form = MultiDict({"date_naissance-jour": "4", "date_naissance-mois": "5", "date_naissance-annee": "1987"})

    assert steps.typed(form, published.procedure("acte-naissance")) == {"date_naissance": "1987-05-04"}
    born = {f"member.birth_date-{part}": form[f"date_naissance-{part}"] for part in birth_dates.PARTS}
    assert described_in({"member.given_names": "Lou", **born}) == {"given_names": "Lou", "birth_date": "1987-05-04"}


@pytest.mark.parametrize(("prefill", "kind"), [("member.birth_date", "birth_date"), (None, "date")])
def test_a_date_that_is_prefilled_with_a_birth_date_is_one(prefill: str | None, kind: str) -> None:
    asked = Field(name="q", label="Q", type=FieldType.DATE, required=False, prefill=prefill)

    assert control(asked, None, errors={}, today=date(2026, 11, 24)).kind == kind
