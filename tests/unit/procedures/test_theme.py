"""A town cannot publish words too pale to read, and gets a dark scheme that can be read as well."""

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from services.procedures.town.colours import contrast, parse
from services.procedures.town.theme import derive, unreadable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
STYLE = Path(__file__).parents[3] / "gateway" / "pages" / "static"

MEANINGS = ("success", "warning", "danger")
SOFTS = ("info-soft", *(f"{name}-soft" for name in MEANINGS))
EVERYWHERE = ("text", "muted", "link", "primary", "deep")
"""Words, links and the buttons that look like links, under the pointer too."""
BACKGROUNDS = ("surface", "soft", "raised", "tint", *SOFTS)
WRITTEN = frozenset(
    {
        *((ink, ground) for ink in EVERYWHERE for ground in BACKGROUNDS),
        *((ink, ground) for ink in ("accent", *MEANINGS) for ground in ("surface", "soft", "raised")),
        *((name, f"{name}-soft") for name in ("info", *MEANINGS)),
        *(("danger", f"{name}-soft") for name in ("info", *MEANINGS)),  # a form in a notice, with its errors
        ("on-primary", "primary"),
        ("on-primary", "deep"),
        ("on-accent", "accent"),
        ("on-badge", "badge"),
        ("on-bar", "bar"),
        ("surface", "danger"),
        ("surface", "text"),
    }
)
"""Ink and ground wherever the style sheet has words."""
DRAWN = tuple((ink, ground) for ink in ("focus", "edge") for ground in BACKGROUNDS)


def faults(scheme: dict[str, str]) -> dict[tuple[str, str], float]:
    """The pairs of a scheme that are too pale, with what they reach."""
    reached = {(ink, ground): contrast(scheme[ink], scheme[ground]) for ink, ground in (*WRITTEN, *DRAWN)}
    return {pair: ratio for pair, ratio in reached.items() if ratio < (4.5 if pair in WRITTEN else 3)}


def readable(colour: str, grounds: tuple[str, ...], least: float = 4.5) -> str:
    """That colour, no darker than those grounds ask for."""
    known = parse(colour)
    while any(contrast(known.hex, ground) < least for ground in grounds):
        known = known.lit(known.lightness - 0.01)
    return known.hex


@st.composite
def accepted(draw: st.DrawFn) -> dict[str, str]:
    """A theme that the import accepts, many of its colours as pale as it lets them be."""
    grounds = draw(st.sampled_from([("#ffffff", "#fafafa"), ("#ffffff", "#ffffff"), ("#f6f4ee", "#ffffff")]))
    inks = ("primary", "accent", "text", "text_muted", "link", *MEANINGS)
    theme = {ink: readable(draw(COLOURS), grounds) for ink in inks}
    badge = readable(draw(COLOURS), grounds)
    theme |= {"surface": grounds[0], "surface_alt": grounds[1], "focus": readable(draw(COLOURS), grounds, 3)}
    theme |= {"badge": badge, "on_badge": "#ffffff", "on_accent": "#ffffff"}
    theme["on_primary"] = draw(st.sampled_from(["#ffffff", "#000000", theme["text"]]))
    assume(not unreadable(theme))
    return theme


def test_a_pale_text_is_refused_with_its_contrast(town: dict[str, Any]) -> None:
    wrong = unreadable(town["town"]["theme"] | {"text_muted": "#999999"})
    assert wrong == {
        "text_muted": "Le contraste de « text_muted » sur « surface » est de 2,84:1 ; il faut au moins 4,5:1."
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_both_schemes_can_be_read(town: dict[str, Any], scheme: str) -> None:
    assert faults(derive(town["town"]["theme"])[scheme]) == {}


@given(accepted())
def test_both_schemes_of_every_accepted_theme_can_be_read(theme: dict[str, str]) -> None:
    schemes = derive(theme)

    assert faults(schemes["light"]) == {}
    assert faults(schemes["dark"]) == {}


PALE_WORDS = {"text_muted": "#6f6f6f", "link": "#0a6ebd", "surface_alt": "#fafafa"}
DARK_ON_PRIMARY = {"primary": "#767676", "on_primary": "#000000", "surface_alt": "#ffffff"}


@pytest.mark.parametrize("changed", [PALE_WORDS, DARK_ON_PRIMARY])
def test_a_theme_at_the_limit_can_be_read_in_notices_and_under_the_pointer(
    town: dict[str, Any], changed: dict[str, str]
) -> None:
    theme = town["town"]["theme"] | changed

    assert unreadable(theme) == {}
    assert faults(derive(theme)["light"]) == {}


def hue(colour: str) -> float:
    return math.degrees(parse(colour).hue) % 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_soft_ground_keeps_the_hue_and_chroma_of_its_colour(town: dict[str, Any], scheme: str) -> None:
    theme = town["town"]["theme"]
    shades = derive(theme)[scheme]

    assert [name for name in ("tint", *SOFTS) if parse(shades[name]).chroma < 0.024] == []
    for name in MEANINGS:
        assert hue(shades[f"{name}-soft"]) == pytest.approx(hue(theme[name]), abs=5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_soft_grounds_of_meanings_differ_in_hue(town: dict[str, Any], scheme: str) -> None:
    hues = sorted(hue(derive(town["town"]["theme"])[scheme][name]) for name in SOFTS)

    assert min(later - earlier for earlier, later in pairwise(hues)) > 40
    assert [round(one, -1) for one in hues] == [20, 80, 150, 240]  # red, amber, green, blue


def test_information_is_blue_where_the_town_is_red(town: dict[str, Any]) -> None:
    schemes = derive(town["town"]["theme"] | {"primary": "#8A1C2B"})

    blues = [hue(shades[name]) for shades in schemes.values() for name in ("info", "info-soft")]
    assert all(200 < one < 285 for one in blues)
    assert faults(schemes["light"]) == faults(schemes["dark"]) == {}


def test_a_grey_stays_grey(town: dict[str, Any]) -> None:
    assert parse(derive(town["town"]["theme"] | {"primary": "#444444"})["light"]["tint"]).chroma < 0.001


def test_a_button_under_the_pointer_has_more_contrast_with_its_text(town: dict[str, Any]) -> None:
    theme = town["town"]["theme"]
    deep = derive(theme)["light"]["deep"]

    assert contrast(deep, theme["on_primary"]) > contrast(theme["primary"], theme["on_primary"])


def test_each_pair_that_a_rule_of_the_style_sheets_sets_is_judged() -> None:
    sheets = "".join((STYLE / name).read_text("utf-8") for name in ("portal.css", "agent.css"))
    rules = [dict(re.findall(r"(?<![\w-])(color|background): var\(--([\w-]+)\)", rule)) for rule in sheets.split("}")]
    pairs = {(rule["color"], rule["background"]) for rule in rules if len(rule) == 2}

    assert len(pairs) > 15
    assert pairs <= WRITTEN


@given(COLOURS)
def test_a_colour_survives_the_way_through_oklch(colour: str) -> None:
    assert parse(colour).hex == colour


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
