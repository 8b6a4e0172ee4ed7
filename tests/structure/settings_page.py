"""docs/settings.md, made of the settings' own descriptions: `python -m tests.structure.settings_page` writes it."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from services.chassis.setting_forms import Between
from services.chassis.settings import Settings

PAGE = Path(__file__).parent.parent.parent / "docs" / "settings.md"
HEAD = """\
# Settings

Every process reads the same settings from its environment, once, when it starts. `NAME_FILE` gives the path of a file
that holds the value in the place of `NAME`: use it for what is marked secret. A value that a setting may not have is refused
before anything starts, in a sentence that says what it may be. This page is made from `services/chassis/settings.py`; a test
keeps them equal. The command `./parvis` itself reads two more: `PARVIS_HOME`, the folder of its instance (`.parvis`), and
`PARVIS_PYTHON`, the Python that makes its environment (`python3`, else one of 3.13, 3.12 and 3.11).

| Setting | What it is | Default |
| --- | --- | --- |
"""


def settings_page() -> str:
    """The whole page."""
    return HEAD + "".join(_line(setting) for setting in fields(Settings))


def _line(setting: Field[Any]) -> str:
    meant = setting.metadata["help"] + _limits(setting) + (" *(secret)*" if setting.metadata["secret"] else "")
    return f"| `{setting.name.upper()}` | {meant.replace('|', chr(92) + '|')} | {_default(setting)} |\n"


def _limits(setting: Field[Any]) -> str:
    match setting.metadata["limit"]:
        case Between(lowest, highest):
            return f"; from {lowest} to {highest}"
        case _:
            return ""


def _default(setting: Field[Any]) -> str:
    match setting.default:
        case None | "" | b"":
            return "–"
        case bool():
            return f"`{int(setting.default)}`"
        case _:
            return f"`{setting.default}`"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
