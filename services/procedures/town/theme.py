"""The town's theme: refused when it cannot be read, completed with what pages need besides; pure.

The town chooses fifteen colours for a white ground. Hover, hairlines, soft grounds and the whole dark scheme are derived
from them, so that no town can publish a page whose words are too pale.
"""

from collections.abc import Mapping

from services.procedures.town.colours import contrast, mix, parse
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
    tint = _soft(theme, "primary", ON_TINT)
    softs = {f"{name}_soft": _soft(theme, name, (*IN_A_NOTICE, name)) for name in MEANINGS}
    grounds = (surface, theme["surface_alt"], tint, *softs.values())
    return _named(
        {
            **{name: colour.lower() for name, colour in theme.items()},
            "deep": _deep(primary, theme["on_primary"], grounds),
            "tint": tint,
            "raised": surface.lower(),
            "line": mix(text, surface, 0.17),
            "edge": _edge(text, grounds),
            "info": primary.lower(),
            "info_soft": tint,
            **softs,
            "bar": primary.lower(),
            "on_bar": theme["on_primary"].lower(),
        }
    )


def _dark(theme: Colours) -> dict[str, str]:
    hue = parse(theme["primary"])
    grounds = {name: hue.lit(lightness, chroma).hex for name, (lightness, chroma) in NIGHT.items()}
    softs = {f"{name}_soft": parse(theme[name]).lit(0.28, 0.05).hex for name in MEANINGS}
    behind = (*grounds.values(), *softs.values())
    text = hue.lit(0.94, 0.008).hex
    inks = {name: _ink(theme[name], behind) for name in ("primary", "accent", "link", "focus", "badge", *MEANINGS)}
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
            "info": inks["primary"],
            "info_soft": grounds["tint"],
            **softs,
            "bar": grounds["tint"],
            "on_bar": text,
        }
    )


def _soft(theme: Colours, colour: str, inks: tuple[str, ...]) -> str:
    """A soft ground of that colour: as strong as the words written on it and the focus around them allow, 12 % at most."""
    for share in (0.12, 0.1, 0.08, 0.06, 0.04, 0.02):
        soft = mix(theme[colour], theme["surface"], share)
        if contrast(theme["focus"], soft) >= VISIBLE and all(contrast(theme[ink], soft) >= READABLE for ink in inks):
            return soft
    return theme["surface"].lower()


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


def _ink(colour: str, grounds: tuple[str, ...]) -> str:
    """That hue, light enough to be read on each of the dark grounds."""
    for percent in range(79, 98):
        ink = parse(colour).lit(percent / 100, 0.1).hex
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
