"""The agents' work list as its template draws it: saved views, filters, sorting, due dates in words; pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from gateway.dates import Moment, local
from gateway.pages.tracking.follow import Tab
from services.chassis.structs import Struct
from services.procedures.schemas.definitions.procedures import SilenceEffect
from services.requests.schemas.work_list import SORTS, Choice, ListWork, WorkLine
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
FILTERS = ("statut", "domaine", "demarche", "suivi", "retard")
SOON = timedelta(days=2)
EFFECTS: Mapping[str, str] = {SilenceEffect.ACCEPTANCE: "acceptation", SilenceEffect.REJECTION: "refus"}


class Due(Struct):
    """« Réponse visée le … »: late, soon, or later ("")."""

    on: str
    words: str
    state: str
    said: str


class Row(Struct):
    item: WorkLine
    received: str
    due: Due | None
    closed: str
    silence: str
    silence_first: bool
    handled_by: str


def asked(arguments: Mapping[str, str], page: int) -> ListWork:
    """The list that an address asks for; what requests does not know is left out."""
    views = {slug: name for slug, name, _, _ in VIEWS}
    query = arguments.get("q", "").strip()
    view = views.get(arguments.get("vue", ""))
    # a search without a view looks everywhere, closed requests included
    return ListWork(
        view=view if view or query else "open",
        q=query or None,
        status=arguments.get("statut") or None,
        area=arguments.get("domaine") or None,
        procedure=arguments.get("demarche") or None,
        assignee=arguments.get("suivi") or None,
        overdue=True if arguments.get("retard") else None,
        sort=arguments.get("tri") if arguments.get("tri") in SORTS else None,
        page=page,
    )


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


def choices(options: Iterable[Choice], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a filter offers: what there is, counted, in the order of the words."""
    offered = [(item.value, labels.get(item.value, item.value), item.count) for item in options]
    return [(value, f"{label} ({n})") for value, label, n in sorted(offered, key=lambda one: one[1].casefold())]


def assignees(options: Iterable[Choice], me: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """« Moi », « À affecter », then the colleagues who have something to do."""
    counts = {item.value: item.count for item in options}
    others = sorted((names.get(one, "Un autre agent"), one) for one in counts if one not in ("", me))
    return [
        ("me", f"Moi ({counts.get(me, 0)})"),
        ("none", f"À affecter ({counts.get('', 0)})"),
        *((one, f"{name} ({counts[one]})") for name, one in others),
    ]


def rows(items: Iterable[WorkLine], today: date, me: str) -> list[Row]:
    return [
        Row(
            item=item,
            received=brief(item.submitted_at, today),
            due=due(item.due_on, today, overdue=item.overdue, appointment_at=item.appointment_at),
            closed=brief(item.closed_at, today) if item.closed_at else "",
            silence=silence(item, today),
            silence_first=silence_first(item),
            handled_by=_handled_by(item, me),
        )
        for item in items
    ]


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
    return Due(on=day, words=brief(day, today), state=state, said=said)


def silence(item: WorkLine, today: date) -> str:
    """What comes of silence, and when: « Silence : acceptation le 23 janv. »."""
    if not item.implicit_on:
        return ""
    effect = EFFECTS.get(item.implicit_effect or "", "décision")
    when = "depuis le" if item.implicit_reached else "le"
    subject = "Silence d’abord" if silence_first(item) and not item.implicit_reached else "Silence"
    return f"{subject}{NBSP}: {effect} {when} {brief(item.implicit_on, today)}"


def silence_first(item: WorkLine) -> bool:
    """Whether silence decides before the day on which the town means to answer."""
    return bool(item.implicit_on and item.due_on and item.implicit_on < item.due_on)


def brief(moment: str, today: date) -> str:
    """« 24 nov. », with the year when it is another one."""
    at = local(moment)
    words = f"{rank(at.day)}{NBSP}{short_month(at)}"
    return words if at.year == today.year else f"{words}{NBSP}{at.year}"


def _handled_by(item: WorkLine, me: str) -> str:
    if item.assignee is None:
        return ""
    return "Vous" if item.assignee.id == me else item.assignee.name or "Un autre agent"
