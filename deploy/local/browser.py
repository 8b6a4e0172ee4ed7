"""A headless Chromium for the browser tests: the machine's, or Debian's unpacked beside our other programs."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.console import Console
from deploy.local.packages import Packages

ON_THE_MACHINE = ("chromium-headless-shell", "chromium", "google-chrome")
PLACES = ("usr/lib/chromium/chromium-headless-shell", "usr/bin/chromium-headless-shell")


@dataclass(frozen=True)
class Browser:
    """The program and what its environment needs besides; it runs as root only without its own sandbox."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        return ["--no-sandbox"] if os.geteuid() == 0 else []


def find_browser(packages: Packages, console: Console) -> Browser:
    """The machine's browser, else one that is brought first."""
    for name in ON_THE_MACHINE:
        found = shutil.which(name)
        if found:
            return Browser(Path(found))
    unpacked = packages.unpacked("browser", console, with_dependencies=True)
    libraries = unpacked / "usr/lib" / f"{platform.machine()}-linux-gnu"
    fonts = _written_here(unpacked)
    # What /usr/bin holds is, in some versions, a script that looks for the program in the machine's own /usr/lib.
    program = next(unpacked / place for place in PLACES if (unpacked / place).exists())
    return Browser(
        program,
        {
            "LD_LIBRARY_PATH": f"{libraries}:{libraries / 'pulseaudio'}",
            "FONTCONFIG_FILE": str(fonts),
        },
    )


def _written_here(unpacked: Path) -> Path:
    """The fonts' file for the folder as it is called now: a project that was moved finds its fonts again."""
    fonts, wanted = unpacked / "fonts.conf", _font_configuration(unpacked.resolve())
    if not fonts.exists() or fonts.read_text(encoding="utf-8") != wanted:
        fresh = fonts.with_suffix(f".{os.getpid()}")
        fresh.write_text(wanted, encoding="utf-8")
        fresh.replace(fonts)  # several workers of one run come here at once
    return fonts


def _font_configuration(unpacked: Path) -> str:
    """fontconfig with the unpacked fonts and a cache of our own, and nothing of the machine's."""
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{unpacked}/usr/share/fonts</dir>
  <cachedir>{unpacked}/font-cache</cachedir>
  <include ignore_missing="yes">{unpacked}/etc/fonts/conf.d</include>
</fontconfig>
"""
