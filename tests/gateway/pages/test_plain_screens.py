"""What citizens read on a screen is plain: no sentence is long, none speaks as an office does, but what the law fixes."""

import pytest
from bs4 import BeautifulSoup, Tag

from tests.gateway.pages.test_every_page import FOLLOWED, PROCEDURES
from tests.support.addresses import PUBLIC
from tests.support.filing import begin
from tests.support.judge import Client
from tests.support.own_space import member_id
from tests.support.plain_words import MOST_SIMPLE_WORDS, heavy, words

BLOCKS = (
    *("p", "li", "dt", "dd", "td", "th", "caption", "label", "legend", "summary", "button", "div", "span"),
    *("h1", "h2", "h3", "h4"),
)
BY_LAW = ".law, .law *, #donnees, #donnees *, textarea, option"
"""How a refusal is contested, folded; the information at the moment of collection; what somebody typed."""
LINE = "\v"
LEGAL = {"/mentions-legales", "/donnees-personnelles", "/accessibilite"}
SPACE = ("/mon-accueil", "/mes-demandes", "/mes-pieces", "/mon-espace", "/mon-espace/fermeture", "/mon-espace/famille")


def said(page: BeautifulSoup) -> str:
    """A line for each part of the page that holds words of its own."""
    fixed = {id(tag) for tag in page.select(BY_LAW)}
    lines = []
    for tag in page.select("main")[0].find_all(BLOCKS):
        inline = tag.name == "span" and isinstance(tag.parent, Tag) and tag.parent.name in BLOCKS
        if id(tag) not in fixed and not inline and not tag.find([one for one in BLOCKS if one != "span"]):
            lines += [" ".join(part.split()) for part in text(tag).split(LINE)]
    return "\n".join(lines)


def text(tag: Tag) -> str:
    """As it is read: a line ends where the page ends it."""
    parts = (LINE if isinstance(one, Tag) and one.name == "br" else one for one in tag.descendants)
    return "".join(str(one) for one in parts if not isinstance(one, Tag))


@pytest.mark.parametrize("address", [one for one in PUBLIC if one not in LEGAL])
def test_a_public_page_speaks_plainly(visitor: Client, address: str) -> None:
    assert heavy(said(visitor.page(address))) == []


@pytest.mark.parametrize("address", FOLLOWED)
def test_a_page_of_a_request_speaks_plainly(follower: Client, address: str) -> None:
    assert heavy(said(follower.page(address))) == []


@pytest.mark.parametrize("address", SPACE)
def test_a_page_of_the_space_speaks_plainly(citizen: Client, address: str) -> None:
    assert heavy(said(citizen.page(address))) == []


@pytest.mark.parametrize("slug", PROCEDURES)
def test_each_step_of_a_procedure_speaks_plainly(citizen: Client, slug: str) -> None:
    here = f"/demarches/{slug}"
    found = heavy(said(citizen.page(here)))
    begin(citizen, here, member=member_id("sacha"), action="recommencer")
    for step in ("rendez-vous", "informations", "demande", "recapitulatif"):
        answer = citizen.get(f"{here}/etape/{step}")
        if answer.status_code == 200:
            found += heavy(said(citizen.page(f"{here}/etape/{step}")))

    assert found == []


def test_the_simple_version_says_one_short_thing_a_line(visitor: Client) -> None:
    visitor.set_cookie("parvis-simple", "1")
    begin(visitor, "/demarches/rdv-conseil-urbanisme")
    begin(visitor)
    pages = (
        "/",
        "/creer-mon-espace",
        "/demarches/rdv-conseil-urbanisme",
        "/demarches/rdv-conseil-urbanisme/etape/rendez-vous",
        "/demarches/signalement-voirie",
        "/demarches/signalement-voirie/etape/demande",
    )

    for address in pages:
        lines = [one.get_text() for one in visitor.page(address).select("main .said p")]
        assert lines, address
        assert all(words(line) <= MOST_SIMPLE_WORDS for line in lines), lines
