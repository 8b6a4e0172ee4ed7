"""`parvis map`: what an MBTiles file may be, how it is read, and what is said of one that is wrong."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deploy.command.trouble import Trouble
from deploy.operator import town_map
from services.content.schemas.town_map import LARGEST_TILE

PNG = b"\x89PNG\r\n\x1a\n"
TILE = (1, 0, 1, PNG)


def file(folder: Path, *tiles: tuple[Any, ...], **metadata: str) -> Path:
    path = folder / "plan.mbtiles"
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE metadata (name text, value text)")
        base.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        base.executemany("INSERT INTO metadata VALUES (?, ?)", [*({"format": "png"} | metadata).items()])
        base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
        base.commit()
    return path


def test_a_file_of_pictures_is_read_with_rows_counted_from_the_north(tmp_path: Path) -> None:
    found = town_map.read(file(tmp_path, TILE, (2, 3, 0, PNG), attribution="© IGN"))

    assert (found.type, found.zooms, found.tiles, found.attribution) == ("image/png", (1, 2), 2, "© IGN")
    assert [(one.zoom, one.x, one.y) for one in town_map.tiles_of(found.file)] == [(1, 0, 0), (2, 3, 3)]
    assert [len(bundle) for bundle in town_map.bundles(found.file)] == [2]


def test_the_name_of_a_map_changes_with_what_it_is_made_of(tmp_path: Path) -> None:
    names = {
        town_map.read(file(tmp_path / str(place), tile, attribution=made_by)).name
        for place, (tile, made_by) in enumerate(((TILE, ""), (TILE, "© IGN"), ((1, 0, 1, PNG + b"x"), "")))
        if (tmp_path / str(place)).mkdir() is None
    }

    assert len(names) == 3


@pytest.mark.parametrize(
    ("tiles", "metadata", "said"),
    [
        ([TILE], {"format": "pbf"}, "tuiles vectorielles"),
        ([TILE], {"format": "tiff"}, "ne dit pas le format"),
        ([], {}, "aucune tuile"),
        ([(1, 0, 1, b"<svg/>")], {}, "n’est pas une image"),
        ([(1, 0, 1, b"RIFF")], {}, "n’est pas une image du format annoncé"),
        ([(1, 0, 1, PNG + bytes(LARGEST_TILE))], {}, "trop lourde"),
        ([(1, 0, 5, PNG)], {}, "hors de la carte"),
        ([(25, 0, 0, PNG)], {}, "au-delà de 20"),
        ([(-1, 0, 0, PNG)], {}, "hors de la carte"),
        ([(1, None, 1, PNG)], {}, "sans place ou sans image"),
        ([(1, 0, 1, None)], {}, "sans place ou sans image"),
        ([(2**40, 0, 0, PNG)], {}, "hors de la carte"),
        ([TILE, TILE], {}, "La tuile 1/0/0 se trouve deux fois dans plan.mbtiles"),
        ([(1, 0, 1, PNG + bytes(2_000_000))], {}, "trop lourde"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(
    tmp_path: Path, tiles: list[tuple[Any, ...]], metadata: dict[str, str], said: str
) -> None:
    with pytest.raises(Trouble, match=said):
        town_map.read(file(tmp_path, *tiles, **metadata))


def test_a_file_of_another_kind_or_none_is_said(tmp_path: Path) -> None:
    other = tmp_path / "plan.mbtiles"
    with pytest.raises(Trouble, match="Il n’y a pas de fichier"):
        town_map.read(other)
    other.write_bytes(b"une image, pas une base")
    with pytest.raises(Trouble, match="MBTiles"):
        town_map.read(other)
    other.unlink()
    sqlite3.connect(other).close()
    other.write_bytes(b"")
    with pytest.raises(Trouble, match="MBTiles"):
        town_map.read(other)


def test_too_many_tiles_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town_map, "MOST_TILES", 1)
    with pytest.raises(Trouble, match="plus de 1 tuiles"):
        town_map.read(file(tmp_path, TILE, (1, 1, 1, PNG)))


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("SELECT 1, 0, value, zeroblob(300000000) FROM (SELECT 0 AS value UNION SELECT 1)", "trop lourde"),
        (
            "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n) SELECT 20, x, 0, x'00' FROM n",
            "plus de 60000",
        ),
        (
            "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n) SELECT 1, 0, 0, x'00' FROM n WHERE x < 0",
            "trop long à lire",
        ),
    ],
    ids=["huge values", "rows without end", "nothing without end"],
)
def test_tiles_that_are_a_view_are_read_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str, said: str
) -> None:
    monkeypatch.setattr(town_map, "READING_SECONDS", 0.3)
    found = file(tmp_path)
    with closing(sqlite3.connect(found)) as base:
        base.execute("DROP TABLE tiles")
        base.execute(f"CREATE VIEW tiles(zoom_level, tile_column, tile_row, tile_data) AS {view}")

    with pytest.raises(Trouble, match=said):
        town_map.read(found)


def test_of_what_a_file_says_of_itself_only_what_is_needed_is_read(tmp_path: Path) -> None:
    found = file(tmp_path, TILE)
    with closing(sqlite3.connect(found)) as base:
        base.execute("INSERT INTO metadata VALUES ('json', zeroblob(50000000))")
        base.commit()

    assert town_map.read(found).tiles == 1
