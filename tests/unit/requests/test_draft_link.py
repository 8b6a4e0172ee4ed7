"""Whom the link to a draft lets in, and until when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.actors import Actor
from services.requests.draft_links import rules as draft_link
from services.requests.draft_links.rules import Link, Way
from services.requests.refusals import NotAllowed
from services.townhall import mailed_links

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
VISITOR = Actor(kind="visitor", id="a" * 64)
OTHER = Actor(kind="visitor", id="b" * 64)
CAMILLE = Actor(kind="citizen", id="c1")
OWNER = f"visitor:{VISITOR.id}"


def link(**changes: Any) -> Link:
    given: dict[str, Any] = {"expires_at": NOW + timedelta(days=7), "replaced": False, **changes}
    return Link(link_id="l1", draft_id="d1", procedure="signalement-voirie", **given)


@pytest.mark.parametrize(
    ("given", "owner", "filed", "refusal"),
    [
        (None, None, False, draft_link.DraftLinkUnknown),
        (link(), None, True, draft_link.DraftLinkFiled),
        (link(), None, False, draft_link.DraftLinkErased),
        (link(replaced=True), OWNER, False, draft_link.DraftLinkReplaced),
        (link(expires_at=NOW), OWNER, False, draft_link.DraftLinkExpired),
        (link(replaced=True, expires_at=NOW), None, True, draft_link.DraftLinkFiled),
    ],
)
def test_a_link_that_opens_nothing_says_why(given: Any, owner: Any, filed: bool, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        draft_link.check(given, owner=owner, filed=filed, now=NOW)


@pytest.mark.parametrize(
    ("actor", "way"),
    [(VISITOR, Way.OWN), (OTHER, Way.DEVICE), (CAMILLE, Way.ADOPTED)],
    ids=lambda value: str(value)[:9],
)
def test_a_draft_of_a_visitor_goes_on_by_the_link(actor: Actor, way: Way) -> None:
    assert draft_link.check(link(), owner=OWNER, filed=False, now=NOW) == link()
    assert draft_link.way(actor, OWNER) is way


def test_the_draft_of_an_account_is_opened_by_that_account_alone_and_no_agent() -> None:
    assert draft_link.way(CAMILLE, "citizen:c1") is Way.OWN
    for actor in (OTHER, Actor(kind="citizen", id="c2")):
        with pytest.raises(draft_link.DraftInSpace):
            draft_link.way(actor, "citizen:c1")
    with pytest.raises(NotAllowed):
        draft_link.way(Actor(kind="agent", id="a1"), OWNER)


def test_a_mailbox_has_a_share_and_a_draft_so_many_devices() -> None:
    draft_link.require_share(3, 1)
    draft_link.require_device(9)
    with pytest.raises(draft_link.TooManyDraftLinks):
        draft_link.require_share(4, 1)
    with pytest.raises(draft_link.TooManyDevices):
        draft_link.require_device(10)


def test_the_secret_is_derived_from_the_id_and_the_key_and_kept_as_a_digest() -> None:
    first, second = UUID(int=1), UUID(int=2)
    token = mailed_links.token_of(b"key", draft_link.PURPOSE, first)
    assert token == mailed_links.token_of(b"key", draft_link.PURPOSE, first)
    others = {mailed_links.token_of(b"key", "draft", second), mailed_links.token_of(b"other", "draft", first)}
    assert len({token, *others, mailed_links.token_of(b"key", "other", first)}) == 4
    assert len(mailed_links.digest(token)) == 64
