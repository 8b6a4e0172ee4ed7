"""Every kept example of a fact, of every version, is applied by each of its consumers."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock
from uuid import uuid4

import pytest
from psycopg import Rollback

from gateway.sessions.followed_events import FollowedEvents
from services.chassis.bus.envelope import unpack
from services.chassis.bus.reactions import reactions_of
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.store import Store
from services.chassis.service_list import service_names
from services.chassis.settings import Settings
from tests.support.heard import EXAMPLES, packed


def sent(example: Path) -> bytes:
    """As its source sends it, with an unknown field of its next release."""
    name, version, *_ = example.name.split(".")
    public = json.loads(example.read_text("utf-8"))["public"] | {"colour": "rouge"}
    return packed(example.parent.name, name, str(uuid4()), public, of_version=int(version.removeprefix("v")))


@pytest.mark.parametrize("consumer", service_names())
def test_each_example_of_a_fact_is_applied_by_the_reactions_to_it(consumer: str, settings: Settings) -> None:
    load_registrations(consumer)
    store = Store(settings, consumer)
    try:
        for source, known in reactions_of(consumer).items():
            for name, reaction in known.items():
                examples = list((EXAMPLES / source).glob(f"{name}.v*.json"))
                assert examples
                for example in examples:
                    envelope = unpack(sent(example))
                    with suppress(Rollback), store.transaction() as tx:
                        reaction.apply(tx, envelope)
                        tx.conn.receive()
                        raise Rollback
    finally:
        store.close()


@pytest.mark.parametrize(
    "example", sorted((EXAMPLES / "accounts").glob("SessionEnded.v*.json")), ids=lambda path: path.stem
)
def test_each_example_of_the_end_of_a_session_is_applied_by_the_gateway(example: Path) -> None:
    sessions = Mock()

    FollowedEvents("amqp://unused", sessions)._receive(Mock(body=sent(example)))

    sessions.forget.assert_called_once_with(json.loads(example.read_text("utf-8"))["public"]["session"])
