"""A town cannot publish words too pale to read, and gets a dark scheme that can be read as well."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.procedures.colours import contrast, parse
from services.procedures.theme import derive, unreadable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
INKS = ("text", "muted", "link", "primary", "success", "warning", "danger")
GROUNDS = ("surface", "soft", "tint", "raised")
WRITTEN = (
    ("on-primary", "primary"),
    ("on-accent", "accent"),
    ("on-badge", "badge"),
    ("on-bar", "bar"),
    ("info", "info-soft"),
)
SOFTS = tuple((name, f"{name}-soft") for name in ("success", "warning", "danger"))


def worst(scheme: dict[str, str]) -> float:
    pairs = [(ink, ground) for ink in INKS for ground in ("surface", "soft", "raised")]
    pairs += [("text", "tint"), ("primary", "tint"), ("link", "tint"), *WRITTEN, *SOFTS]
    return min(contrast(scheme[ink], scheme[ground]) for ink, ground in pairs)


def test_the_demo_theme_can_be_read(town: dict[str, Any]) -> None:
    assert unreadable(town["town"]["theme"]) == {}


def test_a_pale_text_is_refused_with_its_contrast(town: dict[str, Any]) -> None:
    wrong = unreadable(town["town"]["theme"] | {"text_muted": "#999999"})
    assert wrong == {
        "text_muted": "Le contraste de « text_muted » sur « surface » est de 2,84:1 ; il faut au moins 4,5:1."
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_both_schemes_can_be_read(town: dict[str, Any], scheme: str) -> None:
    tokens = derive(town["town"]["theme"])[scheme]
    assert worst(tokens) >= 4.5
    assert all(contrast(tokens["edge"], tokens[ground]) >= 3 for ground in GROUNDS)
    assert all(contrast(tokens["focus"], tokens[ground]) >= 3 for ground in GROUNDS)


@given(primary=COLOURS, success=COLOURS, danger=COLOURS)
def test_whatever_theme_is_accepted_both_schemes_can_be_read(
    town: dict[str, Any], primary: str, success: str, danger: str
) -> None:
    theme = town["town"]["theme"] | {"primary": primary, "link": primary, "success": success, "danger": danger}
    assume(not unreadable(theme))
    schemes = derive(theme)
    assert worst(schemes["light"]) >= 4.5
    assert worst(schemes["dark"]) >= 4.5


@given(COLOURS)
def test_a_colour_survives_the_way_through_oklch(colour: str) -> None:
    assert parse(colour).hex == colour


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
