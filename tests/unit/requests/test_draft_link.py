"""Whom the link to a draft lets in, and until when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.actors import Actor
from services.requests.draft_links import rules as draft_link
from services.requests.draft_links.rules import DraftLink, Way
from services.townhall import mailed_links

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
VISITOR = Actor(kind="visitor", id="a" * 64)
OTHER = Actor(kind="visitor", id="b" * 64)
CAMILLE = Actor(kind="citizen", id="c1")
OWNER = f"visitor:{VISITOR.id}"


def link(**changes: Any) -> DraftLink:
    given: dict[str, Any] = {"expires_at": NOW + timedelta(days=7), "replaced": False, **changes}
    return DraftLink(link_id="l1", draft_id="d1", procedure="signalement-voirie", **given)


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
def test_a_wrong_link_is_refused_with_its_reason(given: Any, owner: Any, filed: bool, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        draft_link.check(given, owner=owner, filed=filed, now=NOW)


@pytest.mark.parametrize(
    ("actor", "owner", "way"),
    [
        (VISITOR, OWNER, Way.OWN),
        (OTHER, OWNER, Way.DEVICE),
        (CAMILLE, OWNER, Way.ADOPTED),
        (CAMILLE, "citizen:c1", Way.OWN),
    ],
    ids=["own", "device", "adopted", "account"],
)
def test_a_draft_goes_on_by_the_link(actor: Actor, owner: str, way: Way) -> None:
    assert draft_link.check(link(), owner=owner, filed=False, now=NOW) == link()
    assert draft_link.way(actor, owner) is way


def test_a_draft_is_opened_on_so_many_devices() -> None:
    draft_link.require_device(9)
    with pytest.raises(draft_link.TooManyDevices):
        draft_link.require_device(10)


def test_the_secret_is_derived_from_the_id_and_the_key_and_kept_as_a_digest() -> None:
    first, second = UUID(int=1), UUID(int=2)
    token = mailed_links.token_of(b"key", draft_link.PURPOSE, first)
    assert token == mailed_links.token_of(b"key", draft_link.PURPOSE, first)
    others = {mailed_links.token_of(b"key", "draft", second), mailed_links.token_of(b"other", "draft", first)}
    assert len({token, *others, mailed_links.token_of(b"key", "other", first)}) == 4
    assert len(mailed_links.digest(token)) == 64
