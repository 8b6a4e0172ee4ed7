"""« Ma famille »: seen, added to and changed; and a member added on the way to a procedure, with nothing lost."""

from typing import Any

import pytest

from services.accounts.family.rules import MemberIsHolder, TooManyMembers
from services.accounts.schemas.refusals import MemberTwice
from services.accounts.spaces.rules import FormRefused
from services.chassis.actors import Actor
from services.requests.drafts import rules as draft
from tests.support.demo_town import procedure
from tests.support.drafts import Drafts
from tests.support.judge import Client, held_values, parsed
from tests.support.own_space import in_family, in_profile, member_id
from tests.support.stubs import Stubs

FAMILY = "/mon-espace/famille"
ADD = f"{FAMILY}/ajouter"
SCHOOL = "/demarches/inscription-scolaire"
PHONES = "/demarches/changement-telephones"
LOU = f"{FAMILY}/{member_id('lou')}"
NEW = {"slug": "new", "relation": "child", "given_names": "Ada", "birth_name": "Nouveau", "birth_date": "2020-05-04",
       "parental_authority": "joint", "contact": {}}  # fmt: skip
TYPED = {name: NEW[name] for name in ("relation", "given_names", "birth_name", "birth_date", "parental_authority")}


@pytest.fixture
def added(services: Stubs) -> list[dict[str, Any]]:
    """What the service was asked to add; an added member is in the family from then on."""
    asked: list[dict[str, Any]] = []

    def add(body: dict[str, Any], _: Actor) -> dict[str, Any]:
        asked.append(body)
        profile, family = services.answers["accounts.profile"], services.answers["accounts.list_family"]
        services["accounts.profile"] = profile | {"family_members": [*profile["family_members"], in_profile(NEW)]}
        services["accounts.list_family"] = family | {"members": [*family["members"], in_family(NEW)]}
        return in_family(NEW)

    services["accounts.add_family_member"] = add
    return asked


def no_members(services: Stubs) -> None:
    """A space without family, as somebody who has just made it has."""
    services["accounts.profile"] = services.answers["accounts.profile"] | {"family_members": []}
    services["accounts.list_family"] = {"members": [], "most": 20}


def test_a_family_is_listed_and_each_member_has_a_page(citizen: Client) -> None:
    page = citizen.page(FAMILY)

    assert [one.get_text() for one in page.select("main .row__title")] == [
        "Sacha Exemple",
        "Lou Exemple",
        "Dominique Specimen",
    ]
    words = citizen.page(LOU).select_one("main").get_text(" ", strip=True)
    assert "22\u00a0janvier\u00a02018" in words
    assert "Vous, avec l’autre parent" in words

    assert "S’il a son propre espace personnel, il le garde" in page.select_one("main aside").get_text(" ", strip=True)


def test_an_empty_family_says_what_it_is_for(citizen: Client, services: Stubs) -> None:
    no_members(services)
    page = citizen.page(FAMILY)
    assert "Votre espace ne compte encore aucun membre" in page.select_one("main .empty").get_text()
    assert page.select_one(f"main a.btn[href='{ADD}']") is not None


def test_a_full_family_offers_no_addition(citizen: Client, services: Stubs) -> None:
    services["accounts.list_family"] = services.answers["accounts.list_family"] | {"most": 3}
    page = citizen.page(FAMILY)
    assert page.select(f"main a[href='{ADD}']") == []
    assert "3 membres, le maximum" in page.select_one("main").get_text()


def test_each_member_has_a_tile_in_coordonnees_with_the_three_changes_for_them(citizen: Client) -> None:
    tiles = citizen.page("/mon-accueil").select("#coordonnees .tile a")
    assert [(str(one["href"]), one.get_text()) for one in tiles][1] == (LOU, "Lou Exemple")

    offered = [str(one["href"]) for one in citizen.page(LOU).select("main .tile a")]
    assert f"{PHONES}?membre={member_id('lou')}" in offered
    assert len(offered) == 3

    chosen = citizen.page(f"{PHONES}?membre={member_id('lou')}").select_one("input[name=member][checked]")
    assert chosen["value"] == member_id("lou")


@pytest.mark.parametrize(
    ("target", "names", "day", "granted", "said"),
    [
        ("holder", "address", "2026-12-08", True, "Votre adresse change le 8 décembre 2026."),
        ("household", "address", "2026-12-08", True, "L’adresse de tout le foyer change le 8 décembre 2026."),
        ("member", "home_phone", "2026-12-08", True, "Les téléphones de Lou Exemple changent le 8 décembre 2026."),
        ("holder", "address", "2026-12-08", False, "Votre adresse change le 8 décembre 2026, si la mairie l’accepte."),
        ("holder", "home_phone", None, False, "Vos téléphones changent dès que la mairie l’aura accepté."),
        ("holder", "email", None, False, "Votre courriel change dès que la mairie l’aura accepté."),
    ],
)
def test_a_change_to_come_is_announced_from_its_filing_on_beside_what_is_there_today(
    citizen: Client, services: Stubs, target: str, names: str, day: str | None, granted: bool, said: str
) -> None:
    member = member_id("lou") if target == "member" else None
    coming = {"target": target, "member_id": member, "names": [names], "effective_on": day, "granted": granted}
    services["accounts.profile"] = services.answers["accounts.profile"] | {"coming_updates": [coming]}

    words = " ".join(citizen.page("/mon-accueil").select_one("[aria-labelledby=t-me]").get_text().split())

    assert said in words
    assert "7 rue du Pont-Neuf" in words


def test_a_member_who_lives_elsewhere_has_an_address(citizen: Client, services: Stubs) -> None:
    assert "La vôtre" in citizen.page(LOU).select_one("main dl").get_text()
    family = services.answers["accounts.list_family"]
    away = {
        "line1": "1 place du Beffroi",
        "line2": "",
        "postcode": "61990",
        "city": "Ville-Imaginaire",
        "country": "FR",
    }
    members = [one | ({"address": away} if one["id"] == member_id("lou") else {}) for one in family["members"]]
    services["accounts.list_family"] = family | {"members": members}
    assert "1 place du Beffroi" in citizen.page(LOU).select_one("main dl").get_text()


def test_a_member_is_added(citizen: Client, added: list[dict[str, Any]]) -> None:
    sent = citizen.submit(ADD, "main form", **TYPED, email="ada@courriel.example")

    assert [{name: body[name] for name in TYPED} for body in added] == [TYPED]
    assert (added[0]["email"], added[0]["even_if_there"]) == ("ada@courriel.example", False)
    assert sent.status_code == 303
    notice = citizen.page(str(sent.location)).select_one("main .notice")
    assert "Ada Nouveau figure maintenant dans votre famille" in notice.get_text()


def test_a_parent_without_family_adds_a_child_on_the_way_and_comes_back_to_the_step(
    citizen: Client, services: Stubs, added: list[dict[str, Any]]
) -> None:
    no_members(services)
    way = str(citizen.page(SCHOOL).select_one("main .notice a.btn")["href"])
    form = citizen.page(way)
    assert "Inscrire son enfant à l’école" in form.select_one(".lead").get_text()
    assert [one["value"] for one in form.select("input[name=relation]")] == ["child", "other"]

    sent = citizen.submit(way, "main form", **TYPED)

    assert str(sent.location).startswith(f"{SCHOOL}?")
    back = citizen.page(str(sent.location))
    assert back.select_one("input[name=member][checked]")["value"] == member_id("new")
    assert "Ada Nouveau figure maintenant dans votre famille" in back.select_one("#membre").get_text()


def test_the_typed_values_of_a_draft_are_there_after_a_new_member_was_added(
    citizen: Client, services: Stubs, drafts: Drafts, added: list[dict[str, Any]]
) -> None:
    citizen.submit(SCHOOL, "main form", member=member_id("sacha"))
    citizen.submit(f"{SCHOOL}/etape/informations", "form#formulaire", given_names="Camille", birth_name="Exemple")
    services["requests.save_step"] = lambda body, actor: choose(drafts, body)
    way = str(citizen.page(SCHOOL).select_one(f"main a[href^='{ADD}']")["href"])

    sent = citizen.submit(way, "main form", **TYPED)
    resumed = citizen.submit(str(sent.location), "main form", action="reprendre")

    assert resumed.status_code == 303
    kept = drafts.kept["inscription-scolaire"].typed
    assert kept.member == in_profile(NEW)
    assert kept.applicant["given_names"] == "Camille"
    assert kept.answers["prenoms_enfant"] == "Ada"


def test_a_member_added_when_beginning_anew_leads_back_to_it(citizen: Client, added: list[dict[str, Any]]) -> None:
    citizen.submit(SCHOOL, "main form", member=member_id("sacha"))
    way = str(citizen.page(f"{SCHOOL}/recommencer").select_one(f"main a[href^='{ADD}']")["href"])

    sent = citizen.submit(way, "main form", **TYPED)

    assert str(sent.location).startswith(f"{SCHOOL}/recommencer?")
    chosen = citizen.page(str(sent.location)).select_one("input[name=member][checked]")
    assert chosen["value"] == member_id("new")


def choose(drafts: Drafts, body: dict[str, Any]) -> dict[str, Any]:
    """A save of the first step, as requests does it once accounts has said who the member is."""
    assert body["data"] == {"member": member_id("new")}
    slug, kept = next(iter(drafts.kept.items()))
    typed = draft.chosen_member(kept.typed, procedure(slug), in_profile(NEW))
    drafts.kept[slug] = draft.replace(kept, typed=typed)
    return drafts.view(slug)


def test_an_error_is_shown_at_its_field_and_typed_values_stay(citizen: Client, services: Stubs) -> None:
    sentence = "La date de naissance ne peut pas être dans l’avenir."
    services["accounts.add_family_member"] = FormRefused(fields={"birth_date": sentence})

    sent = citizen.submit(f"{ADD}?demarche=inscription-scolaire", "main form", **TYPED | {"birth_date": "2030-01-01"})

    page = parsed(sent, 422)
    assert sentence in page.select_one("#z-birth-date-erreur").get_text()
    assert page.select_one("#erreurs a[href='#z-birth-date-jour']") is not None
    kept = {name: value for name, value in TYPED.items() if name != "birth_date"} | {"demarche": "inscription-scolaire"}
    kept |= {"birth_date-jour": "1", "birth_date-mois": "1", "birth_date-annee": "2030"}
    assert held_values(page.select_one("main form")).items() >= kept.items()


@pytest.mark.parametrize("refusal", [TooManyMembers(), MemberIsHolder()])
def test_a_refusal_of_the_whole_is_said_above_the_form(citizen: Client, services: Stubs, refusal: Exception) -> None:
    services["accounts.add_family_member"] = refusal
    sent = citizen.submit(ADD, "main form", **TYPED)
    assert sent.status_code in (409, 422)
    assert str(refusal) in parsed(sent).select_one("#erreurs").get_text()


def test_the_same_member_twice_is_asked_about_and_added_when_it_is_another_person(
    citizen: Client, services: Stubs, added: list[dict[str, Any]]
) -> None:
    add = services.answers["accounts.add_family_member"]

    def asks(body: dict[str, Any], actor: Actor) -> dict[str, Any]:
        if not body["even_if_there"]:
            raise MemberTwice
        return add(body, actor)

    services["accounts.add_family_member"] = asks
    page = parsed(citizen.submit(ADD, "main form", **TYPED), 409)

    assert "Rien n’est encore enregistré" in page.select_one("main .notice").get_text()
    assert page.select_one("button[name=even_if_there]") is not None
    assert citizen.fill(page, even_if_there="1").status_code == 303
    assert [body["even_if_there"] for body in added] == [True]


def test_a_member_is_changed_with_what_is_there_today(citizen: Client, services: Stubs) -> None:
    services["accounts.change_family_member"] = in_family(NEW)

    sent = citizen.submit(f"{LOU}/modifier", "main form", usage_name="Specimen")

    [asked] = services.bodies("accounts.change_family_member")
    assert (asked["member_id"], asked["given_names"], asked["usage_name"]) == (member_id("lou"), "Lou", "Specimen")
    assert asked["parental_authority"] == "joint"
    notice = citizen.page(str(sent.location)).select_one("main .notice").get_text()
    assert "Lou Exemple\u00a0: les changements sont enregistrés" in notice


def test_removing_a_member_asks_first_and_names_the_drafts(citizen: Client, services: Stubs, drafts: Drafts) -> None:
    services["accounts.remove_family_member"] = {}
    citizen.submit(SCHOOL, "main form", member=member_id("sacha"))
    address = f"{FAMILY}/{member_id('sacha')}/retirer"

    words = citizen.page(address).select_one("main").get_text(" ", strip=True)
    assert "votre saisie en cours «\u00a0Inscrire son enfant à l’école\u00a0»" in words
    assert "ne changent pas" in words
    assert "saisie en cours" not in citizen.page(f"{LOU}/retirer").select_one("main").get_text()

    sent = citizen.submit(address, "main form")
    assert services.bodies("accounts.remove_family_member") == [{"member_id": member_id("sacha")}]
    assert "est retirée de votre espace" in citizen.page(str(sent.location)).select_one("main .notice").get_text()


@pytest.mark.parametrize("way", ["", "/modifier", "/retirer"])
@pytest.mark.parametrize("who", [member_id("new"), "lou", "%C2%A0"])
def test_an_unknown_member_is_not_found(citizen: Client, who: str, way: str) -> None:
    assert citizen.get(f"{FAMILY}/{who}{way}").status_code == 404


def test_a_draft_whose_member_was_removed_says_so_and_asks_anew(
    citizen: Client, services: Stubs, drafts: Drafts
) -> None:
    for slug in ("inscription-scolaire", "changement-telephones"):
        address = f"/demarches/{slug}"
        drafts.kept.clear()
        citizen.submit(address, "main form", member=member_id("sacha"))
        kept = drafts.kept[slug]
        drafts.kept[slug] = draft.replace(kept, typed=draft.without_member(kept.typed, procedure(slug)))

        page = citizen.page(address)
        assert draft.MEMBER_REMOVED in page.select_one("main form .notice").get_text()
        assert page.select("input[name=member][checked]") == []
        sent = citizen.submit(address, "main form", action="reprendre")
        assert sent.location == f"{address}?verifier=1#erreurs"
        asked = citizen.page(f"{address}?verifier=1")
        assert draft.MEMBER_REMOVED in asked.select_one("#erreurs").get_text()
