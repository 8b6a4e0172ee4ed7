"""What procedures publishes is kept, version by version."""

import json
from typing import Any

from services.chassis.event_store.transaction import Transaction
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.requests.definitions import rows as definitions

Json = dict[str, Any]


def keep_town(tx: Transaction, version: int, document: Json) -> None:
    definitions.keep_town(tx, version, json.dumps(document))


def keep_procedure(tx: Transaction, slug: str, version: int, definition: Json) -> None:
    """Raises Misfit for a definition that could not be read."""
    appointment = read(Procedure, definition).appointment
    agenda = appointment.agenda if appointment.mode != "none" else None
    definitions.keep_procedure(tx, slug, version, agenda, json.dumps({**definition, "version": version}))


def withdraw_procedure(tx: Transaction, slug: str, version: int) -> None:
    definitions.withdraw_procedure(tx, slug, version)


def keep_agenda(tx: Transaction, slug: str, version: int, definition: Json) -> None:
    definitions.keep_agenda(tx, slug, version, json.dumps(definition))
