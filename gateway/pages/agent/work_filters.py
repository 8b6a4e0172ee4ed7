"""What the agents' list is narrowed to: which list an address asks for, what each filter offers, which are active; pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from gateway.dates import day_or_none, short_day
from gateway.pages.agent.work_table import VIEWS
from services.chassis.structs import Struct, made_of
from services.procedures.schemas.definitions.towns import Department
from services.requests.schemas.decisions import TakeNext
from services.requests.schemas.saved_views import SavedView, SaveView
from services.requests.schemas.statuses import Status
from services.requests.schemas.work_list import SORTS, AgendaChoice, AwaitedPiece, Choice, ListWork, Narrowed
from services.townhall.town_time import YEARS
from services.townhall.typography import NBSP

ROWS = 50
FILTERS = ("statut", "domaine", "demarche", "service", "suivi", "pieces", "agenda", "lieu", "du", "au", "retard")
"""Their names in an address."""
PIECES = {"attendues": ("any", "Des pièces sont attendues"), "depassees": ("late", "Le délai des pièces est dépassé")}
LONGEST_QUERY = 2000
CHOOSING = "choix"
"""The filter whose choices are read only for who wants to choose among them: « pieces »."""
SAVED = "mavue"
"""The saved view that an address came from."""
COLUMN = re.compile(r"[a-z0-9-]{1,80}")
PIECE = re.compile(r"[a-z0-9_-]{1,80}")
STATUSES: Mapping[str, tuple[Status, ...]] = {
    "À traiter": (Status.SUBMITTED, Status.IN_REVIEW),
    "En attente": (Status.AWAITING, Status.WAITING_LIST),
    "Programmées ou en cours": (Status.SCHEDULED, Status.ACTIVE),
    "Closes, demande satisfaite": (Status.ACCEPTED, Status.DONE),
    "Closes pour une autre raison": (Status.REFUSED, Status.REDIRECTED, Status.LAPSED, Status.CANCELLED),
}
"""By what they mean to who works; those of the town's own are in no group."""
GROUP_OF = {status.value: group for group, statuses in STATUSES.items() for status in statuses}
OTHERS = "Autres"
COUNT = re.compile(r" \(\d+\)$")


Choices = tuple[tuple[str, str], ...]


class Filter(Struct):
    """A question with one answer; `every`: the words of no answer; `groups`: its choices under the words of what they belong to, where
    they are many."""

    name: str
    label: str
    every: str
    choices: Choices
    groups: tuple[tuple[str, Choices], ...] = ()


class Active(Struct):
    """A filter that narrows the list: what it is, and to what."""

    name: str
    label: str
    words: str


def asked(arguments: Mapping[str, str]) -> ListWork:
    """The list that an address asks for; what requests does not know is left out."""
    known = {slug: name for slug, name, _, _ in VIEWS}
    query = arguments.get("q", "").strip()
    view = known.get(arguments.get("vue", ""))
    # a search without a view looks everywhere, closed requests included
    return ListWork(
        view=view if view or query else "open",
        q=query or None,
        status=arguments.get("statut") or None,
        area=arguments.get("domaine") or None,
        procedure=arguments.get("demarche") or None,
        department=arguments.get("service") or None,
        assignee=arguments.get("suivi") or None,
        overdue=True if arguments.get("retard") else None,
        missing=PIECES.get(arguments.get("pieces", ""), (None, ""))[0],
        piece=_piece(arguments.get("pieces", "")),
        agenda=arguments.get("agenda") or None,
        site=arguments.get("lieu") or None,
        received_from=day(arguments.get("du", "")),
        received_until=day(arguments.get("au", "")),
        sort=arguments.get("tri") if arguments.get("tri") in SORTS else None,
        cursor=arguments.get("suite") or None,
        rows=ROWS,
        choices=True,
        awaited=True if _piece(arguments.get("pieces", "")) or arguments.get(CHOOSING) == "pieces" else None,
    )


def address_of(saved: SavedView) -> str:
    """The list that a saved view is, by its own address."""
    slugs = {name: slug for slug, name, _, _ in VIEWS}
    pieces = {name: slug for slug, (name, _) in PIECES.items()}
    said = {
        "vue": slugs.get(saved.view or ""),
        "statut": saved.status,
        "domaine": saved.area,
        "demarche": saved.procedure,
        "service": saved.department,
        "suivi": saved.assignee,
        "retard": "1" if saved.overdue else None,
        "pieces": pieces.get(saved.missing or "") or saved.piece,
        "agenda": saved.agenda,
        "lieu": saved.site,
        "du": saved.received_from.isoformat() if saved.received_from else None,
        "au": saved.received_until.isoformat() if saved.received_until else None,
        "tri": saved.sort,
        "colonnes": ",".join(saved.columns),
        SAVED: saved.view_id,
    }
    return f"/agent/demandes?{urlencode({name: value for name, value in said.items() if value})}"


def to_save(arguments: Mapping[str, str], name: str, view_id: str | None) -> SaveView:
    """The view that a list's address is; what is searched for stays out of it."""
    kept = {one: value for one, value in arguments.items() if one not in ("q", "recherche")}
    narrowed = made_of(Narrowed, asked(kept))
    chosen = tuple(one for one in arguments.get("colonnes", "").split(",") if COLUMN.fullmatch(one))
    return made_of(SaveView, narrowed, name=name, view_id=view_id, columns=chosen)


def to_take(arguments: Mapping[str, str]) -> TakeNext:
    """The next request of the list that an address asks for; what is searched for stays out of it."""
    kept = {one: value for one, value in arguments.items() if one not in ("q", "recherche")}
    return made_of(TakeNext, made_of(Narrowed, asked(kept)))


def day(typed: str) -> date | None:
    """A day of the calendar of the services; None for anything else that was typed."""
    found = day_or_none(typed)
    return found if found and found.year in YEARS else None


def counted(options: Iterable[Choice], labels: Mapping[str, str], chosen: str) -> tuple[tuple[str, str], ...]:
    """What a filter offers: what there is, counted, in the order of the words; and what is chosen, where there is none of it now."""
    offered = [(item.value, labels.get(item.value, item.value), item.count) for item in options]
    if chosen and chosen not in {value for value, _, _ in offered}:
        offered.append((chosen, labels.get(chosen, chosen), 0))
    return tuple((value, f"{label} ({n})") for value, label, n in sorted(offered, key=lambda one: one[1].casefold()))


def grouped(choices: Choices, groups: Mapping[str, str], order: Sequence[str] = ()) -> tuple[tuple[str, Choices], ...]:
    """By the words of the group of each, in that order or that of the words, those of no known group last; nothing where there is one
    group alone."""
    found = dict[str, list[tuple[str, str]]]()
    for value, words in choices:
        found.setdefault(groups.get(value, OTHERS), []).append((value, words))
    ranks = {one: rank for rank, one in enumerate(order)}
    ordered = sorted(found, key=lambda one: (one == OTHERS, ranks.get(one, 0), one.casefold()))
    return tuple((one, tuple(found[one])) for one in ordered) if len(found) > 1 else ()


def assignees(options: Iterable[Choice], me: str, names: Mapping[str, str], chosen: str) -> tuple[tuple[str, str], ...]:
    """« Moi », « À affecter », then the colleagues who have something to do."""
    counts = {item.value: item.count for item in options}
    if chosen not in ("", "me", "none", me):
        counts.setdefault(chosen, 0)
    others = sorted((names.get(one, "Un autre agent"), one) for one in counts if one not in ("", me))
    return (
        ("me", f"Moi ({counts.get(me, 0)})"),
        ("none", f"À affecter ({counts.get('', 0)})"),
        *((one, f"{name} ({counts[one]})") for name, one in others),
    )


def of_departments(known: Iterable[Department], own: Collection[str], chosen: str) -> Filter:
    """« Service »: of an agent of several; and one that is no longer the agent's, where it is chosen."""
    names = {one.slug: one.name for one in known}
    slugs = [*own, *([chosen] if chosen and chosen not in own else [])]
    choices = tuple((slug, names.get(slug, slug)) for slug in slugs) if len(slugs) > 1 else ()
    return Filter(name="service", label="Service", every="Tous", choices=choices)


def _piece(chosen: str) -> str | None:
    return chosen if chosen not in PIECES and PIECE.fullmatch(chosen) else None


def of_pieces(awaited: Iterable[AwaitedPiece], chosen: str) -> Filter:
    """Any, late ones, or one by its name."""
    choices = [(slug, words) for slug, (_, words) in PIECES.items()]
    choices += [(one.slug, f"{one.label} ({one.count})") for one in awaited]
    return Filter(name="pieces", label="Pièces manquantes", every="Avec ou sans", choices=_with(choices, chosen))


def of_agendas(agendas: Iterable[AgendaChoice], chosen: str) -> Filter:
    choices = [(one.slug, one.title) for one in agendas]
    return Filter(name="agenda", label="Agenda", every="Tous", choices=_with(choices, chosen))


def of_sites(agendas: Iterable[AgendaChoice], chosen: str) -> Filter:
    choices = sorted({one.site: one.site_name for one in agendas}.items(), key=lambda one: one[1].casefold())
    return Filter(name="lieu", label="Lieu du rendez-vous", every="Tous", choices=_with(choices, chosen))


def _with(choices: list[tuple[str, str]], chosen: str) -> tuple[tuple[str, str], ...]:
    """With what is chosen and not there any more, by its name."""
    gone = [(chosen, chosen)] if chosen and chosen not in {value for value, _ in choices} else []
    return (*choices, *gone)


def active(filters: Iterable[Filter], arguments: Mapping[str, str]) -> list[Active]:
    """Those that narrow the list, in words."""
    chosen = [(one, arguments.get(one.name, "")) for one in filters]
    found = [
        Active(name=one.name, label=one.label, words=COUNT.sub("", dict(one.choices).get(value, value)))
        for one, value in chosen
        if value
    ]
    for name, label in (("du", "Reçue depuis le"), ("au", "Reçue jusqu’au")):
        on = day(arguments.get(name, ""))
        if on:
            found.append(Active(name=name, label=label, words=short_day(on)))
    if arguments.get("retard"):
        found.append(Active(name="retard", label="Échéance", words="en retard"))
    return found


def whole(listed: str) -> str:
    """The parameters of a list as a form carries them: of too many, the last ones are left out whole, none is cut."""
    return listed if len(listed) <= LONGEST_QUERY else listed[: LONGEST_QUERY + 1].rpartition("&")[0]


def narrows(arguments: Mapping[str, str]) -> bool:
    """Whether any filter is chosen."""
    return any(arguments.get(one) for one in FILTERS)


def lost_department(known: Iterable[Department], own: Collection[str], chosen: str) -> str:
    """What is said of a list of a department that is not the agent's, such as that of a view saved before; "" else."""
    if not chosen or chosen in own:
        return ""
    name = {one.slug: one.name for one in known}.get(chosen)
    of = f"du service «{NBSP}{name}{NBSP}»" if name else "d’un service qui n’existe plus"
    return f"Cette liste est celle {of}, auquel votre compte n’est pas rattaché{NBSP}: aucune de ses demandes ne vous est montrée."


def crossed(arguments: Mapping[str, str]) -> str:
    """What is said of two days of which the last comes before the first; "" else."""
    first, last = day(arguments.get("du", "")), day(arguments.get("au", ""))
    if not (first and last and last < first):
        return ""
    return f"Vos deux dates se croisent{NBSP}: aucun jour n’est à la fois depuis le {short_day(first)} et jusqu’au {short_day(last)}."
