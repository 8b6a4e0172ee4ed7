"""What requests does with the facts of other services; each is applied once."""

from dataclasses import replace

from services.accounts.schemas import facts as accounts
from services.chassis.bus.reactions import Received, reaction
from services.chassis.event_store.events import Event
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import made_of
from services.documents.schemas import facts as documents
from services.messaging.schemas import facts as messaging
from services.procedures.schemas import facts as procedures
from services.requests.definitions import rows as definitions
from services.requests.draft_links import rows as draft_links
from services.requests.drafts import use_cases as drafts
from services.requests.lifecycle import use_cases as lifecycle
from services.requests.request import events as e
from services.requests.space import rows as space_rows, use_cases as space


@reaction(procedures.TownPublished, tables=("town",))
def keep_the_town(tx: Transaction, received: Received[procedures.TownPublished]) -> None:
    definitions.keep_town(tx, received.fact.version, vars(received.fact))


@reaction(procedures.ProcedurePublished, tables=("procedures", "procedure_versions"))
def keep_the_procedure(tx: Transaction, received: Received[procedures.ProcedurePublished]) -> None:
    definitions.keep_procedure(tx, received.fact.slug, received.fact.version, received.fact.definition)


@reaction(procedures.ProcedureWithdrawn, tables=("procedures",))
def withdraw_the_procedure(tx: Transaction, received: Received[procedures.ProcedureWithdrawn]) -> None:
    definitions.withdraw_procedure(tx, received.fact.slug, received.fact.version)


@reaction(procedures.AgendaPublished, tables=("agendas",))
def keep_the_agenda(tx: Transaction, received: Received[procedures.AgendaPublished]) -> None:
    definitions.keep_agenda(tx, received.fact.slug, received.fact.version, received.fact.definition)


COPIES: dict[type[Event], type[e.Copy]] = {
    messaging.ExchangeAdded: e.ExchangeAdded,
    messaging.ExchangeRead: e.ExchangeRead,
    documents.DocumentAdded: e.DocumentAdded,
    documents.DocumentReplaced: e.DocumentReplaced,
    documents.DocumentRelabelled: e.DocumentRelabelled,
    documents.DocumentRemoved: e.DocumentRemoved,
    documents.FileRejected: e.FileRejected,
}


def copy_the_fact(tx: Transaction, received: Received[Event]) -> None:
    """Records the fact in the stream of its request; one of a past that is imported has the date of its envelope."""
    copy = made_of(COPIES[type(received.fact)], received.fact)
    if isinstance(copy, e.CopyOfAPiece):
        copy = replace(copy, by=_side(copy.by))
    if copy.imported and copy.occurred_at is None:
        copy = replace(copy, occurred_at=received.time)
    lifecycle.echo(tx, received.subject, received.event_id, copy)


for fact in COPIES:
    reaction(fact, streams=lambda envelope: (f"request-{envelope.subject}",))(copy_the_fact)


@reaction(accounts.AccountClosureRequested)
def follow_by_links(tx: Transaction, received: Received[accounts.AccountClosureRequested]) -> None:
    space.leave(tx, received.subject)


@reaction(accounts.AccountClosureWithdrawn)
def follow_by_account_again(tx: Transaction, received: Received[accounts.AccountClosureWithdrawn]) -> None:
    space_rows.remove_absent(tx, received.subject)


@reaction(accounts.PersonErased)
def erase_the_person(tx: Transaction, received: Received[accounts.PersonErased]) -> None:
    space.erase_person(tx, received.subject)
    space_rows.remove_absent(tx, received.subject)


@reaction(accounts.FamilyMemberRemoved)
def ask_anew_for_whom(tx: Transaction, received: Received[accounts.FamilyMemberRemoved]) -> None:
    drafts.forget_member(tx, received.subject, received.fact.member_id)


@reaction(accounts.ProfileUpdated)
def copy_the_change_of_profile(tx: Transaction, received: Received[accounts.ProfileUpdated]) -> None:
    lifecycle.echo(tx, received.fact.request_id, received.event_id, e.ProfileUpdated())


@reaction(accounts.ProfileUpdateNotApplied)
def copy_the_profile_left_as_it_was(tx: Transaction, received: Received[accounts.ProfileUpdateNotApplied]) -> None:
    copy = e.ProfileUpdateNotApplied(reason=received.fact.reason)
    lifecycle.echo(tx, received.fact.request_id, received.event_id, copy)


@reaction(messaging.DraftLinkMailSettled)
def forget_the_address_of_the_link(tx: Transaction, received: Received[messaging.DraftLinkMailSettled]) -> None:
    draft_links.forget_address(tx, received.fact.link_id)


def _side(by: str) -> str:
    """Of the values of documents, "town" and "agent" are an agent, "system" is a rule that removed a piece; all else is the citizen."""
    return {"town": "agent", "agent": "agent", "system": "system"}.get(by, "citizen")
