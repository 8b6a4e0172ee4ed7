"""The archive of one's data: how long it is kept, how often it is made, and its refusals. Pure."""

from datetime import datetime, timedelta

from services.chassis.errors import Conflict, Forbidden, NotFound
from services.documents.files.grants import Grant
from services.documents.schemas.owner import Owner
from services.townhall import french_dates
from services.townhall.grants import Side

KEPT = timedelta(days=7)
APART = timedelta(days=1)
LEASE = timedelta(minutes=1)
"""A process that makes an archive extends it; once it is over, another one makes the archive anew."""
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
MOST_BYTES = 3 * 1024**3
"""Of all files of one archive: those above are named in it and not enclosed. An object is written in one PUT, of 5 GiB at most."""


class NoArchive(NotFound):
    message = "Aucune archive n’est prête, ou elle n’est plus conservée. Demandez-en une."


class ArchiveTooSoon(Conflict):
    code = "archive_too_soon"


class NotTheApplicant(Forbidden):
    message = "L’archive d’une demande est réservée à la personne qui l’a déposée."


def owner_of(grant: Grant) -> Owner:
    """Whose archive the grant is about. Raises NotTheApplicant for an agent, and for a draft, which is part of a space."""
    if grant.side != Side.CITIZEN or grant.for_draft:
        raise NotTheApplicant
    return grant.owner


def too_soon(asked_at: datetime) -> ArchiveTooSoon:
    """The refusal of another archive within a day of the one before."""
    again = asked_at + APART
    sentence = f"Vous avez demandé une archive il y a moins d’un jour. Vous pourrez en demander une autre le {french_dates.moment(again)}."
    return ArchiveTooSoon(sentence, details={"next_at": again.isoformat()})


def wait_after(attempts: int) -> timedelta:
    """Before the next try, after that many that failed."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
