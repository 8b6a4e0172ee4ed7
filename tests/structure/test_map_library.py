"""The map library is the one that its page of origin says, comes with its licence, and is fetched with the map only."""

import gzip
import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "gateway" / "pages" / "static"
LEAFLET = STATIC / "leaflet"
MOST_BYTES = 50_000


def test_each_file_of_the_library_has_its_recorded_digest() -> None:
    digests = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", (LEAFLET / "ORIGIN.txt").read_text("utf-8"), re.MULTILINE))
    there = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in LEAFLET.glob("leaflet.*")}

    assert len(there) == 2
    assert there == digests


def test_the_library_comes_with_its_licence() -> None:
    licence = (LEAFLET / "LICENSE.txt").read_text("utf-8")

    assert "BSD 2-Clause License" in licence
    assert "Redistribution and use in source and binary forms" in licence


def test_the_library_is_light() -> None:
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in LEAFLET.glob("leaflet.*")) <= MOST_BYTES


def test_pages_fetch_the_library_by_the_script_of_the_map_alone() -> None:
    templates = (STATIC.parent / "templates").rglob("*.html")
    named = {path.name for path in templates if "leaflet" in path.read_text("utf-8")}

    assert named == {"map.html"}
    assert not re.search(
        r"""<(script|link)[^>]*leaflet""", (STATIC.parent / "templates/components/map.html").read_text()
    )
