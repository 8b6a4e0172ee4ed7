"""An appointment that begins soon: the clock of a portal that is up does not move, so the appointment does."""

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from services.chassis.actors import system
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from services.requests import projections, tallies  # noqa: F401 registered by being imported
from services.requests.access import use_cases as acting
from services.requests.capacity import use_cases as capacity
from services.requests.capacity.slots import ChosenSlot
from services.requests.request import commands
from tests.servers.portal import Portal

BEGINS_IN = timedelta(hours=1)


def begin_in_an_hour(portal: Portal, number: str) -> datetime:
    """Moves the appointment of the request, and gives its new beginning; its slot is free again.

    It is moved in the store of requests, by the rule that moves those of agents: the agenda is not open at every hour at which
    the tests run, and no page gives an appointment outside its opening hours.
    """
    settings = Settings.load(json.loads(Path(portal.addresses["settings"]).read_text(encoding="utf-8")))
    with closing(Store(settings, "requests")) as store, store.transaction(actor=system("tests")) as tx:
        on = acting.opened(tx, settings, number)
        old, begins, agenda = on.request.upcoming(tx.now), tx.now + BEGINS_IN, on.row.agenda_definition
        assert old is not None and agenda is not None
        slot = ChosenSlot(
            appointment_id=str(tx.new_id()),
            agenda=old.agenda,
            starts_at=begins,
            ends_at=begins + (old.ends_at - old.starts_at),
        )
        moved = commands.MoveAppointment(
            appointment_id=old.id, slot=slot, by=on.by, definition=on.definition, agenda=agenda, now=tx.now
        )
        acting.act(tx, on, moved)
        capacity.release_slot(tx, on.id, old.agenda, old.starts_at)
    return begins
