"""« Mes informations » asks what the procedure declares, in sections; pure."""

from typing import Any

from gateway.pages.components.controls import Control
from gateway.pages.components.person import applicant_sections
from gateway.shared.asked_details import GROUPS, asked_details
from services.procedures.schemas.definitions.procedures import Detail, Procedure
from services.townhall.person import LABELS
from tests.support import published

SHORT = ("given_names", "usage_name", "email", "phone")


def asking(*details: str, identity: str = "contact", kinds: tuple[str, ...] = ("person",)) -> Procedure:
    """A procedure that declares these details; of none, its identity says what is asked."""
    asks = {"asks": dict.fromkeys(details, "Pour une raison.")} if details else {}
    applicant = {"kinds": list(kinds), "identity": identity, **asks}
    return published.procedure("signalement-voirie", applicant=applicant)


def sections(definition: Procedure, *, at_counter: bool = False, **typed: Any) -> dict[str, list[str]]:
    found = applicant_sections(definition, typed, {}, at_counter=at_counter)
    return {title: [control.name for control in controls] for title, controls in found}


def controls(definition: Procedure, *, at_counter: bool = False, **typed: Any) -> dict[str, Control]:
    found = applicant_sections(definition, typed, {}, at_counter=at_counter)
    return {control.name: control for _, controls in found for control in controls}


def test_a_short_form_is_one_section_with_one_name_and_the_means_that_it_asks_for() -> None:
    short = asking(*SHORT)

    assert sections(short) == {"Vous joindre": ["given_names", "usage_name", "email", "preferred_contact", "phone"]}
    asked = controls(short)
    assert (asked["usage_name"].label, asked["usage_name"].required) == ("Nom", True)
    assert [means for means, _ in asked["preferred_contact"].choices] == ["email", "phone"]
    assert not asked["phone"].required
    assert controls(short, preferred_contact="phone")["phone"].required
    assert sections(asking("given_names", "usage_name", "email")) == {
        "Vous joindre": ["given_names", "usage_name", "email"]
    }


def test_at_the_counter_an_address_may_be_given_whatever_is_asked() -> None:
    asked = controls(asking(*SHORT), at_counter=True)

    assert sections(asking(*SHORT), at_counter=True).keys() == {"La personne"}
    assert not asked["address"].required
    assert [means for means, _ in asked["preferred_contact"].choices] == ["email", "phone", "postal"]
    assert controls(asking(*SHORT), at_counter=True, preferred_contact="postal")["address"].required


def test_a_form_with_a_postal_address_has_the_sections_of_a_full_identity() -> None:
    deed = asking("given_names", "birth_name", "usage_name", "birth_date", "address", "email", identity="full")

    assert sections(deed) == {
        "Identité": ["given_names", "birth_name", "usage_name", "birth_date"],
        "Adresse": ["address"],
        "Moyens de contact": ["email", "preferred_contact"],
    }
    asked = controls(deed)
    assert {name for name, control in asked.items() if control.required} == {
        *("given_names", "birth_name", "birth_date", "address", "email")
    }
    assert asked["usage_name"].label == "Nom d’usage"


def test_an_organisation_is_asked_for_by_a_short_form_too() -> None:
    short = asking(*SHORT, kinds=("person", "association"))

    assert list(sections(short)) == ["Qui fait la demande", "Organisme", "Vous joindre"]
    assert controls(short, kind="association")["organisation.rna"].required


def test_a_version_without_asks_asks_as_its_identity_says() -> None:
    assert [len(names) for names in sections(asking(identity="full")).values()] == [6, 1, 3]
    assert sections(asking()) == {"Vous joindre": ["given_names", "usage_name", "email"]}


def test_each_detail_has_a_label_and_a_group() -> None:
    assert set(Detail) == set(LABELS) == set(GROUPS)


def test_a_procedure_without_reasons_is_listed_without_them() -> None:
    assert {one.reason for one in asked_details(asking(identity="full"))} == {""}
