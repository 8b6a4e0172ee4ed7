"""The town's theme: refused when it cannot be read, completed with what pages need besides; pure.

The town chooses fifteen colours for a white ground. Hover, hairlines, soft grounds and the whole dark scheme are derived
from them, so that no town can publish a page whose words are too pale.
"""

import math
from collections.abc import Mapping

from services.procedures.town.colours import Colour, contrast, mix, parse
from services.townhall.sentences import number

READABLE = 4.5
"""WCAG 1.4.3: text on its ground."""
VISIBLE = 3.0
"""WCAG 1.4.11: focus rings and borders of fields."""

MEANINGS = ("success", "warning", "danger")
ON_TINT = ("text", "text_muted", "link", "primary")
"""What is written on the soft ground of the primary colour."""
IN_A_NOTICE = (*ON_TINT, "danger")
"""What is written on that of a meaning besides the colour itself: a form that stands there may have errors."""

PAIRS = (
    ("on_primary", "primary", READABLE),
    ("on_accent", "accent", READABLE),
    ("on_badge", "badge", READABLE),
    *(
        (ink, ground, READABLE)
        for ink in ("text", "text_muted", "link", "primary", "accent", *MEANINGS)
        for ground in ("surface", "surface_alt")
    ),
    ("focus", "surface", VISIBLE),
    ("focus", "surface_alt", VISIBLE),
)
"""Colours that meet on a page: ink, ground, least contrast."""

KEPT_CHROMA = 0.025
"""How much colour a soft ground keeps at least, wherever the words written on it leave room: below, green, amber, red and blue
all look like one dirty grey."""
OF_TINT, OF_MEANING = (0.945, 0.026), (0.935, 0.05)
"""Lightness and chroma that are aimed at: of the primary colour's soft ground, and of that of a colour with a meaning."""
LIGHTER = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04)
"""By how much a soft ground of a light scheme may be fainter than aimed at, where the words on it need that."""
BLUE = Colour(lightness=0.45, chroma=0.11, hue=math.radians(245))
"""Information, where the primary colour is no blue and would be read as a success or a danger."""
ROUNDED = 0.002
"""What eight bits a channel take from a chroma."""
BLUES = (200, 285)
"""Hues that are read as blue, in degrees."""

NIGHT = {"surface": (0.205, 0.016), "soft": (0.242, 0.02), "raised": (0.225, 0.018), "tint": (0.285, 0.035)}
"""Lightness and chroma of the dark grounds, in the hue of the primary colour."""

Colours = Mapping[str, str]


def unreadable(theme: Colours) -> dict[str, str]:
    """What is wrong with each colour of a theme, in French; empty when every pair can be read."""
    wrong: dict[str, str] = {}
    for ink, ground, least in PAIRS:
        reached = contrast(theme[ink], theme[ground])
        if reached < least and ink not in wrong:
            wrong[ink] = (
                f"Le contraste de « {ink} » sur « {ground} » est de {_french(reached)}:1 ; "
                f"il faut au moins {_french(least)}:1."
            )
    return wrong


def derive(theme: Colours) -> dict[str, dict[str, str]]:
    """The tokens of the pages for a readable theme: `light` and `dark`, each from token name to `#rrggbb`."""
    return {"light": _light(theme), "dark": _dark(theme)}


def _light(theme: Colours) -> dict[str, str]:
    primary, surface, text = theme["primary"], theme["surface"], theme["text"]
    chosen = {**theme, "info": _info(theme)}
    tint = _soft(chosen, "primary", ON_TINT, OF_TINT)
    softs = {f"{name}_soft": _soft(chosen, name, (*IN_A_NOTICE, name), OF_MEANING) for name in ("info", *MEANINGS)}
    grounds = (surface, theme["surface_alt"], tint, *softs.values())
    return _named(
        {
            **{name: colour.lower() for name, colour in chosen.items()},
            "deep": _deep(primary, theme["on_primary"], grounds),
            "tint": tint,
            "raised": surface.lower(),
            "line": mix(text, surface, 0.17),
            "edge": _edge(text, grounds),
            **softs,
            "bar": primary.lower(),
            "on_bar": theme["on_primary"].lower(),
        }
    )


def _dark(theme: Colours) -> dict[str, str]:
    hue, chosen = parse(theme["primary"]), {**theme, "info": _info(theme)}
    grounds = {name: hue.lit(lightness, chroma).hex for name, (lightness, chroma) in NIGHT.items()}
    softs = {f"{name}_soft": parse(chosen[name]).lit(0.29, 0.065).hex for name in ("info", *MEANINGS)}
    behind = (*grounds.values(), *softs.values())
    text = hue.lit(0.94, 0.008).hex
    inks = {name: _ink(theme[name], behind, 0.1) for name in ("primary", "accent", "link", "focus", "badge")}
    inks |= {name: _ink(chosen[name], behind, 0.14) for name in ("info", *MEANINGS)}
    return _named(
        {
            **inks,
            "on_primary": _written_on(inks["primary"]),
            "on_accent": _written_on(inks["accent"]),
            "on_badge": _written_on(inks["badge"]),
            "deep": parse(inks["primary"]).lit(0.88).hex,
            "surface": grounds["surface"],
            "surface_alt": grounds["soft"],
            "tint": grounds["tint"],
            "raised": grounds["raised"],
            "text": text,
            "text_muted": hue.lit(0.78, 0.02).hex,
            "line": mix(text, grounds["surface"], 0.17),
            "edge": _edge(text, behind),
            **softs,
            "bar": grounds["tint"],
            "on_bar": text,
        }
    )


def _info(theme: Colours) -> str:
    """The colour of information: the primary one where it is a blue, else a blue that is read on both grounds."""
    primary = parse(theme["primary"])
    least, most = BLUES
    if primary.chroma >= KEPT_CHROMA and least <= math.degrees(primary.hue) % 360 <= most:
        return theme["primary"]
    for percent in range(45, 10, -1):
        info = BLUE.lit(percent / 100).hex
        if all(contrast(info, theme[ground]) >= READABLE for ground in ("surface", "surface_alt")):
            return info
    return theme["text"]


def _soft(theme: Colours, colour: str, inks: tuple[str, ...], aim: tuple[float, float]) -> str:
    """A soft ground in the hue of that colour, which keeps its chroma (KEPT_CHROMA; a grey stays grey): the strongest that the
    words written on it and the focus around them allow, in a theme at the limit a fainter one, then the surface itself."""
    known, faint = parse(theme[colour]), ""
    kept, (strongest, chroma) = min(known.chroma, KEPT_CHROMA), aim
    for lighter in LIGHTER:
        soft = known.lit(strongest + lighter, chroma).hex
        if contrast(theme["focus"], soft) < VISIBLE or any(contrast(theme[ink], soft) < READABLE for ink in inks):
            continue
        if parse(soft).chroma > kept - ROUNDED:
            return soft
        faint = faint or soft
    return faint or theme["surface"].lower()


def _deep(primary: str, on_primary: str, grounds: tuple[str, ...]) -> str:
    """The primary colour under the pointer: further from what is written on it, as far as each ground still shows it."""
    known = parse(primary)
    away = 1 if parse(on_primary).lightness < known.lightness else -1
    for step in (0.09, 0.06, 0.03):
        deep = known.lit(known.lightness + away * step).hex
        if all(contrast(deep, other) >= READABLE for other in (on_primary, *grounds)):
            return deep
    return primary.lower()


def _edge(text: str, grounds: tuple[str, ...]) -> str:
    """The palest border that still shows on each ground."""
    for percent in range(30, 100, 2):
        edge = mix(text, grounds[0], percent / 100)
        if all(contrast(edge, ground) >= VISIBLE for ground in grounds):
            return edge
    return text.lower()


def _ink(colour: str, grounds: tuple[str, ...], chroma: float) -> str:
    """That hue with that much chroma at most, light enough to be read on each of the dark grounds."""
    for percent in range(79, 98):
        ink = parse(colour).lit(percent / 100, chroma).hex
        if all(contrast(ink, ground) >= READABLE for ground in grounds):
            return ink
    return "#ffffff"


def _written_on(ground: str) -> str:
    return parse(ground).lit(0.22, 0.04).hex


def _named(colours: Colours) -> dict[str, str]:
    """Names as the style sheet has them: `surface_alt` is `soft`, `text_muted` is `muted`."""
    aliases = {"surface_alt": "soft", "text_muted": "muted"}
    return {aliases.get(name, name).replace("_", "-"): colour for name, colour in colours.items()}


def _french(ratio: float) -> str:
    # Rounded down: a pair that is refused must not be shown as reaching the bar.
    return number(f"{int(ratio * 100) / 100:g}")
