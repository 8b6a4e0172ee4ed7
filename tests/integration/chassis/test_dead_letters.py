"""Unreadable messages: they wait, an operator sees them and sends them back, none is lost by it."""

from argparse import Namespace

import amqp
import pytest

from deploy.operator import operate
from services.chassis.bus import undecodable
from services.chassis.bus.queues import dead_letters_of
from services.chassis.bus.subscribers import without_subscribers
from services.chassis.errors import Invalid, NotFound, Unavailable
from services.chassis.process import operate as chassis
from services.chassis.settings import Settings
from tests.integration.chassis.conftest import Process, until
from tests.integration.chassis.facts import unreadable
from tests.servers.broker import channel_to, publish


def dead(settings: Settings, *bodies: bytes) -> list[undecodable.Unread]:
    """Published to a service that runs and can read none of them: as they lie among its dead letters."""
    publish(settings.amqp_url, unreadable(*bodies))
    until(lambda: len(undecodable.unread(settings, "tests")) == len(bodies))
    return undecodable.unread(settings, "tests")


def test_an_undecodable_message_goes_back_to_its_queue_and_returns(probe: Process, own_settings: Settings) -> None:
    first, second = dead(own_settings, b'{"first', b'{"second')
    assert (first.source, first.type, first.reason, first.begins) == ("tests", "Noted", "rejected", '{"first')
    assert undecodable.find(own_settings, "tests", second.id) == second

    probe.stop()
    undecodable.send_back(own_settings, "tests", first.id)
    assert undecodable.unread(own_settings, "tests") == [second]
    with pytest.raises(NotFound):
        undecodable.send_back(own_settings, "tests", first.id)

    probe.start()
    until(lambda: sorted(undecodable.unread(own_settings, "tests"), key=str) == sorted([first, second], key=str))


def test_a_message_whose_queue_is_gone_stays_among_the_dead_letters(own_settings: Settings) -> None:
    with channel_to(own_settings.amqp_url) as channel:
        channel.basic_publish_confirm(amqp.Message("lost"), exchange=dead_letters_of("tests"), routing_key="Noted")
    [stray] = undecodable.unread(own_settings, "tests")

    with pytest.raises(Unavailable):
        undecodable.send_back(own_settings, "tests", stray.id)

    assert undecodable.unread(own_settings, "tests") == [stray]


def test_a_service_without_subscriptions_has_no_unread_messages(own_settings: Settings) -> None:
    assert undecodable.unread(own_settings, "nobody") == []


def test_a_missing_queue_is_not_asked_for(own_settings: Settings) -> None:
    assert without_subscribers("procedures")
    with channel_to(own_settings.amqp_url) as channel:
        assert list(undecodable._each(channel, "procedures")) == []
        assert channel.is_open  # RabbitMQ notes an error and closes it for a queue that is not there
    assert not without_subscribers("requests")


def test_an_operator_lists_shows_and_sends_back_unreadable_messages(
    operator: None, probe: Process, own_settings: Settings
) -> None:
    [letter] = dead(own_settings, b'{"nonsense')

    listed = "\n".join(operate.list_dead_letters(Namespace(service=None, dismissed=False)))
    assert f"{letter.id}" in listed and "tests.Noted  illisible" in listed and "1 illisibles" in listed

    assert '{\\"nonsense' in operate.show_dead_letter(Namespace(service="tests", id=letter.id))

    probe.stop()
    operate.retry_dead_letter(Namespace(service="tests", id=letter.id))
    assert [*operate.list_dead_letters(Namespace(service="tests", dismissed=False))] == ["Aucun message en échec."]


def test_an_undecodable_message_is_dismissed_with_a_reason_in_the_journal(
    operator: None, probe: Process, own_settings: Settings
) -> None:
    first, second = dead(own_settings, b'{"first', b'{"second')

    wanted = Namespace(service="tests", id=first.id, reason="  un essai\n de Paul ", by="Anne  Martin")
    operate.dismiss_dead_letter(wanted)

    assert undecodable.unread(own_settings, "tests") == [second]
    journal = "\n".join(operate.list_dead_letters(Namespace(service=None, dismissed=True)))
    assert first.id in journal and "tests.Noted" in journal and second.id not in journal
    assert "par Anne Martin" in journal and "un essai de Paul" in journal
    with pytest.raises(NotFound):
        operate.dismiss_dead_letter(wanted)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_no_unread_message_is_dismissed_without_a_reason(probe: Process, own_settings: Settings, reason: str) -> None:
    [letter] = dead(own_settings, b'{"first')

    with pytest.raises(Invalid):
        chassis.dismiss_unread(own_settings, "tests", letter.id, why=reason, by="Anne Martin")

    assert undecodable.unread(own_settings, "tests") == [letter]
    assert chassis.dismissed(own_settings, "tests") == []
