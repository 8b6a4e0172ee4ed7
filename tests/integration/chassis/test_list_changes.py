"""A gateway receives what happens to requests while lists are looked at, and no longer; what an event says is not read."""

import pytest

from gateway.sessions import followed_events
from gateway.sessions.followed_events import FollowedEvents
from gateway.sessions.identity import Sessions
from gateway.sessions.list_changes import WANTED_SECONDS, ListChanges
from services.chassis.bus.publisher import OutgoingMessage
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import at_work, until
from tests.servers.broker import publish


def test_events_change_the_mark_while_a_list_is_looked_at_and_no_longer(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed_events, "HEARTBEAT_SECONDS", 1)
    seconds = 0.0
    changes = ListChanges("gateway.", clock=lambda: seconds)
    ends = FollowedEvents(own_settings.amqp_url, Sessions(), changes)
    first = changes.mark()

    with at_work(ends.listen, ends.stop):
        until(lambda: changes.mark() != first)  # what may have been missed until then
        mark = changes.mark()
        publish(own_settings.amqp_url, [OutgoingMessage("requests.events", "RequestSubmitted", "1", b"nonsense")])
        until(lambda: changes.mark() != mark)

        seconds = WANTED_SECONDS
        until(lambda: not ends._follows)
        assert not changes.wanted()
        mark = changes.mark()  # looked at again
        until(lambda: ends._follows)
        assert changes.mark() != mark
