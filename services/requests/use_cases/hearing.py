"""What other services tell: definitions are kept, facts about a request are echoed into its own stream."""

import json
from typing import Any
from uuid import UUID

from services.chassis.event_store.transaction import Transaction
from services.requests import commands, heard_rows
from services.requests import events as e
from services.requests.request import decider, resumes
from services.requests.state import Attestation
from services.requests.use_cases import acting

Json = dict[str, Any]


def keep_town(tx: Transaction, version: int, document: Json) -> None:
    heard_rows.keep_town(tx, version, json.dumps(document))


def keep_procedure(tx: Transaction, slug: str, version: int, definition: Json) -> None:
    appointment = definition["appointment"]
    agenda = appointment.get("agenda") if appointment["mode"] != "none" else None
    heard_rows.keep_procedure(tx, slug, version, agenda, json.dumps({**definition, "version": version}))


def withdraw_procedure(tx: Transaction, slug: str, version: int) -> None:
    heard_rows.withdraw_procedure(tx, slug, version)


def keep_agenda(tx: Transaction, slug: str, version: int, definition: Json) -> None:
    heard_rows.keep_agenda(tx, slug, version, json.dumps(definition))


def echo(tx: Transaction, request_id: str, event_id: UUID, fact: e.Fact) -> None:
    """Appends a fact under the id that it was heard with, and takes an awaited file back when it is now complete.
    A document of the town answers the attestation that is asked for.

    A fact is recorded even when it comes late; about a request that was never filed, there is nothing to record it in.
    """
    request, version = tx.load(decider, f"request-{request_id}")
    if version == 0:
        return
    complete = resumes(fact, request)
    tx.append(f"request-{request_id}", [fact], event_id=event_id)
    if isinstance(fact, e.DocumentAdded) and fact.by == "agent" and request.attestation is Attestation.REQUESTED:
        on = acting.by_id(tx, request_id)
        acting.act(tx, on, commands.GiveAttestation(document_id=fact.document_id))
    if complete:
        on = acting.by_id(tx, request_id)
        acting.act(tx, on, commands.ResumeReview(definition=on.definition, now=tx.now))
