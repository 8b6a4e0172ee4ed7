"""A visitor's draft goes on where the mailed link is opened, on both devices, until it is filed, erased or in an account."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Invalid
from services.chassis.event_store.transaction import Transaction
from services.requests import refusals
from services.requests.draft_links import rules as draft_link, use_cases as draft_links, views as draft_link_views
from services.requests.drafts import use_cases as drafts, views as reading
from services.requests.lifecycle import use_cases as timers
from services.requests.schemas.draft_links import MailDraftLink, OpenDraftLink, ReadDraftLink, ReadDraftLinkMail
from services.requests.schemas.refusals import DraftAlreadyHere, DraftLinkOver, DraftNotFound
from services.townhall import mailed_links
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, NOW, SYSTEM, VISITOR, Desk
from tests.integration.requests.test_drafts import PROFILE, ROAD, filed, opened, save, submit
from tests.support.heard import hear

PHONE = Actor(kind="visitor", id="b" * 64)
TABLET = Actor(kind="visitor", id="d" * 64)


def mail(desk: Desk, draft_id: str, email: str = "", actor: Actor = VISITOR) -> str:
    """The id of the link; to an address of its own, unless one is given."""
    asked = MailDraftLink(draft_id=UUID(draft_id), email=email or f"{uuid4().hex}@courriel.example")
    with desk.tx(actor) as tx:
        draft_links.mail_link(tx, replace(desk.settings, rate_limits=1), asked)
    return desk.run(Transaction.history, f"draft-{draft_id}")[-1].event.link_id


def digest(desk: Desk, link_id: str) -> str:
    token = mailed_links.token_of(desk.settings.signing_key, "draft", UUID(link_id))
    return mailed_links.digest(token)


def follow(desk: Desk, link_id: str, actor: Actor = PHONE, *, replaces: bool = False, profile: Any = None) -> Any:
    asked = OpenDraftLink(digest=digest(desk, link_id), replaces=replaces)
    return desk.do(actor, draft_links.open_link, asked, profile)


def look(desk: Desk, link_id: str, actor: Actor = PHONE) -> Any:
    return desk.see(actor, draft_link_views.read_link, ReadDraftLink(digest=digest(desk, link_id)))


def to_mail(desk: Desk, link_id: str) -> Any:
    return desk.see(SYSTEM, draft_link_views.read_mail, ReadDraftLinkMail(link_id=UUID(link_id)))


def test_both_devices_go_on_with_the_draft(desk: Desk) -> None:
    begun = opened(desk)
    save(desk, begun["id"], "request", {"description": "Un pavé manque."})
    link_id = mail(desk, begun["id"])
    with pytest.raises(DraftNotFound):
        desk.answer(PHONE, reading.show, begun["id"])

    seen = look(desk, link_id)
    assert (seen.procedure, seen.another_here) == (ROAD, False)
    assert (seen.procedure_title, seen.expires_at) == ("Signaler un problème sur la voie publique", begun["expires_at"])
    for _ in range(2):  # opened twice on one device, it is as it was
        assert str(follow(desk, link_id).draft_id) == begun["id"]

    save(desk, begun["id"], "request", {"description": "Deux pavés manquent."}, PHONE)
    for who in (VISITOR, PHONE):
        assert desk.answer(who, reading.draft_for, ROAD)["draft"]["answers"] == {"description": "Deux pavés manquent."}
        assert [item["id"] for item in desk.answer(who, reading.my_drafts)["items"]] == [begun["id"]]
        assert opened(desk, actor=who)["id"] == begun["id"]


def test_the_mail_has_the_end_and_no_confidential_title_until_it_has_left(desk: Desk) -> None:
    link_id = mail(desk, opened(desk)["id"], "camille@courriel.example")

    details = to_mail(desk, link_id)
    assert (details.email, details.expires_at) == ("camille@courriel.example", (NOW + timedelta(days=7)).isoformat())
    assert details.procedure_title == "Signaler un problème sur la voie publique"

    hear(desk.store, "messaging", "DraftLinkMailSettled", uuid4(), link_id=link_id)
    with pytest.raises(DraftLinkOver):
        to_mail(desk, link_id)
    assert look(desk, link_id).procedure == ROAD
    assert to_mail(desk, mail(desk, opened(desk, "acte-naissance")["id"])).procedure_title == ""


def test_neither_the_address_nor_the_token_is_kept_or_published(desk: Desk) -> None:
    begun = opened(desk)
    link_id = mail(desk, begun["id"], "camille@courriel.example")
    token = mailed_links.token_of(desk.settings.signing_key, "draft", UUID(link_id))

    kept = str(desk.rows("SELECT row_to_json(l)::text AS kept FROM draft_links l WHERE link_id = %s", (link_id,)))
    said = [str(one.event) for one in desk.run(Transaction.history, f"draft-{begun['id']}")]
    assert "camille" not in kept
    assert not any(token in text or "camille" in text for text in (kept, *said))


def test_a_newer_link_takes_the_place_of_the_one_before(desk: Desk) -> None:
    begun = opened(desk)
    first, second = mail(desk, begun["id"]), mail(desk, begun["id"])
    with pytest.raises(draft_link.DraftLinkReplaced):
        follow(desk, first)
    with pytest.raises(DraftLinkOver):
        to_mail(desk, first)
    assert str(follow(desk, second).draft_id) == begun["id"]


def test_a_mailbox_gets_so_many_links_an_hour(desk: Desk) -> None:
    begun = opened(desk)
    for tag in "abcd":
        mail(desk, begun["id"], f"dominique+{tag}@courriel.example")
    with pytest.raises(draft_link.TooManyDraftLinks):
        mail(desk, begun["id"], "dominique@courriel.example")
    desk.clock.move(hours=1)
    mail(desk, begun["id"], "dominique@courriel.example")


@pytest.mark.parametrize("email", ["", "camille", "camille@", "a b@courriel.example"])
def test_a_wrong_address_is_said_and_makes_no_link(desk: Desk, email: str) -> None:
    begun = opened(desk)
    with pytest.raises(Invalid) as refused:
        desk.do(VISITOR, draft_links.mail_link, MailDraftLink(draft_id=UUID(begun["id"]), email=email))
    assert refused.value.fields == {"email": "Écrivez une adresse complète, par exemple prenom.nom@exemple.fr."}
    assert desk.events(f"draft-{begun['id']}") == []


def test_no_link_is_made_for_the_draft_of_an_account_or_of_another(desk: Desk) -> None:
    with pytest.raises(draft_link.DraftInSpace):
        mail(desk, opened(desk, actor=CAMILLE)["id"], actor=CAMILLE)
    with pytest.raises(DraftNotFound):
        mail(desk, opened(desk)["id"], actor=PHONE)


def test_a_draft_filed_or_discarded_on_one_device_is_gone_on_both(desk: Desk) -> None:
    begun = opened(desk)
    link_id = mail(desk, begun["id"])
    follow(desk, link_id)
    number = filed(desk, begun["id"], ROAD, PHONE)["number"]

    with pytest.raises(draft_link.DraftLinkFiled) as refused:
        follow(desk, link_id)
    assert number not in str(refused.value.details) + refused.value.message
    assert submit(desk, begun["id"], PHONE)["number"] == number
    assert desk.answer(VISITOR, reading.draft_for, ROAD)["draft"] is None
    begun = opened(desk)
    link_id = mail(desk, begun["id"])
    follow(desk, link_id)
    desk.do(PHONE, drafts.discard_draft, begun["id"])
    assert desk.answer(VISITOR, reading.draft_for, ROAD)["draft"] is None
    with pytest.raises(draft_link.DraftLinkErased):
        look(desk, link_id)


def test_a_link_ends_at_its_time_though_the_draft_goes_on(desk: Desk) -> None:
    begun = opened(desk)
    link_id = mail(desk, begun["id"])
    desk.clock.move(days=6)
    save(desk, begun["id"], "request", {})
    desk.clock.move(days=1)
    with pytest.raises(draft_link.DraftLinkExpired):
        follow(desk, link_id)
    desk.clock.move(days=31)
    timers.forget_drafts(desk.store)
    with pytest.raises(draft_link.DraftLinkUnknown):
        look(desk, link_id)


def test_another_draft_of_the_procedure_here_is_given_up_by_choice_alone(desk: Desk) -> None:
    begun, here = opened(desk), opened(desk, actor=PHONE)
    link_id = mail(desk, begun["id"])

    seen = look(desk, link_id)
    assert (seen.another_here, seen.another_stays) == (True, False)
    with pytest.raises(DraftAlreadyHere):
        follow(desk, link_id)
    assert desk.answer(PHONE, reading.draft_for, ROAD)["draft"]["id"] == here["id"]

    follow(desk, link_id, replaces=True)
    assert desk.answer(PHONE, reading.draft_for, ROAD)["draft"]["id"] == begun["id"]
    assert desk.events(f"draft-{here['id']}") == ["DraftDiscarded"]


def test_another_draft_that_a_link_opened_here_stays_where_it_was_begun(desk: Desk) -> None:
    begun, others = opened(desk), opened(desk, actor=TABLET)
    follow(desk, mail(desk, others["id"], actor=TABLET))
    link_id = mail(desk, begun["id"])

    seen = look(desk, link_id)
    assert (seen.another_here, seen.another_stays) == (True, True)
    follow(desk, link_id, replaces=True)

    assert desk.answer(PHONE, reading.draft_for, ROAD)["draft"]["id"] == begun["id"]
    assert desk.answer(TABLET, reading.draft_for, ROAD)["draft"]["id"] == others["id"]
    with pytest.raises(DraftNotFound):
        desk.answer(PHONE, reading.show, others["id"])


def test_a_log_in_on_the_other_device_takes_the_draft_along(desk: Desk) -> None:
    begun = opened(desk)
    follow(desk, mail(desk, begun["id"]))

    assert desk.answer(CAMILLE, drafts.adopt_drafts, PHONE.id, PROFILE) == {"adopted": [begun["id"]], "left": []}

    for actor in (VISITOR, PHONE):
        assert desk.answer(actor, reading.draft_for, ROAD)["draft"] is None


def test_a_draft_opened_in_an_account_belongs_to_that_account_alone(desk: Desk) -> None:
    begun = opened(desk)
    link_id = mail(desk, begun["id"])
    follow(desk, link_id)

    assert str(follow(desk, link_id, CAMILLE, profile=PROFILE).draft_id) == begun["id"]

    assert desk.answer(CAMILLE, reading.draft_for, ROAD)["draft"]["applicant"]["email"] == "camille@courriel.example"
    for actor in (VISITOR, PHONE):
        with pytest.raises(DraftNotFound):
            desk.answer(actor, reading.show, begun["id"])
    for actor in (PHONE, ALIX):
        with pytest.raises(draft_link.DraftInSpace):
            follow(desk, link_id, actor)
    with pytest.raises(refusals.NotAllowed):
        follow(desk, mail(desk, opened(desk)["id"]), AGENT)
