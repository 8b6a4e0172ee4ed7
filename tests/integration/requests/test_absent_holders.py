"""A space is locked before it is erased: its requests are followed by new tracking links until its holder is back."""

from typing import Any

import pytest

from services.chassis.actors import Actor
from services.requests.following import use_cases as following, views as tracking
from services.requests.schemas.refusals import LoginRequired, TrackingLinkInvalid
from tests.integration.requests.conftest import CAMILLE, VISITOR, Desk
from tests.integration.requests.test_erasing import ROAD
from tests.support.heard import hear


def lock(desk: Desk) -> None:
    hear(
        desk.store,
        "accounts",
        "AccountClosureRequested",
        CAMILLE.id,
        closure_id="c1",
        reason="wish",
        erased_on="2026-12-10",
    )


def mailed(desk: Desk, receipt: dict[str, Any]) -> str | None:
    return desk.mail_details(receipt).tracking_token


def holder_of(token: str | None) -> Actor:
    assert token
    return Actor(kind="tracking", id="", tokens=(token,))


def test_mails_carry_a_link_that_opens_until_the_holder_is_back(desk: Desk) -> None:
    receipt = desk.file(ROAD, CAMILLE)
    assert mailed(desk, receipt) is None
    lock(desk)

    token = mailed(desk, receipt)
    view = desk.view(receipt["number"], holder_of(token))
    assert view["can"]["exchange"]
    assert not view["can"]["attach"]
    assert not desk.do(VISITOR, tracking.open_tracking, token).login_required

    hear(desk.store, "accounts", "AccountClosureWithdrawn", CAMILLE.id, closure_id="c1")
    assert mailed(desk, receipt) is None
    with pytest.raises(LoginRequired):
        desk.view(receipt["number"], holder_of(token))
    assert desk.view(receipt["number"], CAMILLE)["attached"]


def test_a_link_from_before_the_request_was_attached_stays_dead(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    stranger = desk.holder(receipt)
    desk.do(desk.holder(receipt, "citizen", CAMILLE.id), following.attach, receipt["number"])
    lock(desk)
    with pytest.raises(TrackingLinkInvalid):
        desk.view(receipt["number"], stranger)


def test_with_the_erasure_the_request_leaves_the_space(desk: Desk) -> None:
    receipt = desk.file(ROAD, CAMILLE)
    lock(desk)
    before = holder_of(mailed(desk, receipt))
    hear(desk.store, "accounts", "PersonErased", CAMILLE.id)
    with pytest.raises(TrackingLinkInvalid):
        desk.view(receipt["number"], before)
    assert desk.view(receipt["number"], holder_of(mailed(desk, receipt)))["can"]["attach"]
    with desk.store.read() as conn:
        assert conn.execute("SELECT account_id FROM absent_holders").fetchall() == []
