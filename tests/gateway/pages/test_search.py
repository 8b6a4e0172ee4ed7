"""What the search page says of the words that it was given."""

from tests.gateway.judge import JudgingClient
from tests.gateway.pages.town_hall import catalogue
from tests.gateway.stubs import StubServices


def test_a_word_that_was_read_otherwise_is_told(visitor: JudgingClient, services: StubServices) -> None:
    services["procedures.catalogue"] = lambda _, actor: catalogue({"q": "acte"}, actor) | {"suggestion": "acte"}

    found = visitor.page("/demarches?q=actte").select_one("section[aria-labelledby=t-found]")

    assert found.select_one("ul.rows li") is not None
    assert "votre recherche est lue «\u00a0acte\u00a0»" in found.get_text()


def test_words_that_were_found_as_they_are_call_for_no_remark(visitor: JudgingClient) -> None:
    assert "est lue" not in visitor.page("/demarches?q=acte").get_text()
