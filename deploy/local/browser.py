"""A headless Chromium for the browser tests: the machine's, or Debian's unpacked beside our other programs.

Whichever it is, it sees only fonts that are brought with it: a page has the same measures on every machine.
"""

import os
import platform
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from deploy.command.console import Console
from deploy.local.packages import Packages

ON_THE_MACHINE = ("chromium-headless-shell", "chromium", "google-chrome")
PLACES = ("usr/lib/chromium/chromium-headless-shell", "usr/bin/chromium-headless-shell")


@dataclass(frozen=True)
class Fonts:
    """The only fonts that a browser sees: a folder of the group `fonts`, and its family for each of CSS's generic names."""

    folder: str
    sans: str
    serif: str
    mono: str


USUAL = Fonts("liberation", "Liberation Sans", "Liberation Serif", "Liberation Mono")
WIDE = Fonts("dejavu", "DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")
"""Letters a tenth wider: what a Linux desk without other fonts shows."""


@dataclass(frozen=True)
class Browser:
    """The program and what its environment needs besides. It runs as root only without its own sandbox; without a graphics
    processor to imitate, a page that is judged takes a quarter less of the machine's."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        return ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def find_browser(packages: Packages, console: Console, fonts: Fonts = USUAL) -> Browser:
    """The machine's browser, else one that is brought first; with these fonts and no other."""
    environment = {"FONTCONFIG_FILE": str(_written_here(packages.unpacked("fonts", console), fonts))}
    for name in ON_THE_MACHINE:
        found = shutil.which(name)
        if found:
            return Browser(Path(found), environment)
    unpacked = packages.unpacked("browser", console, with_dependencies=True)
    libraries = unpacked / "usr/lib" / f"{platform.machine()}-linux-gnu"
    # What /usr/bin holds is, in some versions, a script that looks for the program in the machine's own /usr/lib.
    program = next(unpacked / place for place in PLACES if (unpacked / place).exists())
    return Browser(program, environment | {"LD_LIBRARY_PATH": f"{libraries}:{libraries / 'pulseaudio'}"})


def _written_here(unpacked: Path, fonts: Fonts) -> Path:
    """The fonts' file for the folder as it is called now: a project that was moved finds its fonts again."""
    file, wanted = unpacked / f"{fonts.folder}.conf", _font_configuration(unpacked.resolve(), fonts)
    if not file.exists() or file.read_text(encoding="utf-8") != wanted:
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_text(wanted, encoding="utf-8")
        fresh.replace(file)  # several workers of one run come here at once
    return file


def _font_configuration(unpacked: Path, fonts: Fonts) -> str:
    """fontconfig with one folder and a cache of our own, and nothing of the machine's."""
    generic = {"sans-serif": fonts.sans, "system-ui": fonts.sans, "serif": fonts.serif, "monospace": fonts.mono}
    aliases = "\n".join(
        f"  <alias><family>{name}</family><prefer><family>{family}</family></prefer></alias>"
        for name, family in generic.items()
    )
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{unpacked}/usr/share/fonts/truetype/{fonts.folder}</dir>
  <cachedir>{unpacked}/cache-{fonts.folder}</cachedir>
{aliases}
</fontconfig>
"""
