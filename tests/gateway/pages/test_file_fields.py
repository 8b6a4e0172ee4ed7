"""Where people choose a file."""

import pytest

from tests.support.demo_town import NUMBER
from tests.support.filing import ROAD, begin
from tests.support.judge import Client


@pytest.mark.parametrize("address", [f"{ROAD}/etape/demande", f"/demande/{NUMBER}?onglet=pieces"])
def test_a_telephone_offers_its_camera_and_its_gallery(follower: Client, address: str) -> None:
    begin(follower)

    field = follower.page(address).select_one("input[type=file]")

    # A telephone's chooser reads media types; `capture` would leave the camera alone.
    assert {".jpg", ".jpeg", "image/jpeg", "image/png"} <= set(field["accept"].split(","))
    assert not field.has_attr("capture")
