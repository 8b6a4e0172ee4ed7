"""What requests holds of one person, read in pages: all of theirs as their pages show it, and nothing else."""

from uuid import UUID, uuid4

import pytest

from services.chassis import contracts
from services.requests import refusals
from services.requests.request import events as e, rows as store
from services.requests.schemas import own_data as held
from services.requests.schemas.own_data import OwnDrafts, OwnRequests, ReadOwnDrafts, ReadOwnRequests
from services.requests.schemas.refusals import RequestErased, RequestNotFound
from services.requests.space import views as own_data
from services.requests.worklist import use_cases as agents
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, SYSTEM, VISITOR, Desk
from tests.integration.requests.test_drafts import opened, save


def requests_of(desk: Desk, **asked: object) -> OwnRequests:
    found = desk.see(SYSTEM, own_data.own_requests, ReadOwnRequests(**asked))
    return contracts.from_json(OwnRequests, contracts.to_json(found))


def test_a_request_is_read_as_its_own_page_shows_it(desk: Desk) -> None:
    filed = desk.file("signalement-voirie", CAMILLE)
    desk.do(AGENT, agents.add_note, filed["number"], "Note interne sur un tiers.")

    found = requests_of(desk, account_id=UUID(CAMILLE.id))

    [one] = [one for one in found.requests if one.number == filed["number"]]
    shown = desk.view(filed["number"], CAMILLE)
    assert [(line.label, line.value) for line in one.answers] == [(a["label"], a["value"]) for a in shown["answers"]]
    assert [line.title for line in one.history] == [line["title"] for line in shown["history"]]
    assert [part.title for part in one.applicant] == [part["title"] for part in shown["applicant"]]
    assert (one.procedure, one.status) == (shown["procedure"]["title"], shown["status"]["label"])
    assert "Note interne" not in str(contracts.to_json(found))


def test_pages_follow_each_other_and_hold_each_request_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "PAGE", 2)
    numbers = [desk.file("signalement-voirie", ALIX)["number"] for _ in range(3)]
    desk.file("signalement-voirie", CAMILLE)

    first = requests_of(desk, account_id=UUID(ALIX.id))
    second = requests_of(desk, account_id=UUID(ALIX.id), after=first.next)

    assert len(first.requests) == 2
    assert sorted(one.number for one in (*first.requests, *second.requests)) == sorted(numbers)
    assert second.next == ""


def test_one_request_is_read_by_its_id_until_it_is_erased(desk: Desk) -> None:
    filed = desk.file("signalement-voirie")
    request_id = UUID(filed["request_id"])
    assert [one.number for one in requests_of(desk, request_id=request_id).requests] == [filed["number"]]

    with desk.tx() as tx:
        tx.destroy_key(filed["request_id"])
        tx.append(store.stream(filed["request_id"]), [e.RequestErased(elimination=str(uuid4()))])

    with pytest.raises(RequestErased):
        requests_of(desk, request_id=request_id)
    with pytest.raises(RequestNotFound):
        requests_of(desk, request_id=uuid4())


def test_a_draft_is_read_with_what_was_typed_right_or_wrong(desk: Desk) -> None:
    draft_id = opened(desk, "acte-naissance", CAMILLE)["id"]
    save(desk, draft_id, "request", {"copies": "beaucoup"}, CAMILLE)

    found: OwnDrafts = desk.see(SYSTEM, own_data.own_drafts, ReadOwnDrafts(account_id=UUID(CAMILLE.id)))

    [one] = [one for one in found.drafts if str(one.id) == draft_id]
    assert one.typed["copies"] == "beaucoup"
    assert one.procedure


def test_an_account_is_listed_while_it_has_an_open_request(desk: Desk) -> None:
    """Accounts asks before it closes a space that is not used."""
    camille = UUID(CAMILLE.id)

    def with_one() -> tuple[UUID, ...]:
        return desk.see(SYSTEM, own_data.filter_open_requests, (camille, uuid4())).accounts

    assert with_one() == ()
    receipt = desk.file("changement-telephones", CAMILLE)
    assert with_one() == (camille,)
    desk.decide(desk.take(receipt), "accepted", reply="telephones-mis-a-jour")
    assert with_one() == ()


@pytest.mark.parametrize("actor", [CAMILLE, AGENT, VISITOR])
@pytest.mark.parametrize(
    ("view", "asked"),
    [
        (own_data.own_requests, ReadOwnRequests(account_id=UUID(CAMILLE.id))),
        (own_data.own_drafts, ReadOwnDrafts(account_id=UUID(CAMILLE.id))),
        (own_data.filter_open_requests, ()),
    ],
)
def test_own_data_is_read_by_processes_of_ours_only(desk: Desk, actor: object, view: object, asked: object) -> None:
    with pytest.raises(refusals.NotAllowed):
        desk.see(actor, view, asked)
