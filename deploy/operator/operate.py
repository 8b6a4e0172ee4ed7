"""Commands for operators: thin calls of the chassis's functions.

A refusal is printed by `cli.main`, like any other foreseen failure.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from deploy.command.console import Console
from deploy.command.deployed import typed
from deploy.command.layout import here
from deploy.command.running import running_settings
from deploy.operator.calls import send, services
from deploy.operator.operator_name import operator
from services.accounts.schemas.agents import AddAgent
from services.chassis.bus import partners, undecodable
from services.chassis.process import operate as chassis, rebuild as rebuilding
from services.chassis.settings import Settings

ADD_SECONDS = 15.0


def _of_one_service(options: argparse.Namespace) -> tuple[Settings, str]:
    """The settings of the running instance, and the service that the command names."""
    settings = running_settings(here())
    [service] = services(options.service)
    return settings, service


def verify(options: argparse.Namespace) -> int:
    """Walks every chain, and reads every file that documents keeps; exit code 1 when one is not whole."""
    settings, console = running_settings(here()), Console()
    broken = 0
    for service in services(options.service):
        with console.busy(f"{service} : lecture des événements"):
            found = chassis.verify(settings, service)
        console.step(f"{service} : {found}")
        broken += not found.sound
        if service == "documents":
            broken += _verify_files(settings, console)
    return 1 if broken else 0


def _verify_files(settings: Settings, console: Console) -> int:
    """The number of faults, each printed on a line."""
    if not settings.s3_access_key:
        console.step("documents : fichiers non relus, S3_ACCESS_KEY et S3_SECRET_KEY ne sont pas donnés ici")
        return 0
    from services.documents.operations import Files, verify_files  # no other command waits for its libraries

    found = Files()
    with console.busy(lambda: f"documents : {found.read} fichiers relus"):
        verify_files(settings, found)
    for fault in found.faults:
        console.say(f"  {fault}")
    said = f"{len(found.faults)} À REMETTRE d’une sauvegarde du stockage" if found.faults else "aucun ne manque"
    console.step(f"documents : {found.read} fichiers relus, {said}")
    return len(found.faults)


def rebuild(options: argparse.Namespace) -> int:
    """Makes the read models anew beside the present ones, then takes their place."""
    settings, console = running_settings(here()), Console()
    for service in services(options.service):
        console.step(f"{service} : {rebuilding.rebuild(settings, service)}")
    return 0


def republish(options: argparse.Namespace) -> int:
    settings, service = _of_one_service(options)
    count = chassis.republish(settings, service, options.position)
    if count:
        said = f"Événements de {service} publiés à nouveau : {count} ; qui les connaît déjà les laisse."
    else:
        said = f"Rien à publier : {service} n’a aucun événement à partir de la position {options.position}."
    Console().say(said)
    return 0


def list_dead_letters(options: argparse.Namespace) -> int:
    """Those still tried, those given up, and those that no code could read; exit code 0 also when there are some."""
    settings, console = running_settings(here()), Console()
    if options.dismissed:
        return _list_dismissed(settings, console, options.service)
    found: Counter[str] = Counter()
    for service in services(options.service):
        for letter in chassis.dead_letters(settings, service):
            found["dead" if letter["dead_at"] else "tried"] += 1
            console.say(f"{service:<11} {letter['event_id']}  {letter['source']}.{letter['type']}  {_next_try(letter)}")
            console.say(f"{'':<11} {letter['reason']}")
    for service in services(options.service):  # afterwards: these need a broker that answers
        for unread in undecodable.unread(settings, service):
            found["unread"] += 1
            console.say(f"{service:<11} {unread.id:<36}  {unread.source}.{unread.type}  {_why(unread)}")
    if found:
        console.say(
            f"À nouveau essayés d’eux-mêmes : {found['tried']}. "
            f"À relancer par retry ou à écarter par dismiss : {found['dead']} abandonnés, {found['unread']} illisibles."
        )
    else:
        console.say("Aucun message en échec.")
    return 0


def _list_dismissed(settings: Settings, console: Console, service: str | None) -> int:
    """The journal of those that an operator has dismissed."""
    count = 0
    for name in services(service):
        for letter in chassis.dismissed(settings, name):
            count += 1
            at = f"{letter['dismissed_at'].astimezone():%d/%m/%Y à %H:%M}"
            console.say(f"{name:<11} {letter['letter']:<36}  {letter['source']}.{letter['type']}  {letter['failure']}")
            console.say(f"{'':<11} écarté le {at} par {letter['dismissed_by']} : {letter['reason']}")
    if not count:
        console.say("Aucun message n’a été écarté.")
    return 0


def _why(letter: undecodable.Unread) -> str:
    return "illisible" if letter.reason == "rejected" else "a mis fin cinquante fois à qui le lisait"


def _next_try(letter: Mapping[str, Any]) -> str:
    """In the time of this machine. What stands behind another of its subject has no time of its own."""
    if letter["dead_at"]:
        return f"abandonné le {letter['dead_at'].astimezone():%d/%m à %H:%M:%S}"
    if letter["next_try"]:
        return f"nouvel essai le {letter['next_try'].astimezone():%d/%m à %H:%M:%S}"
    return "attend son tour"


def show_dead_letter(options: argparse.Namespace) -> int:
    settings, service = _of_one_service(options)
    if undecodable.ID.fullmatch(options.id):
        letter = vars(undecodable.find(settings, service, options.id))
    else:
        letter = chassis.dead_letter(settings, service, options.id)
    Console().say(json.dumps(letter, ensure_ascii=False, indent=2, default=_readable))
    return 0


def _readable(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def retry_dead_letter(options: argparse.Namespace) -> int:
    settings, service = _of_one_service(options)
    if undecodable.ID.fullmatch(options.id):
        undecodable.send_back(settings, service, options.id)
    else:
        chassis.retry_dead_letter(settings, service, options.id)
    Console().say("Le message est traité à nouveau dans les secondes qui viennent.")
    return 0


def dismiss_dead_letter(options: argparse.Namespace) -> int:
    """Takes it out for good, with the reason and who says so in the journal."""
    (settings, service), by = _of_one_service(options), operator(options.by)
    dismiss = chassis.dismiss_unread if undecodable.ID.fullmatch(options.id) else chassis.dismiss_dead_letter
    dismiss(settings, service, options.id, why=options.reason, by=by)
    Console().say(
        "Le message est écarté : il ne sera plus traité. « dead-letters list --dismissed » le montre avec son motif."
    )
    return 0


def add_partner(options: argparse.Namespace) -> int:
    """Prints the partner's address, the only time that its password is shown."""
    address, console = partners.add(running_settings(here()), options.name), Console()
    console.say(
        f"L’adresse de {options.name}, montrée cette seule fois ; « partner revoke {options.name} » la retire, et docs/partners.md "
        "dit ce qui s’y lit :"
    )
    console.say(address)
    return 0


def list_partners(_options: argparse.Namespace) -> int:
    names, console = partners.names(running_settings(here())), Console()
    for name in names or ["Aucun partenaire n’a accès aux événements."]:
        console.say(name)
    return 0


def revoke_partner(options: argparse.Namespace) -> int:
    partners.revoke(running_settings(here()), options.name)
    Console().say(f"{options.name} n’a plus accès aux événements.")
    return 0


def renew_stream(_options: argparse.Namespace) -> int:
    partners.renew(running_settings(here()))
    Console().say(
        "Le flux des partenaires est refait sous une nouvelle identité, à partir du premier événement. Ils le relisent "
        "d’eux-mêmes (docs/partners.md)."
    )
    return 0


def add_admin(options: argparse.Namespace) -> int:
    """Brings in an administrator, also where no mail can leave yet, and shows, once, what logging in takes; kept nowhere."""
    console = Console()
    person = AddAgent(
        username=options.username,
        email=options.email,
        function="Administration du portail",
        role="administrator",
    )
    login = send(person, seconds=ADD_SECONDS)
    console.say(f"Nom d’utilisateur  {login.username}")
    console.say(f"Mot de passe       {login.password}")
    console.say(f"Code à usage unique, à ajouter à une application : {login.uri}")
    renew = typed(f"agent invite {login.username}")
    console.say(f"Ils ne sont montrés que cette fois ; {renew} envoie un lien pour en prendre d’autres.")
    return 0
