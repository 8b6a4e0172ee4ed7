"""The agents' work list as its template draws it: saved views, columns, sorting, due dates in words; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from gateway.dates import Moment, local, short_day, time_in_words
from gateway.pages.tracking.follow import Tab
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import SilenceEffect
from services.requests.schemas.work_list import WorkLine
from services.townhall.french_dates import rank, short_month
from services.townhall.typography import NBSP

# The name in the address, the name that requests knows, the words, the words of the count.
VIEWS = (
    ("toutes", "open", "Toutes", ("demande ouverte", "demandes ouvertes")),
    ("a-affecter", "unassigned", "À affecter", ("demande à affecter", "demandes à affecter")),
    ("a-moi", "mine", "À moi", ("demande", "demandes")),
    ("echanges", "unread", "Échanges à lire", ("échange à lire", "échanges à lire")),
    ("alertes", "alert", "Alertes", ("demande signalée", "demandes signalées")),
    ("effacements", "erasure", "Effacement demandé", ("effacement demandé", "effacements demandés")),
    ("retard", "overdue", "En retard", ("demande en retard", "demandes en retard")),
    ("pieces", "awaiting", "En attente de pièces", ("demande", "demandes")),
    ("closes", "closed", "Closes", ("demande", "demandes")),
)
RARE = ("erasure",)
"""Views that are shown while there is something in them."""
SOON = timedelta(days=2)
EFFECTS: Mapping[str, str] = {SilenceEffect.ACCEPTANCE: "acceptation", SilenceEffect.REJECTION: "refus"}


class Column(Struct):
    """A column that an agent may choose; `orders`: those that its head asks for, one after the other; `usual`: shown to who
    chooses none."""

    slug: str
    label: str
    orders: tuple[str, ...] = ()
    usual: bool = False


COLUMNS = (
    Column(slug="numero", label="Numéro", orders=("number", "-number"), usual=True),
    Column(slug="demandeur", label="Demandeur", usual=True),
    Column(slug="recue", label="Reçue le", orders=("-submitted", "submitted"), usual=True),
    Column(slug="reponse", label="Réponse visée le", orders=("due", "-due"), usual=True),
    Column(slug="silence", label="Silence"),
    Column(slug="rendez-vous", label="Rendez-vous"),
    Column(slug="lieu", label="Lieu du rendez-vous"),
    Column(slug="statut", label="Statut", orders=("status", "-status"), usual=True),
    Column(slug="suivi", label="Suivie par", orders=("assignee", "-assignee"), usual=True),
    Column(slug="service", label="Service"),
    Column(slug="domaine", label="Domaine"),
)
"""Beside the procedure, which names each line."""
PROCEDURE = Column(slug="demarche", label="Démarche", orders=("procedure", "-procedure"))
CLOSING = Column(slug="reponse", label="Close le", orders=("-closed", "closed"))
"""What « Réponse visée le » is in a list of closed requests."""
DESCENDING = "-"
ORDERS = (
    ("due", "Réponse visée, la plus proche d’abord"),
    ("-due", "Réponse visée, la plus lointaine d’abord"),
    ("-submitted", "Reçue le, les plus récentes d’abord"),
    ("submitted", "Reçue le, les plus anciennes d’abord"),
    ("number", "Numéro, du premier au dernier"),
    ("-number", "Numéro, du dernier au premier"),
    ("procedure", "Démarche"),
    ("-procedure", "Démarche, ordre inverse"),
    ("status", "Statut"),
    ("-status", "Statut, ordre inverse"),
    ("assignee", "Suivie par, de A à Z"),
    ("-assignee", "Suivie par, de Z à A"),
)
"""As they are chosen where there is no head to press: on a telephone, or among the filters."""
OF_CLOSED = (("-closed", "Close le, les dernières d’abord"), ("closed", "Close le, les premières d’abord"))


class Head(Struct):
    """The head of a column; `sort`: the order that it asks for next, "" where the list has none by it; `sorted_by`: as
    `aria-sort` says it."""

    slug: str
    label: str
    sort: str
    sorted_by: str


class Due(Struct):
    """« Réponse visée le … »: late, soon, or later (""); `left`: « J-2 », « J+5 », and the same as it is spoken."""

    on: str
    words: str
    state: str
    said: str
    left: str
    spoken: str


class Row(Struct):
    """`due`: the day that comes first, that aimed at or that of `silence`; `by_silence`: what that day brings without an answer."""

    item: WorkLine
    received: str
    due: Due | None
    by_silence: str
    closed: str
    silence: str
    appointment: str
    handled_by: str


def views(counts: Mapping[str, int], arguments: Mapping[str, str]) -> list[Tab]:
    searching = bool(arguments.get("q", "").strip())
    current = arguments.get("vue") or ("" if searching else "toutes")
    return [
        Tab(
            slug=slug,
            label=label,
            current=slug == current,
            address="/agent/demandes" if slug == "toutes" else f"/agent/demandes?vue={slug}",
            badge=counts.get(name, 0),
            badge_words=words[0] if counts.get(name, 0) < 2 else words[1],
            quiet=name not in ("unread", "alert", "erasure", "overdue"),
        )
        for slug, name, label, words in VIEWS
        if name not in RARE or counts.get(name, 0) or slug == current
    ]


def columns(chosen: str) -> tuple[list[Column], list[str]]:
    """The columns that an address names, in their own order, and the names that are no column any more; the usual ones where
    it names none."""
    named = [one for one in chosen.split(",") if one]
    known = [one for one in COLUMNS if one.slug in named]
    gone = [one for one in named if one not in {column.slug for column in COLUMNS}]
    return known or [one for one in COLUMNS if one.usual], gone


def heads(shown: Iterable[Column], sort: str, *, closed: bool) -> list[Head]:
    """The heads of the table, that of the procedure first; `closed`: whether all that is listed is."""
    of_closed = [CLOSING if closed and one.slug == CLOSING.slug else one for one in shown]
    return [_head(one, sort) for one in (PROCEDURE, *of_closed)]


def _head(column: Column, sort: str) -> Head:
    if sort not in column.orders:
        return Head(slug=column.slug, label=column.label, sort=column.orders[0] if column.orders else "", sorted_by="")
    following = column.orders[(column.orders.index(sort) + 1) % len(column.orders)]
    way = "descending" if sort.startswith(DESCENDING) else "ascending"
    return Head(slug=column.slug, label=column.label, sort=following, sorted_by=way)


def orders(chosen: str, *, closed: bool) -> list[tuple[str, str]]:
    """What the list may be sorted by: by the day of closing where all that is listed is closed, or where that is chosen."""
    return [*(OF_CLOSED if closed or chosen in dict(OF_CLOSED) else ()), *ORDERS]


def rows(items: Iterable[WorkLine], today: date, me: str) -> list[Row]:
    return [
        Row(
            item=item,
            received=brief(item.submitted_at, today),
            due=_first_day(item, today),
            by_silence=EFFECTS.get(item.implicit_effect or "", "décision") if silence_first(item) else "",
            closed=brief(item.closed_at, today) if item.closed_at else "",
            silence=silence(item, today),
            appointment=_appointment(item, today),
            handled_by=_handled_by(item, me),
        )
        for item in items
    ]


def _first_day(item: WorkLine, today: date) -> Due | None:
    if silence_first(item) and item.implicit_on:
        return due(item.implicit_on, today, overdue=date.fromisoformat(item.implicit_on) < today)
    return due(item.due_on, today, overdue=item.overdue, appointment_at=item.appointment_at)


def due(day: str | None, today: date, *, overdue: bool, appointment_at: Moment | None = None) -> Due | None:
    """« Réponse visée le … »: late, soon, or later; and that it is the day of the appointment, when that is to come."""
    if day is None:
        return None
    on = date.fromisoformat(day)
    days = (on - today).days
    state = "late" if overdue else "soon" if timedelta() <= on - today <= SOON else ""
    near = {0: "aujourd’hui", 1: "demain", 2: "après-demain"}.get(days, "") if state == "soon" else ""
    met = "jour du rendez-vous" if appointment_at and local(appointment_at).date() == on else ""
    said = ", ".join(part for part in (near, met) if part)
    if overdue:
        said = f"en retard de {-days}{NBSP}jour{'s' if days < -1 else ''}"
    spoken = said if state else ", ".join(part for part in (f"dans {days}{NBSP}jours", met) if part)
    return Due(on=day, words=brief(day, today), state=state, said=said, left=days_left(days), spoken=spoken)


def days_left(days: int) -> str:
    """« J-2 » two days before a day, « J+5 » five days after it, « J » on it."""
    return "J" if days == 0 else f"J{-days:+d}"


def silence(item: WorkLine, today: date) -> str:
    """What comes of silence, and when: « acceptation le 23 janv. »."""
    if not item.implicit_on:
        return ""
    effect = EFFECTS.get(item.implicit_effect or "", "décision")
    when = "depuis le" if item.implicit_reached else "le"
    return f"{effect} {when} {brief(item.implicit_on, today)}"


def silence_first(item: WorkLine) -> bool:
    """Whether silence decides before the day on which the town means to answer."""
    return bool(item.implicit_on and item.due_on and item.implicit_on < item.due_on)


def brief(moment: str, today: date) -> str:
    """« 24 nov. », with the year when it is another one."""
    at = local(moment)
    words = f"{rank(at.day)}{NBSP}{short_month(at)}"
    return words if at.year == today.year else f"{words}{NBSP}{at.year}"


def _appointment(item: WorkLine, today: date) -> str:
    """« 3 déc., 14 h 30 »; "" without one."""
    at = item.appointment_at
    return f"{brief(at, today)}, {time_in_words(local(at))}" if at else ""


def vanished(gone: Sequence[str]) -> str:
    """What is said of columns that there are no more; "" where all are there."""
    if not gone:
        return ""
    named = ", ".join(f"«{NBSP}{one}{NBSP}»" for one in gone)
    if len(gone) == 1:
        return f"La colonne {named} n’existe plus{NBSP}: la liste s’affiche sans elle."
    return f"Les colonnes {named} n’existent plus{NBSP}: la liste s’affiche sans elles."


def _handled_by(item: WorkLine, me: str) -> str:
    if item.assignee is None:
        return ""
    if item.covered_until:
        of = item.assignee.name or "un autre agent"
        return f"Vous, en remplacement{NBSP}: {of}, absence jusqu’au {short_day(item.covered_until)}"
    return "Vous" if item.assignee.id == me else item.assignee.name or "Un autre agent"
