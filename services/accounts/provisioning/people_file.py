"""The people of a town's file, `accounts.yaml`: the shape of its entries, and what keeps a person from being brought in. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import fields, validate

from services.accounts.credentials import usernames
from services.accounts.family.rules import FamilyMember, read_member
from services.accounts.schemas.agents import DescribedAgent
from services.accounts.schemas.refusals import LastAdministrator
from services.accounts.spaces.citizen import Profile, read_profile
from services.accounts.team.rules import Agent, read_agent
from services.chassis.french_fields import FrenchSchema, Listed, Named, Part, Text, one_of, shaped
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.values import is_day
from services.townhall.person_fields import Errors
from services.townhall.pieces import LONGEST_LABEL
from services.townhall.problems import ImportRefused, Problem, from_schema
from services.townhall.town_time import resolved_day

FILE = "accounts.yaml"
NO_TITLE = f"Il faut un nom d’une ligne, {LONGEST_LABEL} caractères au plus."
NO_FILES = "Il faut de un à quatre noms de fichiers."


def _is_day_if_any(text: str) -> None:
    if text:
        is_day(text)


class StoredPiece(FrenchSchema):
    """A piece of the storage space; `kind` is for readers of the file."""

    title = Text(required=True, checks=[shaped(rf".{{1,{LONGEST_LABEL}}}", NO_TITLE)])
    kind = Text(blank=True)
    files = Listed(Text(), required=True, validate=validate.Length(1, 4, error=NO_FILES))
    added = Text(required=True, checks=[is_day])


class CitizenEntry(FrenchSchema):
    """What `read_profile` judges is here by its kind alone; `sample_requests` is for requests to judge."""

    username = Text(required=True)
    profile, preferred_contact, status = (Text(blank=True) for _ in range(3))
    last_login = Text(blank=True, checks=[_is_day_if_any])
    identity, address, contact = (Named() for _ in range(3))
    organisation = Named(allow_none=True)
    family_members, partner_links = (Listed(Named(), allow_none=True) for _ in range(2))
    storage = Listed(Part(StoredPiece), allow_none=True)
    sample_requests = fields.Raw(allow_none=True)


class AgentEntry(FrenchSchema):
    username = Text(required=True)
    role, function, email, second_factor, cannot = (Text(blank=True) for _ in range(5))
    departments, can = (Listed(Text(), allow_none=True) for _ in range(2))


class PeopleFile(FrenchSchema):
    """`accounts.yaml`."""

    schema = Text(checks=[one_of({"accounts/1"})])
    citizens = Listed(Part(CitizenEntry), allow_none=True)
    agents = Listed(Part(AgentEntry), allow_none=True)


class Citizen(Struct):
    username: str
    profile: Profile
    family: tuple[FamilyMember, ...]
    last_login: date | None = None
    """Somewhere else, before the space was brought here."""


def read(document: Mapping[str, Any], today: date, departments: Collection[str] | None = None) -> list[Citizen | Agent]:
    """The citizens, then the agents; raises ImportRefused with every fault. `departments`: those there are, if known."""
    wrong = PeopleFile().validate(document)
    problems = from_schema(FILE, document, wrong)
    people: list[Citizen | Agent] = []
    for kind, read_one in (("citizens", _citizen), ("agents", _agent)):
        misshapen = wrong.get(kind, {})
        entries = document.get(kind) or () if isinstance(misshapen, Mapping) else ()
        for entry in [entry for position, entry in enumerate(entries) if position not in misshapen]:
            person, errors = read_one(entry, today)
            problems += [
                Problem(file=FILE, entry=entry["username"], field=at, message=why) for at, why in errors.items()
            ]
            people += [person] if person else []
    problems += _doubles(people)
    problems += [
        Problem(file=FILE, entry=agent.username, field="departments", message=f"« {slug} » n’existe pas.")
        for agent in people
        if isinstance(agent, Agent) and departments is not None
        for slug in agent.departments
        if slug not in departments
    ]
    if problems:
        raise ImportRefused(problems)
    return people


def name_taken(person: Citizen | Agent) -> Problem:
    whose = "d’un espace personnel" if isinstance(person, Agent) else "d’un agent"
    return Problem(file=FILE, entry=person.username, field="username", message=f"Ce nom est déjà celui {whose}.")


def no_administrator(person: Citizen | Agent) -> Problem:
    return Problem(file=FILE, entry=person.username, field="role", message=LastAdministrator.message)


def _citizen(data: Mapping[str, Any], today: date) -> tuple[Citizen | None, Errors]:
    username = str(data.get("username") or "")
    profile, errors = read_profile(data, today=today)
    family = [read_member(member, today=today) for member in data.get("family_members") or ()]
    for number, (_, faults) in enumerate(family, start=1):
        errors |= {
            f"family_members.n° {number}.{field.removeprefix('member.')}": text for field, text in faults.items()
        }
    if fault := usernames.fault_of(username):
        errors["username"] = fault
    last_login = resolved_day(text, today) if (text := str(data.get("last_login") or "")) else None
    if last_login and last_login > today:
        errors["last_login"] = "Cette date n’est pas encore passée."
    if profile is None or errors:
        return None, errors
    members = tuple(member for member, _ in family if member)
    return Citizen(username=username, profile=profile, family=members, last_login=last_login), {}


def _agent(data: Mapping[str, Any], _today: date) -> tuple[Agent | None, Errors]:
    texts = {name: str(data.get(name) or "") for name in ("username", "email", "function", "role")}
    can = None if data.get("can") is None else tuple(data["can"])
    agent, errors = read_agent(
        DescribedAgent(**texts, departments=tuple(data.get("departments") or ()), permissions=can)
    )
    named = {"permissions": "can"}
    sentences = {field.removeprefix("agent."): text for field, text in errors.items()}
    return agent, {named.get(field, field): text for field, text in sentences.items()}


def _doubles(people: Sequence[Citizen | Agent]) -> Iterator[Problem]:
    """Names are unique among all, and addresses among citizens."""
    names: set[str] = set()
    addresses: set[str] = set()
    for person in people:
        folded = usernames.fold(person.username)
        if folded in names:
            yield Problem(file=FILE, entry=person.username, field="username", message="Deux personnes portent ce nom.")
        names.add(folded)
        if isinstance(person, Citizen):
            address = person.profile.contact.email.casefold()
            if address in addresses:
                message = "Deux citoyens ont cette adresse."
                yield Problem(file=FILE, entry=person.username, field="contact.email", message=message)
            addresses.add(address)
