"""Points are found by keyed squares: all that is within 200 m, and without the key nothing of where."""

import math

from hypothesis import given, strategies as st

from services.requests import blind_index
from services.requests.worklist.views import NEARBY_METRES
from services.townhall import positions

KEY = b"k" * 32
LATITUDES, LONGITUDES = st.floats(-22.0, 51.1), st.floats(-63.0, 56.0)


@given(lat=LATITUDES, lon=LONGITUDES, turn=st.floats(0, 2 * math.pi))
def test_a_point_within_reach_lies_in_one_of_nine_squares(lat: float, lon: float, turn: float) -> None:
    degree = positions.METRES_OF_A_DEGREE
    north = lat + NEARBY_METRES * math.cos(turn) / degree
    east = lon + NEARBY_METRES * math.sin(turn) / degree / math.cos(math.radians(lat))

    assert blind_index.cell(KEY, north, east) in blind_index.cells_around(KEY, lat, lon)


def test_points_of_one_square_have_one_hash_and_far_ones_another() -> None:
    here = blind_index.cell(KEY, 48.713, -0.141)

    assert blind_index.cell(KEY, 48.71305, -0.14101) == here
    assert blind_index.cell(KEY, 48.723, -0.141) not in blind_index.cells_around(KEY, 48.713, -0.141)
    assert len(set(blind_index.cells_around(KEY, 48.713, -0.141))) == 9


def test_another_key_has_other_hashes_that_say_nothing_of_the_square() -> None:
    cell = blind_index.cell(KEY, 48.713, -0.141)

    assert len(cell) == blind_index.HASH_BYTES
    assert cell != blind_index.cell(b"l" * 32, 48.713, -0.141)
