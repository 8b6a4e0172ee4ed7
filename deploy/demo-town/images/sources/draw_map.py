"""Draws the map of the demonstration's town into `map.mbtiles`, beside `town.yaml`, whose `town.map` has its edges and known places.

    .venv/bin/python deploy/demo-town/images/sources/draw_map.py

The town is invented, and lies where its coordinates are fields. In metres, to the east and to the north of its town hall.
"""

import io
import itertools
import math
import random
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw, ImageFont

TOWN = Path(__file__).parents[2]
FONT = TOWN.parents[1] / "gateway/pages/static/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"
SEMIBOLD = 600
ZOOMS = range(13, 18)
TILE = 256
FINER = 2
"""Each point is drawn of four, for smooth edges."""
COLOURS = 64
METRES_OF_A_DEGREE = 111_320
SCHEMA = """
CREATE TABLE metadata (name text, value text);
CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob,
    PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;
"""
METADATA = {
    "name": "Saint-Aubin-sur-Orne",
    "format": "png",
    "type": "baselayer",
    "version": "1",
    "attribution": "Plan dessiné pour la démonstration : une commune inventée.",
}

Place = tuple[float, float]

NEAR = 1000
"""Metres from the town hall at which a stretch of street begins that bears its name."""
WIDTH_OF_A_LETTER = 0.5
"""Of its height."""

GROUND, MEADOW, WOOD, BUILT = "#edf0e2", "#dfe8cb", "#c6dab4", "#f4ede4"
WATER, BANK, ROAD, EDGE, PATH = "#a5cbe4", "#7fb0d0", "#ffffff", "#b7ac9d", "#cbb894"
HOUSE, HALL, SQUARE, WORDS, HALO = "#d8c9b8", "#a9806a", "#f7e6c4", "#1c2430", "#ffffff"

RIVER = [(-1500, -430), (-900, -300), (-450, -330), (-100, -210), (250, -190), (600, -60), (950, 60), (1500, 30)]
WOODS = [
    [(-1500, 1500), (-1500, 620), (-1050, 700), (-760, 980), (-820, 1500)],
    [(720, -1500), (820, -980), (1180, -760), (1500, -820), (1500, -1500)],
    [(-420, -1500), (-330, -1080), (-60, -1020), (120, -1500)],
]
MEADOWS = [
    [(-1500, -460), (-900, -340), (-520, -380), (-640, -760), (-1500, -900)],
    [(960, 110), (1500, 80), (1500, 520), (1080, 480)],
    [(-1300, 520), (-760, 420), (-700, 120), (-1400, 60)],
]
BUILT_UP = [(-640, 540), (-120, 640), (700, 800), (1000, 640), (860, 180), (300, -90), (-460, -220), (-700, 60)]
WORKS = [(330, -480), (980, -330), (1040, -620), (420, -740)]
STREETS: list[tuple[str, float, list[Place]]] = [
    ("Route de la Ferté", 9, [(-60, 420), (-160, 800), (-250, 1500)]),
    ("Avenue de la Gare", 9, [(-60, 420), (320, 590), (650, 700), (1500, 760)]),
    ("Rue du Pont-Neuf", 9, [(-60, 420), (-66, 60), (-40, -60), (-25, -190), (10, -420), (30, -700), (60, -1500)]),
    ("Rue des Écoles", 7, [(-60, 420), (-520, 480), (-900, 330), (-1500, 300)]),
    ("Quai de l’Orne", 7, [(-1000, -235), (-450, -262), (-100, -140), (250, -120), (600, 10), (860, 120)]),
    ("Rue du Beffroi", 6, [(-60, 20), (-240, 40), (-440, 90)]),
    ("Rue des Filatures", 6, [(-440, 90), (-480, 280), (-520, 480)]),
    ("Rue des Lavandières", 6, [(60, 20), (300, 90), (560, 170), (780, 330)]),
    ("Rue du Lavoir", 6, [(210, 64), (240, -40), (256, -118)]),
    ("Allée du Moulin", 5, [(560, 170), (600, 60), (596, 8)]),
    ("Rue des Jardins", 6, [(-66, 240), (180, 290), (420, 330), (780, 330)]),
    ("Rue de la Filanderie", 6, [(420, 330), (360, 604)]),
    ("Rue des Peupliers", 6, [(180, 290), (160, 518)]),
    ("Chemin des Ateliers", 6, [(22, -560), (420, -600), (760, -540), (960, -430)]),
    ("Chemin du Bac", 5, [(10, -420), (-420, -470), (-900, -560), (-1500, -640)]),
    ("Rue du Coteau", 5, [(-480, 280), (-700, 240), (-760, 420)]),
]
PATHS = [[(860, 120), (1100, 200), (1500, 180)], [(-900, 330), (-980, 700)], [(60, -1040), (-330, -1080)]]
SQUARES = [[(-60, -30), (60, -34), (62, 46), (-62, 50)]]
HALLS = [
    (0, 16, 44, 20),
    (300, 116, 46, 22),
    (620, 60, 34, 26),
    (-200, 62, 22, 22),
    (650, 730, 90, 18),
    (700, -500, 90, 40),
]
NAMED = [("L’Orne", (-250, -268)), ("L’Orne", (760, 0)), ("Bois du Coteau", (-1060, 900))]
"""Beside the known places of `town.yaml`."""
NAMES_FROM = 15
"""The zoom at which the page opens the map."""
BESIDE = 26
"""Metres from a known place to its name, below it."""


def main() -> None:
    town = yaml.safe_load((TOWN / "town.yaml").read_text("utf-8"))["town"]["map"]
    hall = next(one for one in town["landmarks"] if one["name"] == "Hôtel de ville")
    file = TOWN / "map.mbtiles"
    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as base:
        base.execute("PRAGMA page_size = 1024")
        base.executescript(SCHEMA)
        bounds = ",".join(str(town[edge]) for edge in ("west", "south", "east", "north"))
        base.executemany("INSERT INTO metadata VALUES (?,?)", [*METADATA.items(), ("bounds", bounds)])
        for zoom in ZOOMS:
            sheet = Sheet(town, (hall["lat"], hall["lon"]), zoom)
            sheet.draw()
            base.executemany("INSERT INTO tiles VALUES (?,?,?,?)", sheet.tiles())
    with sqlite3.connect(file, isolation_level=None) as base:
        base.execute("VACUUM")


class Sheet:
    """The town at one zoom, over whole tiles."""

    def __init__(self, town: dict[str, Any], hall: Place, zoom: int) -> None:
        self.hall, self.zoom = hall, zoom
        self.landmarks = [(self._from_hall(one["lat"], one["lon"]), one["name"]) for one in town["landmarks"]]
        self.written: list[tuple[float, float, float, float]] = []
        (left, top), (right, bottom) = (
            self._on_web(town["north"], town["west"]),
            self._on_web(town["south"], town["east"]),
        )
        self.first = (int(left // TILE), int(top // TILE))
        self.across = (int(right // TILE) - self.first[0] + 1, int(bottom // TILE) - self.first[1] + 1)
        size = (self.across[0] * TILE * FINER, self.across[1] * TILE * FINER)
        self.image = Image.new("RGB", size, GROUND)
        self.brush = ImageDraw.Draw(self.image)
        self.metre = FINER * TILE * 2**zoom / (360 * METRES_OF_A_DEGREE * math.cos(math.radians(hall[0])))

    def _on_web(self, lat: float, lon: float) -> Place:
        across = TILE * 2**self.zoom
        north = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
        return (lon + 180) / 360 * across, (1 - north / math.pi) / 2 * across

    def _from_hall(self, lat: float, lon: float) -> Place:
        east = (lon - self.hall[1]) * METRES_OF_A_DEGREE * math.cos(math.radians(self.hall[0]))
        return east, (lat - self.hall[0]) * METRES_OF_A_DEGREE

    def at(self, place: Place) -> Place:
        lat = self.hall[0] + place[1] / METRES_OF_A_DEGREE
        lon = self.hall[1] + place[0] / METRES_OF_A_DEGREE / math.cos(math.radians(self.hall[0]))
        x, y = self._on_web(lat, lon)
        return (x - self.first[0] * TILE) * FINER, (y - self.first[1] * TILE) * FINER

    def draw(self) -> None:
        for colour, shapes in ((MEADOW, MEADOWS), (WOOD, WOODS), (BUILT, [BUILT_UP, WORKS])):
            for shape in shapes:
                self.brush.polygon([self.at(one) for one in shape], fill=colour)
        self._line(RIVER, 52, BANK)
        self._line(RIVER, 46, WATER)
        for path in PATHS:
            self._line(path, 3, PATH)
        if self.zoom >= 15:
            self._houses()
        for _, wide, street in STREETS:
            self._line(street, wide + 3, EDGE, least=3)
        for _, wide, street in STREETS:
            self._line(street, wide, ROAD, least=2)
        self._known()

    def _known(self) -> None:
        """Squares, halls and names, above the streets."""
        for shape in SQUARES:
            self.brush.polygon([self.at(one) for one in shape], fill=SQUARE, outline=EDGE)
        for east, north, wide, deep in HALLS:
            self._box((east, north), wide, deep, 0, HALL)
        if self.zoom < NAMES_FROM:
            self._word("Saint-Aubin-sur-Orne", (0, 150), 16)
            return
        for name, place in NAMED:
            self._word(name, place, 15)
        for place, name in self.landmarks:
            self._word(name, (place[0], place[1] - BESIDE), 15)
        for name, _, street in STREETS:
            self._along(name, street)

    def _line(self, places: Iterable[Place], wide: float, colour: str, *, least: float = 1) -> None:
        points = [self.at(one) for one in places]
        width = max(round(wide * self.metre), round(least * FINER / 2))
        self.brush.line(points, fill=colour, width=width, joint="curve")
        for x, y in points:
            self.brush.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)

    def _houses(self) -> None:
        chance = random.Random(61999)  # noqa: S311 the same houses each time
        for _, wide, street in STREETS:
            for (x, y), (u, v) in itertools.pairwise(street):
                long, turn = math.dist((x, y), (u, v)), math.atan2(v - y, u - x)
                for step in range(14, int(long) - 8, 17):
                    for side in (-1, 1):
                        gap, deep, away = chance.random(), chance.uniform(8, 13), chance.uniform(2, 7)
                        place = wide / 2 + away + deep / 2
                        east = x + math.cos(turn) * step - math.sin(turn) * place * side
                        north = y + math.sin(turn) * step + math.cos(turn) * place * side
                        if gap < (0.85 if math.hypot(east, north) < 650 else 0.3):
                            self._box((east, north), chance.uniform(9, 14), deep, turn, HOUSE)

    def _box(self, middle: Place, wide: float, deep: float, turn: float, colour: str) -> None:
        corners = []
        for x, y in ((-wide, -deep), (wide, -deep), (wide, deep), (-wide, deep)):
            east = middle[0] + (x * math.cos(turn) - y * math.sin(turn)) / 2
            north = middle[1] + (x * math.sin(turn) + y * math.cos(turn)) / 2
            corners.append(self.at((east, north)))
        self.brush.polygon(corners, fill=colour)

    def _word(self, words: str, place: Place, size: int, turn: float = 0) -> None:
        """The words, unless they would cover others."""
        font = ImageFont.truetype(FONT, size * FINER)
        font.set_variation_by_axes([SEMIBOLD])
        left, top, right, bottom = font.getbbox(words, stroke_width=2 * FINER)
        label = Image.new("RGBA", (int(right - left) + 8, int(bottom - top) + 8), (0, 0, 0, 0))
        brush = ImageDraw.Draw(label)
        brush.text((4 - left, 4 - top), words, font=font, fill=HALO, stroke_width=2 * FINER, stroke_fill=HALO)
        brush.text((4 - left, 4 - top), words, font=font, fill=WORDS)
        label = label.rotate(math.degrees(turn), expand=True, resample=Image.Resampling.BICUBIC)
        x, y = self.at(place)
        x, y = x - label.width / 2, y - label.height / 2
        box = (x, y, x + label.width, y + label.height)
        if any(box[0] < u and t < box[2] and box[1] < v and s < box[3] for t, s, u, v in self.written):
            return
        self.written.append(box)
        self.image.paste(label, (round(x), round(y)), label)

    def _along(self, name: str, street: list[Place]) -> None:
        """The name on the longest stretch of its street, to be read from left to right, where the stretch is as long."""
        stretches = [one for one in itertools.pairwise(street) if math.hypot(*one[0]) < NEAR]
        (x, y), (u, v) = max(stretches, key=lambda one: math.dist(*one))
        if u < x:
            x, y, u, v = u, v, x, y
        size = 13 if self.zoom == NAMES_FROM else 15
        if math.dist((x, y), (u, v)) * self.metre > len(name) * size * FINER * WIDTH_OF_A_LETTER:
            self._word(name, ((x + u) / 2, (y + v) / 2), size, math.atan2(v - y, u - x))

    def tiles(self) -> Iterable[tuple[int, int, int, bytes]]:
        small = self.image.resize((self.image.width // FINER, self.image.height // FINER), Image.Resampling.BOX)
        plain = small.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        for column in range(self.across[0]):
            for row in range(self.across[1]):
                written = io.BytesIO()
                left, top = column * TILE, row * TILE
                plain.crop((left, top, left + TILE, top + TILE)).save(written, "PNG", optimize=True)
                x, y = self.first[0] + column, self.first[1] + row
                yield self.zoom, x, 2**self.zoom - 1 - y, written.getvalue()


if __name__ == "__main__":
    main()
