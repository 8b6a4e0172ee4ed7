"""Typing a request in: nothing typed is lost, a slot is held, another device finds it again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import to_json
from services.chassis.event_store import commands
from services.chassis.event_store.commands import CommandReused
from services.chassis.signing import sign, unsign
from services.requests import refusals
from services.requests.capacity import views as quotas
from services.requests.definitions import rows as hearing
from services.requests.drafts import use_cases as drafts, views as reading
from services.requests.drafts.rules import MEMBER_REMOVED
from services.requests.filing import use_cases as submission
from services.requests.lifecycle import use_cases as timers
from services.requests.schemas import refusals as declared
from services.requests.schemas.drafts import HoldSlot, OpenDraft, SaveStep
from services.requests.schemas.filing import SubmitDraft
from services.townhall import grants
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, VISITOR, Desk, visitor
from tests.support import published
from tests.support.filled import known_profile, valid_applicant
from tests.support.heard import hear

ROAD = "signalement-voirie"
PASSPORT = "rdv-cni-passeport"
SCHOOL = "inscription-scolaire"
PHONES = "changement-telephones"
MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 8, tzinfo=UTC)
MORNING = [TUESDAY + timedelta(minutes=45 * n) for n in range(4)]
PROFILE = known_profile(
    identity={"civility": "madame", "given_names": "Camille", "birth_name": "Exemple", "usage_name": "Exemple"},
    address={"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"},
    contact={"email": "camille@courriel.example", "mobile_phone": "06 39 98 10 01"},
)
SACHA = {"id": "m1", "given_names": "Sacha", "birth_name": "Exemple", "birth_date": "2024-06-03"}


def opened(desk: Desk, slug: str = ROAD, actor: Any = VISITOR, anew: bool = False, **more: Any) -> dict[str, Any]:
    asked = {"procedure": slug, "draft_id": more.get("draft_id") or str(uuid4()), "anew": anew}
    done = desk.do(actor, drafts.open_draft, OpenDraft(**asked), more.get("profile"), more.get("member"))
    return desk.answer(actor, reading.show, done["draft_id"])


def save(desk: Desk, draft_id: str, step: str, data: dict[str, Any], actor: Any = VISITOR) -> dict[str, Any]:
    desk.do(actor, drafts.save_step, SaveStep(draft_id=draft_id, step=step, data=data), None)
    return desk.answer(actor, reading.show, draft_id)


def filed(desk: Desk, draft_id: str, slug: str, actor: Any) -> dict[str, Any]:
    typed(desk, draft_id, slug, actor)
    return submit(desk, draft_id, actor)


def typed(desk: Desk, draft_id: str, slug: str = ROAD, actor: Any = VISITOR) -> dict[str, Any]:
    """The draft, once all that the procedure asks is typed in."""
    save(desk, draft_id, "applicant", valid_applicant(published.definition(slug)), actor)
    return save(desk, draft_id, "request", desk.answers(slug), actor)


def submit(
    desk: Desk, draft_id: str, actor: Any = VISITOR, version: int = 1, seen: str | None = None
) -> dict[str, Any]:
    return to_json(desk.do(actor, submission.submit_draft, SubmitDraft(draft_id=draft_id, version=version, seen=seen)))


def test_a_draft_begins_with_what_the_account_knows(desk: Desk) -> None:
    draft = opened(desk, PASSPORT, CAMILLE, profile=PROFILE)
    assert draft["applicant"]["email"] == "camille@courriel.example"
    assert [step["slug"] for step in draft["steps"]] == ["procedure", "appointment", "applicant", "request", "summary"]
    assert draft["steps"][1]["label"] == "Mon rendez-vous"
    assert draft["errors"] == {}


def test_a_draft_of_the_account_is_found_on_another_device_by_its_owner_alone(desk: Desk) -> None:
    first = opened(desk, ROAD, CAMILLE, profile=PROFILE)
    assert opened(desk, ROAD, CAMILLE)["id"] == first["id"]
    assert desk.answer(CAMILLE, reading.draft_for, ROAD)["draft"]["id"] == first["id"]
    with pytest.raises(declared.DraftNotFound):
        desk.answer(ALIX, reading.show, first["id"])
    assert desk.answer(ALIX, reading.draft_for, ROAD) == {"draft": None, "quota": None}


def test_a_draft_that_was_filed_answers_its_number_to_its_applicant_alone(desk: Desk) -> None:
    draft = opened(desk, ROAD, CAMILLE)
    number = filed(desk, draft["id"], ROAD, CAMILLE)["number"]

    with pytest.raises(declared.DraftFiled) as refused:
        desk.answer(CAMILLE, reading.show, draft["id"])
    assert refused.value.details == {"number": number}
    with pytest.raises(declared.DraftNotFound):
        desk.answer(ALIX, reading.show, draft["id"])


def for_sacha(desk: Desk, slug: str) -> dict[str, Any]:
    """Camille's draft for a member of her family, with a step typed in."""
    draft = opened(desk, slug, CAMILLE, profile=PROFILE, member=SACHA)
    return save(desk, draft["id"], "applicant", valid_applicant(published.definition(slug)), CAMILLE)


@pytest.mark.parametrize("slug", [SCHOOL, PHONES])
def test_a_draft_whose_member_left_the_family_asks_anew_and_keeps_what_was_typed(desk: Desk, slug: str) -> None:
    before = for_sacha(desk, slug)

    hear(desk.store, "accounts", "FamilyMemberRemoved", CAMILLE.id, member_id="m1")

    after = desk.answer(CAMILLE, reading.show, before["id"])
    assert (after["member"], after["member_removed"]) == (None, True)
    assert after["applicant"] == before["applicant"]
    assert "Exemple" not in str(after["answers"])
    assert after["unready"]["procedure"] == {"member": MEMBER_REMOVED}
    with pytest.raises(refusals.FormIncomplete) as refused:
        submit(desk, before["id"], CAMILLE)
    assert refused.value.fields["procedure.member"] == MEMBER_REMOVED


def test_a_draft_goes_on_for_another_member_or_for_oneself(desk: Desk) -> None:
    draft = for_sacha(desk, SCHOOL)
    desk.run(drafts.forget_member, CAMILLE.id, "m1")

    chosen = SaveStep(draft_id=draft["id"], step="procedure", data={"member": "m2"})
    desk.do(CAMILLE, drafts.save_step, chosen, {**SACHA, "id": "m2", "given_names": "Lou", "relation": "child"})

    after = desk.answer(CAMILLE, reading.show, draft["id"])
    assert (after["member_removed"], after["answers"]["prenoms_enfant"]) == (False, "Lou")
    assert "procedure" not in after["unready"]
    draft = for_sacha(desk, PHONES)
    desk.run(drafts.forget_member, CAMILLE.id, "m1")
    save(desk, draft["id"], "procedure", {"member": None}, CAMILLE)
    assert "procedure" not in desk.answer(CAMILLE, reading.show, draft["id"])["unready"]


def test_a_member_who_leaves_changes_no_other_draft_and_nothing_that_was_filed(desk: Desk) -> None:
    mine, theirs = for_sacha(desk, SCHOOL), opened(desk, SCHOOL, ALIX, member={**SACHA, "id": "m1"})
    with desk.tx() as tx:
        drafts.forget_member(tx, CAMILLE.id, "m2")
        drafts.forget_member(tx, str(uuid4()), "m1")
    assert desk.answer(CAMILLE, reading.show, mine["id"])["member"]["id"] == "m1"
    assert desk.answer(ALIX, reading.show, theirs["id"])["member"]["id"] == "m1"
    draft = opened(desk, PHONES, CAMILLE, profile=PROFILE, member=SACHA)
    number = filed(desk, draft["id"], PHONES, CAMILLE)["number"]
    desk.run(drafts.forget_member, CAMILLE.id, "m1")
    assert desk.view(number)["member"] == "Sacha Exemple"


def test_beginning_anew_gives_up_what_was_typed(desk: Desk) -> None:
    first = opened(desk)
    second = opened(desk, anew=True)
    assert second["id"] != first["id"]
    assert desk.events(f"draft-{first['id']}") == ["DraftDiscarded"]


def test_a_wrong_answer_and_one_to_a_hidden_question_are_kept(desk: Desk) -> None:
    draft = save(desk, opened(desk)["id"], "applicant", {"email": "pas une adresse", "given_names": "Ariel"})
    assert draft["applicant"]["email"] == "pas une adresse"
    assert "email" in draft["errors"]["applicant"]
    assert "request" not in draft["errors"]
    assert draft["steps"][1]["state"] != "done"
    draft = opened(desk)
    saved = save(desk, draft["id"], "request", HIDDEN)
    assert saved["answers"]["numero_candelabre"] == "PN-42"
    assert "numero_candelabre" not in saved["errors"]["request"]


def test_an_answer_that_ends_the_procedure_says_where_to_go(desk: Desk) -> None:
    draft = save(desk, opened(desk, "acte-naissance")["id"], "request", {"commune_evenement": "autre_commune"})
    assert draft["stopped"]["message"].startswith("Adressez votre demande à la mairie du lieu de naissance")


def test_a_slot_is_held_for_a_quarter_of_an_hour_and_ends_with_another_or_the_draft(desk: Desk) -> None:
    draft = opened(desk, PASSPORT)
    held = desk.answer(VISITOR, drafts.hold_slot, draft["id"], MONDAY)
    assert held["held_until"] == "2026-11-25T09:15:00+00:00"
    desk.answer(VISITOR, drafts.hold_slot, draft["id"], TUESDAY)
    assert desk.events("day-titres-identite-2026-11-30") == ["SlotHeld", "SlotReleased"]
    desk.clock.move(minutes=16)
    assert desk.answer(VISITOR, reading.show, draft["id"])["slot"]["expired"]
    desk.answer(VISITOR, drafts.hold_slot, draft["id"], MONDAY)
    desk.clock.move(days=8)
    assert timers.forget_drafts(desk.store) == 1
    assert desk.events(f"draft-{draft['id']}") == ["DraftDiscarded"]
    assert desk.events("day-titres-identite-2026-11-30")[-1] == "SlotReleased"


def test_a_slot_held_by_two_is_refused_to_the_third(desk: Desk) -> None:
    for actor in (CAMILLE, ALIX):
        desk.answer(actor, drafts.hold_slot, opened(desk, PASSPORT, actor)["id"], MONDAY)
    late = opened(desk, PASSPORT)["id"]
    with pytest.raises(declared.SlotGone):
        desk.answer(VISITOR, drafts.hold_slot, late, MONDAY)


@pytest.mark.usefixtures("limits")
def test_fresh_browsers_of_one_connection_do_not_hold_a_day_of_slots(desk: Desk) -> None:
    def hold(n: int, address: str, actor: Actor | None = None) -> dict[str, Any]:
        who = actor or visitor(n)
        return desk.answer(who, drafts.hold_slot, opened(desk, "rdv-conseil-urbanisme", who)["id"], MORNING[n], address)

    for n in range(2):
        assert hold(n, "192.0.2.1")
    with pytest.raises(refusals.TooManyThatDay):
        hold(2, "192.0.2.1")
    assert hold(2, "192.0.2.2")
    assert hold(3, "192.0.2.1", AGENT), "an agent at the counter holds for many"

    desk.clock.move(minutes=15)
    assert hold(0, "192.0.2.1")


def test_a_slot_held_again_from_another_network_is_the_same_command(desk: Desk) -> None:
    draft = opened(desk, PASSPORT)

    def hold(address: str) -> dict[str, Any]:
        body = {"draft_id": draft["id"], "start": MONDAY, "address_seen": address}
        call = Call(method="hold_slot", actor=VISITOR, body=body, command_id=f"hold {draft['id']}")
        return desk.call("hold_slot", call)["slot"]

    assert hold("192.0.2.1") == hold("192.0.2.2")


def test_a_slot_held_by_the_release_before_is_the_same_command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = opened(desk, PASSPORT)
    body = {"draft_id": draft["id"], "start": MONDAY}
    call = Call(method="hold_slot", actor=VISITOR, body=body, command_id=f"hold {draft['id']}")
    with monkeypatch.context() as before:  # the former release knew neither the method nor the network
        before.setattr(commands, "hash_of", commands._hash_of_before)
        held = desk.store.run(call, lambda tx: to_json(drafts.hold_slot(tx, desk.settings, HoldSlot(**body))))

    assert desk.call("hold_slot", replace(call, body={**body, "address_seen": "192.0.2.1"}))["slot"] == held


def test_a_draft_is_filed_with_its_slot_and_ends(desk: Desk) -> None:
    draft = opened(desk, PASSPORT)
    desk.answer(VISITOR, drafts.hold_slot, draft["id"], MONDAY)
    done = filed(desk, draft["id"], PASSPORT, VISITOR)
    view = desk.view(done["number"])
    assert view["appointments"][0]["starts_at"] == MONDAY.isoformat()
    assert desk.answer(VISITOR, reading.draft_for, PASSPORT)["draft"] is None
    assert submit(desk, draft["id"]) == done


def test_a_double_click_is_one_request_whatever_pieces_and_network(desk: Desk) -> None:
    draft = typed(desk, opened(desk)["id"])

    def click(manifest: str | None, address: str) -> dict[str, Any]:
        body = {"draft_id": draft["id"], "version": 1, "manifest": manifest, "seen": None, "address_seen": address}
        body |= {"code_given": False, "identity": None}
        return desk.call("submit_draft", Call(method="submit_draft", actor=VISITOR, body=body, command_id="click"))

    anew = sign(desk.settings, "manifest", {"request": draft["id"], "documents": []})
    assert click(None, "192.0.2.1") == click(anew, "192.0.2.2")


def test_a_form_that_changed_is_read_again_before_it_is_filed(desk: Desk) -> None:
    draft = save(desk, opened(desk)["id"], "applicant", valid_applicant(published.definition(ROAD)))
    with pytest.raises(refusals.FormChanged):
        submit(desk, draft["id"], version=2)
    assert desk.answer(VISITOR, reading.show, draft["id"])["applicant"]["given_names"] == "Ariel"


def test_the_grant_of_a_draft_lets_files_be_added_and_nothing_else(desk: Desk) -> None:
    draft = opened(desk)
    said = unsign(desk.settings, "grant", draft["grant"], 600)
    who = {"request": draft["id"], "number": None, "side": "citizen", "rights": ["upload"]}
    signed = {"name": "", "department": "", "procedure": draft["procedure"], "version": draft["version"]}
    assert list(said.items()) == [*who.items(), *signed.items(), ("actor", VISITOR.id)]


def test_a_grant_opens_without_what_a_later_release_adds(desk: Desk) -> None:
    now = opened(desk)["grant"]
    said = unsign(desk.settings, "grant", now, 600) | {"rights": ["upload", "later"], "later": 1}
    token = sign(desk.settings, "grant", said)
    assert grants.read(desk.settings, token, VISITOR) == grants.read(desk.settings, now, VISITOR)


def test_an_account_only_procedure_asks_a_visitor_to_log_in(desk: Desk) -> None:
    with pytest.raises(declared.AccountRequired):
        opened(desk, "location-salle")


HIDDEN = {"type_probleme": "proprete", "description": "Un banc est sale.", "numero_candelabre": "PN-42"}


@pytest.mark.parametrize(
    ("step", "data", "named"),
    [
        ("request", HIDDEN, ["numero_candelabre"]),
        ("request", {"couleur": "bleu"}, ["couleur"]),
        ("applicant", {"given_names": "Ariel", "shoe_size": "40"}, ["shoe_size"]),
        ("procedure", {"member": None, "other": 1}, ["other"]),
        ("summary", {"agree": True}, ["agree"]),
    ],
)
def test_a_program_is_refused_what_a_step_does_not_ask(
    desk: Desk, step: str, data: dict[str, Any], named: list[str]
) -> None:
    draft = opened(desk)
    with pytest.raises(refusals.NotAsked) as refused:
        desk.do(VISITOR, drafts.save_step, SaveStep(draft_id=draft["id"], step=step, data=data, strict=True), None)
    assert list(refused.value.fields) == named
    assert desk.answer(VISITOR, reading.show, draft["id"])["answers"] == draft["answers"]


def test_a_full_quota_is_shown_before_anything_is_typed(desk: Desk) -> None:
    bulky = "enlevement-encombrants"
    number = published.definition(bulky)["quota"]["number"]
    quota = desk.answer(VISITOR, reading.draft_for, bulky)["quota"]
    assert quota["reached"] is False
    for n in range(number):
        who = valid_applicant(published.definition(bulky), f"habitant{n}@courriel.example")
        desk.file(bulky, visitor(n), applicant=who)
    quota = desk.answer(VISITOR, reading.draft_for, bulky)["quota"]
    assert quota["reached"] is True
    assert quota["message"]
    assert quota["reopens_at"] == "2026-11-29T23:00:00+00:00"
    full = {"procedure": bulky, "reopens_at": quota["reopens_at"]}
    assert desk.answer(VISITOR, quotas.quotas_reached) == {"items": [full]}
    desk.clock.move(days=5)
    assert desk.answer(VISITOR, quotas.quotas_reached) == {"items": []}


def test_a_read_of_a_draft_waits_for_the_save_just_sent(desk: Desk) -> None:
    draft, command = opened(desk), str(uuid4())
    with pytest.raises(declared.SaveNotReceivedYet):
        desk.answer(VISITOR, reading.draft_for, ROAD, command)
    body = {"draft_id": draft["id"], "step": "request", "data": {"description": "Un pavé manque."}}
    call = Call(method="save_step", actor=VISITOR, body=body, command_id=command)
    desk.store.run(call, lambda tx: drafts.save_step(tx, desk.settings, SaveStep(**body), None))
    assert desk.answer(VISITOR, reading.draft_for, ROAD, command)["draft"]["answers"] == body["data"]


def test_a_summary_that_another_tab_has_made_untrue_is_not_filed(desk: Desk) -> None:
    draft = typed(desk, opened(desk)["id"])
    read = draft["marks"]["summary"]
    save(desk, draft["id"], "request", {**draft["answers"], "description": "Un lampadaire est éteint."})

    with pytest.raises(declared.WrittenElsewhere):
        submit(desk, draft["id"], seen=read)

    read = desk.answer(VISITOR, reading.show, draft["id"])["marks"]["summary"]
    assert submit(desk, draft["id"], seen=read)["number"]


def test_the_id_of_a_filed_request_opens_no_draft_that_could_end_its_key(desk: Desk) -> None:
    """An idempotency key is forgotten after two days; sent again then, it names the request of those days."""
    draft_id = opened(desk, ROAD, CAMILLE, profile=PROFILE)["id"]
    receipt = filed(desk, draft_id, ROAD, CAMILLE)
    with pytest.raises(CommandReused):
        opened(desk, ROAD, CAMILLE, profile=PROFILE, draft_id=draft_id)
    assert desk.view(receipt["number"], CAMILLE)["applicant"]


def test_a_draft_filed_at_the_same_moment_is_not_discarded(desk: Desk) -> None:
    """Two tabs: one begins anew while the other validates; and an account that is closed while its holder files."""
    draft_id = opened(desk, PASSPORT, CAMILLE, profile=PROFILE)["id"]
    desk.answer(CAMILLE, drafts.hold_slot, draft_id, MONDAY)
    receipt = filed(desk, draft_id, PASSPORT, CAMILLE)
    with desk.tx(CAMILLE) as tx:
        drafts.discard(tx, draft_id)  # by who read it before
    assert desk.events(f"draft-{draft_id}") == []
    view = desk.view(receipt["number"], CAMILLE)
    assert view["applicant"]
    assert desk.events("day-titres-identite-2026-11-30") == ["SlotHeld", "SlotTaken"]


def test_two_devices_that_begin_at_the_same_moment_go_on_with_one_draft(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as devices:
        begun = {done["id"] for done in devices.map(lambda _: opened(desk, ROAD, CAMILLE, profile=PROFILE), range(8))}
    assert len(begun) == 1


def test_drafts_are_listed_the_last_touched_first_and_without_the_expired_and_filed(desk: Desk) -> None:
    road = opened(desk, ROAD, CAMILLE)
    desk.clock.move(minutes=1)
    school = opened(desk, "inscription-scolaire", CAMILLE, profile=PROFILE, member=SACHA)
    opened(desk, ROAD, ALIX)
    listed = desk.answer(CAMILLE, reading.my_drafts)["items"]
    assert [one["id"] for one in listed] == [school["id"], road["id"]]
    assert [one["member_name"] for one in listed] == ["Sacha Exemple", ""]
    desk.clock.move(minutes=1)
    save(desk, road["id"], "applicant", {"given_names": "Camille"}, CAMILLE)
    assert desk.answer(CAMILLE, reading.my_drafts)["items"][0]["id"] == road["id"]
    desk.do(CAMILLE, drafts.discard_draft, road["id"])
    assert [one["id"] for one in desk.answer(CAMILLE, reading.my_drafts)["items"]] == [school["id"]]
    opened(desk, PASSPORT)
    filed(desk, opened(desk)["id"], ROAD, VISITOR)
    assert [one["procedure"] for one in desk.answer(VISITOR, reading.my_drafts)["items"]] == [PASSPORT]
    desk.clock.move(days=8)
    assert desk.answer(VISITOR, reading.my_drafts) == {"items": []}


def test_a_draft_of_a_withdrawn_procedure_is_listed_and_can_be_discarded(desk: Desk) -> None:
    leaving = published.definition("acte-deces") | {"slug": "sur-le-depart"}
    desk.run(hearing.keep_procedure, "sur-le-depart", 1, leaving)
    begun = opened(desk, "sur-le-depart", ALIX)
    desk.run(hearing.withdraw_procedure, "sur-le-depart", 1)
    assert [(one["procedure"], one["offered"]) for one in desk.answer(ALIX, reading.my_drafts)["items"]] == [
        ("sur-le-depart", False)
    ]
    with pytest.raises(declared.ProcedureWithdrawn):
        save(desk, begun["id"], "applicant", {"given_names": "Alix"}, ALIX)
    desk.do(ALIX, drafts.discard_draft, begun["id"])
    assert desk.answer(ALIX, reading.my_drafts) == {"items": []}
