"""The typeface is the one that its page of origin says, comes with its licence, and weighs what a page may spend on it."""

import hashlib
import re
from pathlib import Path

FONTS = Path(__file__).parents[2] / "gateway" / "pages" / "static" / "fonts"
MOST_BYTES = 80_000


def test_each_file_of_the_typeface_has_its_recorded_digest() -> None:
    digests = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", (FONTS / "ORIGIN.txt").read_text("utf-8"), re.MULTILINE))
    there = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in FONTS.glob("*.woff2")}

    assert there
    assert there == digests


def test_the_typeface_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "LICENCE.txt").read_text("utf-8")


def test_the_typeface_is_light() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) <= MOST_BYTES
