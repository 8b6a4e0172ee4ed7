"""A version of a definition is written once: what processes have read of it they keep for as long as they live."""

from services.requests.definitions.rows import Definitions, keep_procedure, withdraw_procedure
from tests.integration.requests.conftest import Desk
from tests.support import published

SLUG = "ecrite-une-fois"


def test_no_second_text_of_a_version_takes_the_place_of_the_first(desk: Desk) -> None:
    for title in ("Premier", "Second"):
        text = {**published.definition("acte-deces"), "slug": SLUG, "title": title}
        desk.run(keep_procedure, SLUG, 1, text)

    with desk.store.read() as conn:
        of_a_process_that_has_read_nothing = Definitions().procedure(conn, SLUG, 1)
    assert of_a_process_that_has_read_nothing.title == "Premier"
    desk.run(withdraw_procedure, SLUG, 1)  # for the tests that list what is offered
