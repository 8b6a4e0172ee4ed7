"""What is printed for a person or a program once all is ready: where everything is, and who can log in."""

from pathlib import Path
from typing import Any

from deploy.command.addresses import without_password
from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.command.notes import Damaged
from deploy.local import instance as instances
from deploy.local.instance import Instance
from deploy.operator import logins


def addresses(instance: Instance) -> dict[str, Any]:
    """Where everything is, without passwords, and the file that holds them: the object that `--json` prints."""
    settings = instance.settings
    gateway = instances.portal(settings["GATEWAY_HOST"], instance.ports["gateway"])
    found = {
        "gateway": gateway,
        "mail": settings.get("MAIL_INBOX_URL"),
        "mail_token": str(instance.layout.inbox_token) if instance.own_mail else None,
        "amqp": settings.get("AMQP_URL"),
        "partner_amqp": settings.get("PARTNERS_AMQP_URL"),
        "logins": str(instance.layout.logins),
        "openapi": f"{gateway}/api/v1/openapi.json",
        "asyncapi": f"{gateway}/api/v1/asyncapi.json",
        "settings": str(instance.layout.settings),
    }
    return {name: address and without_password(address) for name, address in found.items()}


def inbox(found: dict[str, Any]) -> str:
    """The inbox's address, with the token that opens it where it asks for one."""
    file = found.get("mail_token")
    try:
        return f"{found['mail']}/?jeton={Path(file).read_text(encoding='ascii')}" if file else found["mail"]
    except OSError:
        return found["mail"]  # its page says where the token lies


def describe(layout: Layout, console: Console, found: dict[str, Any], *, first: bool) -> None:
    """`first`: this start made the accounts. Passwords are shown then; later, only the name of the file that holds them."""
    console.say()
    console.say(f"  Portail            {found['gateway']}")
    console.say(f"  Agents             {found['gateway']}/agent/connexion")
    if found["mail"]:
        console.say(f"  Courriels envoyés  {inbox(found)}")
    console.say(f"  Interface JSON     {found['gateway']}/api/docs")
    console.say(f"  Événements         {found['asyncapi']}")
    if layout.logins.exists():
        console.say(f"  Comptes            {layout.logins}")
        if first:
            try:
                lines = logins.describe(logins.read_logins(layout.logins))
            except Damaged as damaged:  # all the rest is up and goes on
                lines = [str(damaged)]
            for line in lines:
                console.say(f"    {line}")
        console.say(f"  Code d’un agent    {layout.command('code NOM')}")
    console.say()
