"""Commands for operators: thin calls of the chassis's functions."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
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


def republish(options: argparse.Namespace) -> str:
    settings, service = _of_one_service(options)
    if count := chassis.republish(settings, service, options.position):
        return f"Événements de {service} publiés à nouveau : {count} ; qui les connaît déjà les laisse."
    return f"Rien à publier : {service} n’a aucun événement à partir de la position {options.position}."


def list_dead_letters(options: argparse.Namespace) -> Iterator[str]:
    """Those still tried, those given up, and those that no code could read; exit code 0 also when there are some."""
    settings = running_settings(here())
    if options.dismissed:
        yield from _dismissed(settings, options.service)
        return
    found: Counter[str] = Counter()
    for service in services(options.service):
        for letter in chassis.dead_letters(settings, service):
            found["dead" if letter["dead_at"] else "tried"] += 1
            yield f"{service:<11} {letter['event_id']}  {letter['source']}.{letter['type']}  {_next_try(letter)}"
            yield f"{'':<11} {letter['reason']}"
    for service in services(options.service):  # afterwards: these need a broker that answers
        for unread in undecodable.unread(settings, service):
            found["unread"] += 1
            why = "illisible" if unread.reason == "rejected" else "a mis fin cinquante fois à qui le lisait"
            yield f"{service:<11} {unread.id:<36}  {unread.source}.{unread.type}  {why}"
    if found:
        yield (
            f"À nouveau essayés d’eux-mêmes : {found['tried']}. "
            f"À relancer par retry ou à écarter par dismiss : {found['dead']} abandonnés, {found['unread']} illisibles."
        )
    else:
        yield "Aucun message en échec."


def _dismissed(settings: Settings, service: str | None) -> Iterator[str]:
    """The journal of those that an operator has dismissed."""
    found = [(name, letter) for name in services(service) for letter in chassis.dismissed(settings, name)]
    for name, letter in found:
        at = f"{letter['dismissed_at'].astimezone():%d/%m/%Y à %H:%M}"
        yield f"{name:<11} {letter['letter']:<36}  {letter['source']}.{letter['type']}  {letter['failure']}"
        yield f"{'':<11} écarté le {at} par {letter['dismissed_by']} : {letter['reason']}"
    if not found:
        yield "Aucun message n’a été écarté."


def _next_try(letter: Mapping[str, Any]) -> str:
    """In the time of this machine. An event that waits behind another of its subject has no time of its own."""
    if letter["dead_at"]:
        return f"abandonné le {letter['dead_at'].astimezone():%d/%m à %H:%M:%S}"
    if letter["next_try"]:
        return f"nouvel essai le {letter['next_try'].astimezone():%d/%m à %H:%M:%S}"
    return "attend son tour"


def show_dead_letter(options: argparse.Namespace) -> str:
    settings, service = _of_one_service(options)
    if undecodable.ID.fullmatch(options.id):
        letter = vars(undecodable.find(settings, service, options.id))
    else:
        letter = chassis.dead_letter(settings, service, options.id)
    return json.dumps(letter, ensure_ascii=False, indent=2, default=_readable)


def _readable(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def retry_dead_letter(options: argparse.Namespace) -> str:
    settings, service = _of_one_service(options)
    if undecodable.ID.fullmatch(options.id):
        undecodable.send_back(settings, service, options.id)
    else:
        chassis.retry_dead_letter(settings, service, options.id)
    return "Le message est traité à nouveau dans les secondes qui viennent."


def dismiss_dead_letter(options: argparse.Namespace) -> str:
    """Takes it out for good, with the reason and who says so in the journal."""
    (settings, service), by = _of_one_service(options), operator(options.by)
    dismiss = chassis.dismiss_unread if undecodable.ID.fullmatch(options.id) else chassis.dismiss_dead_letter
    dismiss(settings, service, options.id, why=options.reason, by=by)
    return "Le message est écarté : il ne sera plus traité. « dead-letters list --dismissed » le montre avec son motif."


def add_partner(options: argparse.Namespace) -> Iterator[str]:
    """The partner's address, the only time that its password is shown."""
    address = partners.add(running_settings(here()), options.name)
    yield (
        f"L’adresse de {options.name}, montrée cette seule fois ; « partner revoke {options.name} » la retire, et docs/partners.md "
        "dit ce qui s’y lit :"
    )
    yield address


def list_partners(_options: argparse.Namespace) -> list[str]:
    return partners.names(running_settings(here())) or ["Aucun partenaire n’a accès aux événements."]


def revoke_partner(options: argparse.Namespace) -> str:
    partners.revoke(running_settings(here()), options.name)
    return f"{options.name} n’a plus accès aux événements."


def renew_stream(_options: argparse.Namespace) -> str:
    partners.renew(running_settings(here()))
    return (
        "Le flux des partenaires est refait sous une nouvelle identité, à partir du premier événement. Ils le relisent "
        "d’eux-mêmes (docs/partners.md)."
    )


def add_admin(options: argparse.Namespace) -> Iterator[str]:
    """Brings in an administrator, also where no mail can leave yet, and shows, once, what logging in takes; kept nowhere."""
    person = AddAgent(
        username=options.username,
        email=options.email,
        function="Administration du portail",
        role="administrator",
    )
    login = send(person, seconds=ADD_SECONDS)
    yield f"Nom d’utilisateur  {login.username}"
    yield f"Mot de passe       {login.password}"
    yield f"Code à usage unique, à ajouter à une application : {login.uri}"
    renew = typed(f"agent invite {login.username}")
    yield f"Ils ne sont montrés que cette fois ; {renew} envoie un lien pour en prendre d’autres."
