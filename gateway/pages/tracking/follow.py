"""What « Suivi de la demande » shows of a request: its tabs, its pieces; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from gateway.dates import local, to_come
from gateway.pages.components.uploader import Piece, free_piece, piece
from services.chassis.errors import Refusal
from services.chassis.structs import Struct
from services.documents.schemas.pieces import Document, File
from services.requests.schemas.statuses import AppointmentStatus
from services.requests.schemas.tracking import Appointment, HistoryLine, RequestView
from services.townhall.pieces import Limits
from services.townhall.untyped import items, parts

# The tab's name in the address, and in the view that requests gives.
TABS = {
    "demandeur": ("applicant", "Le demandeur"),
    "demande": ("request", "La demande"),
    "historique": ("history", "Historique"),
    "echanges": ("exchanges", "Échanges"),
    "pieces": ("documents", "Pièces jointes"),
    "rendez-vous": ("appointments", "Rendez-vous"),
}


class Tab(Struct):
    """As `components/tabs.html` draws it; `quiet`: its badge asks for nothing."""

    slug: str
    label: str
    address: str
    badge: int
    badge_words: str
    quiet: bool = False
    current: bool = False


def tab_line(view: RequestView, unread: int | None = None) -> list[Tab]:
    """The tabs that this request has; optional ones are absent, not greyed out. `unread`: where it is newer than the view."""
    unread = view.unread.citizen if unread is None else unread
    words = "échange non lu" if unread == 1 else "échanges non lus"
    return tabs(f"/demande/{view.number}", TABS, view.tabs, {"echanges": (unread, words)})


def tabs(
    address: str, known: Mapping[str, tuple[str, str]], shown: Collection[str], badges: Mapping[str, tuple[int, str]]
) -> list[Tab]:
    """Of the known tabs of a request those that are shown."""
    return [
        Tab(
            slug=slug,
            label=label,
            address=f"{address}?onglet={slug}",
            badge=badges.get(slug, (0, ""))[0],
            badge_words=badges.get(slug, (0, ""))[1],
            quiet=slug == "notes",
        )
        for slug, (name, label) in known.items()
        if name in shown
    ]


def template(tab: str) -> str:
    """The template that draws a tab."""
    return f"tracking/{TABS[tab][0]}.html"


def addable_pieces(view: RequestView, documents: Iterable[Document], limits: Limits) -> list[Piece]:
    """The pieces that a file may still be added to: those that are missing first, then those asked, then any other."""
    given: dict[str, list[File]] = {}
    for document in documents:
        given.setdefault(document.piece, []).extend(document.files)
    missing = {item.slug for item in (view.missing.documents if view.missing else ())}
    asked = sorted(view.asked_documents, key=lambda item: item.slug not in missing)
    pieces = [
        piece(item, (), "", limits) for item in asked if len(given.get(item.slug, ())) < limits.files_of(item.max_files)
    ]
    return [*pieces, free_piece(limits)]


def changes_of(refusal: Refusal) -> Sequence[object]:
    """What happened since the page was opened, as lines of history, when an act is refused for it."""
    return items(parts(refusal.details).get("changes"))


class Past(Struct):
    """Historique as pages show it: its lines, and under the line of a message, by its id, when it was read."""

    history: tuple[HistoryLine, ...]
    read: Mapping[str, HistoryLine]


def past(history: Sequence[HistoryLine]) -> Past:
    """The lines run from the most recent to the oldest: of a message, the oldest says that it was written."""
    written = {line.exchange: place for place, line in enumerate(history) if line.exchange}
    marks = [place for place, line in enumerate(history) if line.exchange and place != written[line.exchange]]
    return Past(
        history=tuple(line for place, line in enumerate(history) if place not in marks),
        read={history[place].exchange or "": history[place] for place in marks},
    )


def next_appointment(view: RequestView, now: datetime) -> Appointment | None:
    """The appointment that the person has to come to; None when there is none to come."""
    coming = [item for item in booked(view) if to_come(item.starts_at, now)]
    return min(coming, key=lambda item: item.starts_at) if coming else None


class Aim(Struct):
    """The day on which the town means to answer, and whether that is the day of the appointment to come."""

    on: str
    met: bool


def aim(view: RequestView, now: datetime) -> Aim | None:
    """The day aimed at, while the request is open and the town has all that it needs."""
    if view.status.closed or view.due_on is None:
        return None
    coming = next_appointment(view, now)
    met = coming is not None and local(coming.starts_at).date().isoformat() == view.due_on
    return Aim(on=view.due_on, met=met)


def booked(view: RequestView) -> list[Appointment]:
    """The appointments that stand."""
    return [item for item in view.appointments if item.status == AppointmentStatus.BOOKED]
