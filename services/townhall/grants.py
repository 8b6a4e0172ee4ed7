"""Grants: what the owner of a thing lets an actor do with it at other services, which check it without a call."""

from collections.abc import Mapping
from dataclasses import replace

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import Json
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings
from services.chassis.signing import sign, unsign

VALID_SECONDS = 600


class GrantRefused(Forbidden):
    message = "Cette page a trop attendu : rechargez-la, puis recommencez."


def give(settings: Settings, actor: Actor, said: Mapping[str, object]) -> str:
    """A grant for this actor alone, in force for ten minutes."""
    return sign(settings, "grant", {**said, "actor": actor.id})


def read(settings: Settings, token: str, actor: Actor) -> Json:
    """What a grant in force says; raises BadStatement for one that is forged or too old, GrantRefused for another's."""
    said = unsign(settings, "grant", token, VALID_SECONDS)
    if said["actor"] != actor.id:
        raise GrantRefused
    return said


def command(call: Call, about: object) -> Call:
    """The call as a command is remembered: with another grant for the same thing it is the same command."""
    return replace(call, body={**call.body, "grant": str(about)})
