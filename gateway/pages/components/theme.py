"""`/theme.css`: the town's colours as custom properties, by day and by night, as the import checked and derived them; pure."""

import hashlib
import re
from collections.abc import Mapping

from services.procedures.schemas.definitions.towns import Theme

Shades = Mapping[str, str]

NAME = re.compile(r"[a-z][a-z-]*")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def style_sheet(theme: Theme) -> str:
    """Light, then dark where the system asks for it."""
    light, dark = _declarations(theme.light), _declarations(theme.dark)
    return (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{\n  :root {{ {dark} }}\n}}\n"
    )


def fingerprint(theme: Theme) -> str:
    """Changes with the colours: part of the address, so that browsers keep the sheet for ever."""
    return hashlib.sha256(style_sheet(theme).encode()).hexdigest()[:12]


def _declarations(shades: Shades) -> str:
    """Only names and colours pass: what comes from data never becomes a rule."""
    return " ".join(
        f"--{name}: {value};" for name, value in shades.items() if NAME.fullmatch(name) and COLOUR.fullmatch(value)
    )
