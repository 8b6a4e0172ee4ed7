"""How an agent takes a password and a second factor: a mailed link, opened, then accepted with the first code."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.accounts.credentials import hashing, rules as passwords, use_cases as own_password
from services.accounts.invitations import rows as invitation_rows
from services.accounts.invitations.rules import InvitationUnknown
from services.accounts.invitations.views import secret_of, username_of, waiting_for
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import generated_totp_secret, new_link
from services.accounts.schemas.agents import AcceptInvitation, InvitationTaken
from services.accounts.schemas.facts import AgentInvited
from services.accounts.schemas.refusals import WrongCode
from services.accounts.second_factor import use_cases as recovery_codes
from services.accounts.second_factor.rules import accepted_step
from services.accounts.sessions.lifetime import end_sessions_of
from services.accounts.spaces import records
from services.accounts.spaces.events import AgentReady
from services.accounts.spaces.rules import FormRefused
from services.accounts.town import rows as town_rows
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction

WRONG_CODE = "Ce code n’est pas celui de cette clé. Saisissez les six chiffres que votre application affiche."


def send(tx: Transaction, agent_id: UUID, keys: DerivedKeys, *, second_factor_only: bool = False) -> None:
    """Enqueues a mail to the agent with a link that works as long as the town's other links; one sent before is revoked.

    What the agent logs in with until now stays good until the link is taken. `second_factor_only`: the password stays then,
    and is asked for.
    """
    nonce, token_hash = new_link(agent_id, keys.invitations)
    link = invitation_rows.InvitationLink(
        agent_id=agent_id,
        nonce=nonce,
        token_hash=token_hash,
        expires_at=tx.now + timedelta(hours=town_rows.town(tx.conn).activation_hours),
        totp_secret=tx.seal(str(agent_id), generated_totp_secret()),
        second_factor_only=second_factor_only,
    )
    invitation_rows.invite(tx.conn, link)
    tx.append(f"agent-{agent_id}", [AgentInvited(by=done_by(tx))])


def accept_invitation(store: Store, call: Call, asked: AcceptInvitation) -> InvitationTaken:
    """Password and second factor are the agent's from now on; sessions and recovery codes of before end.

    Nothing is changed before the code shows that the second factor was taken. Where the link is for a new second factor
    alone, `password` is the one that the agent has: the link without it opens nothing.
    """
    keys, password, code = DerivedKeys(store.settings), asked.password, asked.code
    if done := store.done(call, InvitationTaken):
        return done
    with store.transaction() as tx:
        waiting = waiting_for(tx, asked.token)
        _judge(tx, waiting, password, code)
    if waiting.second_factor_only:
        own_password.check(store, waiting.agent_id, password, purpose="second factor")
    password_hash = None if waiting.second_factor_only else hashing.hash_password(password)

    def accept(tx: Transaction) -> InvitationTaken:
        waiting = waiting_for(tx, asked.token, locked=True)
        if waiting.second_factor_only != (password_hash is None):
            raise InvitationUnknown  # another link took its place meanwhile
        step = _judge(tx, waiting, password, code)
        details = replace(
            records.agent_details(tx, waiting.agent_id, waiting.details), totp_secret=secret_of(tx, waiting)
        )
        invitation_rows.take(
            tx.conn,
            waiting.agent_id,
            details=records.seal(tx, waiting.agent_id, details),
            step=step,
            password_hash=password_hash,
        )
        tx.append(f"agent-{waiting.agent_id}", [AgentReady()])
        end_sessions_of(tx, waiting.agent_id)
        return InvitationTaken(recovery_codes=tuple(recovery_codes.make(tx, waiting.agent_id, keys)))

    return store.run_declared(call, InvitationTaken, accept)


def done_by(tx: Transaction) -> str:
    """Who does it, as the facts of agents keep it."""
    return tx.actor.id if tx.actor is not None and tx.actor.kind in ("agent", "system") else ""


def _judge(tx: Transaction, waiting: invitation_rows.Invitation, password: str, code: str) -> int:
    """The time step of the code. Raises FormRefused."""
    town, step = town_rows.town(tx.conn), 0
    errors: dict[str, str] = {}
    refused = (
        ("" if password else own_password.MISSING)
        if waiting.second_factor_only
        else passwords.fault_of(password, username=username_of(tx, waiting), town_words=town.words)
    )
    if refused:
        errors["password"] = refused
    try:
        step = accepted_step(secret_of(tx, waiting), code, tx.now, last_step=0)
    except WrongCode:
        errors["code"] = WRONG_CODE
    if errors:
        raise FormRefused(fields=errors)
    return step
