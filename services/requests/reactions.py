"""What requests does when its neighbours say that something happened. One function an event; each happens once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.bus.reactions import Heard, reaction
from services.chassis.event_store.transaction import Transaction
from services.requests.definitions import use_cases as hearing
from services.requests.draft_links import use_cases as draft_links
from services.requests.drafts import use_cases as drafts
from services.requests.lifecycle import use_cases as timers
from services.requests.request import events as e
from services.requests.space import use_cases as erasing


@reaction("procedures", "TownPublished", tables=("town",))
def keep_the_town(tx: Transaction, heard: Heard) -> None:
    hearing.keep_town(tx, heard.data["version"], heard.data)


@reaction("procedures", "ProcedurePublished", tables=("procedures", "procedure_versions"))
def keep_the_procedure(tx: Transaction, heard: Heard) -> None:
    hearing.keep_procedure(tx, heard.data["slug"], heard.data["version"], heard.data["definition"])


@reaction("procedures", "ProcedureWithdrawn", tables=("procedures",))
def withdraw_the_procedure(tx: Transaction, heard: Heard) -> None:
    hearing.withdraw_procedure(tx, heard.data["slug"], heard.data["version"])


@reaction("procedures", "AgendaPublished", tables=("agendas",))
def keep_the_agenda(tx: Transaction, heard: Heard) -> None:
    hearing.keep_agenda(tx, heard.data["slug"], heard.data["version"], heard.data["definition"])


@reaction("messaging", "ExchangeAdded")
def echo_the_exchange(tx: Transaction, heard: Heard) -> None:
    said = heard.data
    _echo(tx, heard, e.ExchangeAdded(exchange_id=said["exchange_id"], direction=said["direction"], **_past(heard)))


@reaction("messaging", "ExchangeRead")
def echo_the_reading(tx: Transaction, heard: Heard) -> None:
    said = heard.data
    _echo(tx, heard, e.ExchangeRead(exchange_id=said["exchange_id"], direction=said["direction"], **_past(heard)))


@reaction("documents", "DocumentAdded")
def echo_the_piece(tx: Transaction, heard: Heard) -> None:
    _echo(tx, heard, e.DocumentAdded(**_piece(heard), files=heard.data["files"]))


@reaction("documents", "DocumentReplaced")
def echo_the_replaced_piece(tx: Transaction, heard: Heard) -> None:
    _echo(tx, heard, e.DocumentReplaced(**_piece(heard), files=heard.data["files"]))


@reaction("documents", "DocumentRelabelled")
def echo_the_renamed_piece(tx: Transaction, heard: Heard) -> None:
    _echo(tx, heard, e.DocumentRelabelled(**_piece(heard)))


@reaction("documents", "DocumentRemoved")
def echo_the_removed_piece(tx: Transaction, heard: Heard) -> None:
    _echo(tx, heard, e.DocumentRemoved(**_piece(heard), reason=heard.data.get("reason") or ""))


@reaction("documents", "FileRejected")
def echo_the_rejected_file(tx: Transaction, heard: Heard) -> None:
    said = heard.data
    fact = e.FileRejected(
        document_id=said["document_id"], piece=said["piece"], reason=said.get("reason") or "", **_past(heard)
    )
    _echo(tx, heard, fact)


@reaction("accounts", "AccountClosureRequested")
def follow_by_links(tx: Transaction, heard: Heard) -> None:
    erasing.leave(tx, heard.subject)


@reaction("accounts", "AccountClosureWithdrawn")
def follow_by_account_again(tx: Transaction, heard: Heard) -> None:
    erasing.come_back(tx, heard.subject)


@reaction("accounts", "PersonErased")
def erase_the_person(tx: Transaction, heard: Heard) -> None:
    erasing.erase_person(tx, heard.subject)
    erasing.come_back(tx, heard.subject)


@reaction("accounts", "FamilyMemberRemoved")
def ask_anew_for_whom(tx: Transaction, heard: Heard) -> None:
    drafts.forget_member(tx, heard.subject, heard.data["member_id"])


@reaction("accounts", "ProfileUpdated")
def echo_the_profile(tx: Transaction, heard: Heard) -> None:
    timers.echo(tx, heard.data["request_id"], UUID(str(heard.event_id)), e.ProfileUpdated())


@reaction("accounts", "ProfileUpdateNotApplied")
def echo_the_profile_left_as_it_was(tx: Transaction, heard: Heard) -> None:
    fact = e.ProfileUpdateNotApplied(reason=heard.data["reason"])
    timers.echo(tx, heard.data["request_id"], UUID(str(heard.event_id)), fact)


@reaction("messaging", "DraftLinkMailSettled")
def forget_the_address_of_the_link(tx: Transaction, heard: Heard) -> None:
    draft_links.forget_address(tx, heard.data["link_id"])


def _echo(tx: Transaction, heard: Heard, fact: e.Fact) -> None:
    timers.echo(tx, heard.subject, UUID(str(heard.event_id)), fact)


def _piece(heard: Heard) -> dict[str, Any]:
    """`by` tells a piece that the town added from one that the citizen did."""
    said = heard.data
    by = {"town": "agent", "agent": "agent", "system": "system"}.get(said.get("by", ""), "citizen")
    return {"document_id": said["document_id"], "piece": said["piece"], "by": by, **_past(heard)}


def _past(heard: Heard) -> dict[str, Any]:
    """A fact that is told later than it happened keeps its date: what was imported, the pieces that came with a request."""
    said, imported = heard.data.get("occurred_at"), bool(heard.data.get("imported"))
    at = datetime.fromisoformat(said) if said else heard.time if imported else None
    return {"imported": imported, "occurred_at": at}
