"""Partners of the town hall: users of the broker who may read the stream of public events, and nothing else."""

import json
import re
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from services.chassis.bus import partners_stream
from services.chassis.bus.broker_connection import LOST, BrokerConnection, BrokerUnavailable
from services.chassis.bus.envelope import PARTNERS_STREAM
from services.chassis.bus.management import Management
from services.chassis.errors import Conflict, Invalid, NotFound
from services.chassis.event_store import db
from services.chassis.hosts import host_of
from services.chassis.service_list import service_names
from services.chassis.settings import Settings

PREFIX = "partner-"
NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
NOTHING = "^$"
LIMITS = {"max-connections": 5, "max-channels": 10}


class NoPartnerName(Invalid):
    code = "invalid"
    message = "Un nom de partenaire : des minuscules, des chiffres et des tirets, 2 à 31 caractères."


class PartnerExists(Conflict):
    """The name is taken."""


class NoSuchPartner(NotFound):
    """No partner has that name."""


def add(settings: Settings, name: str) -> str:
    """Makes the partner's user and returns the address with which it connects, which may name several servers; its password is
    kept nowhere else.

    Raises NoPartnerName, PartnerExists, BrokerUnavailable.
    """
    if not NAME.fullmatch(name):
        raise NoPartnerName
    user, vhost = PREFIX + name, _vhost(settings)
    if _ask(settings, "GET", f"/api/users/{user}") is not None:
        raise PartnerExists(f"Le partenaire {name} existe déjà : « partner revoke {name} » d’abord.")
    password = secrets.token_urlsafe(24)
    _ask(settings, "PUT", f"/api/users/{user}", {"password": password, "tags": ""})
    rights = {"configure": NOTHING, "write": NOTHING, "read": f"^{re.escape(PARTNERS_STREAM)}$"}
    _ask(settings, "PUT", f"/api/permissions/{quote(vhost, safe='')}/{user}", rights)
    for limit, value in LIMITS.items():
        _ask(settings, "PUT", f"/api/user-limits/{user}/{limit}", {"value": value})
    outside = settings.partners_public_url or settings.partners_amqp_url
    return urlunsplit(urlsplit(outside)._replace(netloc=f"{user}:{password}@{host_of(outside)}"))


def revoke(settings: Settings, name: str) -> None:
    """Removes the partner's user; the broker closes its connections. Raises NoSuchPartner, BrokerUnavailable."""
    if _ask(settings, "DELETE", f"/api/users/{quote(PREFIX + name, safe='')}") is None:
        raise NoSuchPartner(f"Aucun partenaire ne s’appelle {name}.")


def names(settings: Settings) -> list[str]:
    """The partners that may read, by name."""
    users = _ask(settings, "GET", "/api/users") or []
    return sorted(user["name"].removeprefix(PREFIX) for user in users if user["name"].startswith(PREFIX))


def renew(settings: Settings) -> None:
    """Deletes the partners' stream; the relay makes it anew, under another identity, and fills it from the first event.

    Raises BrokerUnavailable.
    """
    _vhost(settings)
    connection = BrokerConnection(settings.partners_amqp_url)
    try:
        connection.open().queue_delete(PARTNERS_STREAM)
    except LOST as error:
        raise BrokerUnavailable("RabbitMQ ne répond pas, ou n’a pas supprimé le flux.") from error
    finally:
        connection.end()
    for service in service_names():
        with db.connect(settings.database(service), "parvis-partners") as conn:
            conn.execute(partners_stream.AGAIN)  # there is something to publish, by which the relay notices


def _vhost(settings: Settings) -> str:
    if not settings.partners_amqp_url or not settings.rabbitmq_management_url:
        raise BrokerUnavailable("PARTNERS_AMQP_URL et RABBITMQ_MANAGEMENT_URL doivent être réglés.")
    return unquote(urlsplit(settings.partners_amqp_url).path[1:]) or "/"


def _ask(settings: Settings, method: str, path: str, body: Any = None) -> Any:
    """What the management API answers, {} when it says nothing; None when there is no such thing."""
    status, answer = Management(settings.rabbitmq_management_url).request(method, path, body)
    if status == HTTPStatus.NOT_FOUND:
        return None
    if status >= HTTPStatus.BAD_REQUEST:
        raise BrokerUnavailable(
            f"RabbitMQ a refusé ({status}) : {path}" if answer else "La console de RabbitMQ ne répond pas."
        )
    return json.loads(answer or "{}")
