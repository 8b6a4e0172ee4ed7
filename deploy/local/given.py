"""The settings that the environment names: they take the place of ours, whole servers among them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from deploy.command.layout import caller_path
from deploy.command.trouble import Trouble
from services.chassis.settings import Settings, WrongSetting, read_file

NAMES = tuple(setting.upper() for setting in Settings.__dataclass_fields__)
SERVERS: dict[str, tuple[str, ...]] = {
    "DATABASE_URL": ("OWNER_DATABASE_URL",),
    "AMQP_URL": ("PARTNERS_AMQP_URL", "RABBITMQ_MANAGEMENT_URL"),
    "S3_ENDPOINT": ("S3_SECURE", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"),
    "SMTP_URL": ("MAIL_INBOX_URL",),
}
"""The setting that puts a server in the place of a private one, and those that mean nothing without it."""
WITH_DATA = ("DATABASE_URL", "AMQP_URL", "S3_ENDPOINT")
PLACE = "{service}"


def given_settings(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """NAME, or what NAME_FILE holds, of every setting that is there; raises Trouble for one that cannot be meant."""
    environ = dict(os.environ) if environ is None else environ
    try:
        found = {name: value for name in NAMES if (value := environ.get(name) or _from_file(name, environ))}
        Settings.load(found)
    except WrongSetting as error:
        raise Trouble(str(error)) from None
    for server, others in SERVERS.items():
        for other in others:
            if other in found and server not in found:
                raise Trouble(f"{other} ne va qu’avec {server} : donnez les deux, ou aucun des deux.")
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        if PLACE not in found.get(name, PLACE):
            raise Trouble(f"{name} doit contenir {PLACE}, qui tient la place du nom de chaque base.")
    return found


def servers_with_data(given: Mapping[str, str]) -> list[str]:
    """Which of the servers that keep our data are not ours to empty."""
    return [name for name in WITH_DATA if name in given]


def _from_file(name: str, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{name}_FILE")
    return read_file(name, caller_path(path, dict(environ))) if path else ""
