"""Accounts that the town hall creates: agents, and the people of the town's file.

Their passwords and secrets are random. The answer to the command holds them; it is kept, sealed, as long as any outcome, so that
a lost answer can be had again with the same command id. Otherwise they are stored as a hash, or sealed.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from uuid import UUID, uuid5

from services.accounts.credentials import hashing, rows as credential_rows, usernames
from services.accounts.family import rows as family_rows
from services.accounts.inactivity import use_cases as inactive_spaces
from services.accounts.invitations import use_cases as invitations
from services.accounts.keys.derived_keys import DerivedKeys, email_hash
from services.accounts.keys.tokens import generated_password, generated_totp_secret
from services.accounts.provisioning import people_file
from services.accounts.provisioning.people_file import Citizen
from services.accounts.schemas import agents as calls
from services.accounts.schemas.facts import AccountCreated
from services.accounts.schemas.refusals import UsernameTaken
from services.accounts.schemas.rights import ADMINISTRATOR
from services.accounts.schemas.team import Invited, InviteMember
from services.accounts.second_factor import rules as totp
from services.accounts.sign_up.use_cases import add_space
from services.accounts.spaces import records
from services.accounts.spaces.events import AccountActivated, AgentAdded, FamilyMemberAdded
from services.accounts.spaces.rules import NotYours, stream_of
from services.accounts.team import rows as agent_rows
from services.accounts.team.rules import COMPARED, Agent, known_agent
from services.accounts.team.use_cases import absent, an_administrator_stays, change_all
from services.accounts.team.views import only_who_manages_agents
from services.accounts.town import rows as town_rows
from services.chassis.actors import only_ourselves
from services.chassis.calls import Call
from services.chassis.contracts import from_json
from services.chassis.event_store.events import Event
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct
from services.townhall.problems import ImportRefused
from services.townhall.town_time import local_day, start_of_day


class Arrival(Struct):
    """Someone to bring in, with a new id and random secrets. `invited`: without any, for they come by a mailed link: an agent
    is sent one, a citizen asks for one when the time has come (« J’ai oublié mon mot de passe »)."""

    person: Citizen | Agent
    person_id: UUID
    folded: str
    invited: bool
    password: str
    totp_secret: str


class BroughtIn(calls.Imported):
    """What a command is remembered with: that of one agent says nothing of the others."""

    logins: tuple[calls.FirstLogin, ...] = ()
    ids: dict[str, str] = field(default_factory=dict[str, str])
    changes: tuple[calls.AgentDifference, ...] = ()
    left: tuple[calls.AgentDifference, ...] = ()
    absent: tuple[str, ...] = ()


def import_accounts(store: Store, call: Call, asked: calls.ImportAccounts) -> calls.Imported:
    """Creates the people of the town's file who have no account yet, active. Existing agents get the values of the file. The same
    file again changes nothing."""
    only_ourselves(call.actor, NotYours)
    document = {"citizens": list(asked.citizens), "agents": list(asked.agents)}
    people, keys = people_file.read(document, local_day(store.clock.now())), DerivedKeys(store.settings)
    agents, apply = [person for person in people if isinstance(person, Agent)], asked.apply

    def as_the_file_says(tx: Transaction) -> BroughtIn:
        _refuse_clashes(tx, people, apply=apply)
        with an_administrator_stays(tx):
            changes, left = change_all(tx, agents, keys, apply=apply)
            return BroughtIn(changes=tuple(changes), left=tuple(left), absent=tuple(absent(tx, agents)))

    return _bring_in(store, call, people, besides=as_the_file_says, from_file=True, invite=asked.invite)


def check_accounts(store: Store, call: Call, asked: calls.CheckAccounts) -> None:
    only_ourselves(call.actor, NotYours)
    people = people_file.read(asked.document, local_day(store.clock.now()), asked.departments)
    with store.transaction() as tx:
        _refuse_clashes(tx, people, apply=asked.apply)


def _refuse_clashes(tx: Transaction, people: Sequence[Citizen | Agent], *, apply: bool) -> None:
    """Raises ImportRefused for names that a person of the other kind has, and where no administrator would be left."""
    here = {row.username: row for row in agent_rows.agents(tx.conn)}
    named = {usernames.fold(person.username): person for person in people}
    known = credential_rows.person_ids(tx.conn, list(named))
    problems = [
        people_file.name_taken(person)
        for name, person in named.items()
        if name in known and isinstance(person, Agent) != (name in here)
    ]
    active = [row for row in here.values() if row.active]
    left = {row.username for row in active if "role" in row.kept_fields and not apply}
    roles = {
        row.username: row.role if row.username in left else getattr(named.get(row.username), "role", row.role)
        for row in active
    }
    if ADMINISTRATOR in {row.role for row in active} and ADMINISTRATOR not in roles.values():
        problems += [people_file.no_administrator(named[row.username]) for row in active if row.role == ADMINISTRATOR]
    if problems:
        raise ImportRefused(problems)


def add_agent(store: Store, call: Call, asked: calls.AddAgent) -> calls.NewLogin:
    only_who_manages_agents(call.actor)
    agent = known_agent(asked)
    logins = _bring_in(store, call, [agent]).logins
    if not logins:
        raise UsernameTaken(fields={"username": UsernameTaken.message})
    with store.read() as conn:
        town = town_rows.town(conn)
    uri = totp.enrolment_uri(logins[0].totp_secret, username=agent.username, town=town.name)
    return from_json(calls.NewLogin, {**vars(logins[0]), "uri": uri})


def invite_member(store: Store, call: Call, asked: InviteMember) -> Invited:
    only_who_manages_agents(call.actor)
    agent = known_agent(asked)
    done = _bring_in(store, call, [agent], invite=True)
    if not done.invited:
        raise UsernameTaken(fields={"username": UsernameTaken.message})
    return Invited(id=UUID(done.ids[agent.username]), username=agent.username)


def _bring_in(
    store: Store,
    call: Call,
    people: Sequence[Citizen | Agent],
    *,
    besides: Callable[[Transaction], BroughtIn] = lambda _: BroughtIn(),
    from_file: bool = False,
    invite: bool = False,
) -> BroughtIn:
    """Adds those who are not here, in one transaction with what is done `besides` to those who are."""
    if done := store.done(call, BroughtIn):
        return done  # the secrets of then: whatever is made below would be thrown away
    keys = DerivedKeys(store.settings)
    folded = [usernames.fold(person.username) for person in people]
    with store.read() as conn:
        here = credential_rows.person_ids(conn, folded)
    new = [
        Arrival(
            person=person,
            person_id=store.ids.new(),
            folded=name,
            invited=invite,
            password="" if invite else generated_password(),
            totp_secret=generated_totp_secret() if isinstance(person, Agent) and not invite else "",
        )
        for person, name in zip(people, folded, strict=True)
        if name not in here
    ]
    hashed = iter(hashing.hash_all(arrival.password for arrival in new if not arrival.invited))
    hashes = [hashing.unknown_password() if arrival.invited else next(hashed) for arrival in new]

    def bring(tx: Transaction) -> BroughtIn:
        done_besides = besides(tx)
        for arrival, password_hash in zip(new, hashes, strict=True):
            if isinstance(arrival.person, Citizen):
                _add_citizen(tx, arrival, arrival.person, password_hash, keys)
            else:
                _add_agent(tx, arrival, arrival.person, password_hash, keys)
            if not from_file:
                agent_rows.keep_fields(tx.conn, arrival.person_id, COMPARED)
        if from_file:
            tx.conn.execute(agent_rows.NAMED_BY_THE_FILE, {"usernames": folded})
        ids = credential_rows.person_ids(tx.conn, folded)
        waiting = [one.person for one in new if one.invited]
        return replace(
            done_besides,
            logins=tuple(_login(arrival) for arrival in new if not arrival.invited),
            invited=tuple(person.username for person in waiting if isinstance(person, Agent)),
            without_password=tuple(person.username for person in waiting if isinstance(person, Citizen)),
            ids={person.username: str(ids[name]) for person, name in zip(people, folded, strict=True)},
        )

    return store.run_declared(call, BroughtIn, bring)


def _add_citizen(tx: Transaction, arrival: Arrival, citizen: Citizen, password_hash: str, keys: DerivedKeys) -> None:
    account_id = add_space(
        tx,
        arrival.person_id,
        records.Holder(username=citizen.username, profile=citizen.profile),
        email_hash=email_hash(keys, citizen.profile.contact.email),
        password_hash=password_hash,
        active=True,
        last_used_at=start_of_day(citizen.last_login) if citizen.last_login else None,
    )
    tx.wake(inactive_spaces.UNUSED)
    facts: list[Event] = [AccountCreated(imported=True), AccountActivated()]
    for ordinal, member in enumerate(citizen.family):
        member_id = uuid5(account_id, f"family member {ordinal}")
        family_rows.add(tx.conn, member_id, account_id, records.seal(tx, account_id, member))
        facts.append(FamilyMemberAdded(member_id=str(member_id)))
    tx.append(stream_of(account_id), facts)


def _add_agent(tx: Transaction, arrival: Arrival, agent: Agent, password_hash: str, keys: DerivedKeys) -> None:
    details = records.AgentDetails(username=agent.username, email=agent.email, totp_secret=arrival.totp_secret)
    if not credential_rows.add_credentials(
        tx.conn,
        arrival.person_id,
        kind="agent",
        username=arrival.folded,
        password_hash=password_hash,
        active=not arrival.invited,
    ):
        raise UsernameTaken(fields={"username": UsernameTaken.message})
    agent_rows.save_agent(tx.conn, arrival.person_id, agent, records.seal(tx, arrival.person_id, details))
    by = invitations.done_by(tx)
    added = AgentAdded(role=agent.role, departments=agent.departments, permissions=agent.permissions, by=by)
    tx.append(f"agent-{arrival.person_id}", [added])
    if arrival.invited:
        invitations.send(tx, arrival.person_id, keys)


def _login(arrival: Arrival) -> calls.FirstLogin:
    person, password = arrival.person, arrival.password
    role = person.role if isinstance(person, Agent) else "citizen"
    return calls.FirstLogin(username=person.username, password=password, totp_secret=arrival.totp_secret, role=role)
