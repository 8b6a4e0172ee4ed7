"""What the catalogue of parts shows: a town hall's ordinary cases, one for each state that a part may be in; pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from gateway.pages.agent import case as agent_case, day_lines, reply as agent_reply, work_table as agent_list
from gateway.pages.agent.decision_form import Choice
from gateway.pages.components import edit_conflicts
from gateway.pages.components.calendar_view import ShownWeek, week_view
from gateway.pages.components.controls import COUNTRY_CHOICES, Control
from gateway.pages.components.uploader import piece
from gateway.shared.journal import JournalPage
from services.chassis.contracts import from_json
from services.documents.schemas.pieces import File
from services.procedures.schemas.definitions.forms import TextToRead
from services.procedures.schemas.definitions.procedures import Document, Status
from services.procedures.schemas.definitions.towns import Landmark, TownMap
from services.requests.schemas.appointments import SlotWeek
from services.requests.schemas.day_list import DayList
from services.requests.schemas.nearby import Nearby
from services.requests.schemas.person import OthersOfPerson
from services.requests.schemas.tracking import CaseView
from services.requests.schemas.work_list import WorkLine
from services.townhall.missing import missing
from services.townhall.pieces import Limits
from services.townhall.town_time import TOWN_TIME
from tests.support import agents_desk as desk

Json = Mapping[str, Any]

HERE = "/_composants"
FOR_AGENTS = "/_composants/agents"
DEPARTMENT = "Services techniques"
PLACE = "Bureau des salles, 2 place du Marché, 61990 Saint-Aubin-sur-Orne"
ME, COLLEAGUE = {"id": "a1", "name": "Maud Agent"}, {"id": "a2", "name": "Paul Voirie"}
HELD_FOR = timedelta(minutes=15)

DAYS = (("lundi", "Lundi"), ("mardi", "Mardi"), ("mercredi", "Mercredi"), ("jeudi", "Jeudi"))
WHO = (("individual", "Un particulier"), ("association", "Une association"))
RULES = TextToRead(
    slug="salles", title="Règlement des salles", text="- La musique s’arrête à 1 h.\n- La salle est rendue propre."
)
TOWN = TownMap(
    south=48.7,
    west=-0.16,
    north=48.72,
    east=-0.12,
    landmarks=(Landmark(name="Hôtel de ville", lat=48.7125, lon=-0.14),),
)
FIELDS = (
    Control("exemple.text", "Repère", "text", help="Par exemple : face à l’abribus."),
    Control("exemple.longtext", "Décrivez le problème", "longtext", required=True, max_length=600),
    Control("exemple.date", "Dernier jour", "date", width="w-12", error="Indiquez une date à venir."),
    Control(
        "exemple.birth_date", "Date de naissance", "birth_date", value="31/02/1984", error="Cette date n’existe pas."
    ),
    Control("exemple.email", "Courriel", "email", required=True),
    Control("exemple.phone", "Téléphone", "phone", width="w-20"),
    Control("exemple.number", "Longueur, en mètres", "number", width="w-8", inputmode="decimal"),
    Control("exemple.address", "Adresse", "address", required=True, choices=COUNTRY_CHOICES[:4]),
    Control(
        "exemple.position",
        "Repère",
        "position",
        value={"words": "Face à l’abribus", "lat": 48.7133, "lon": -0.1385},
        map=TOWN,
    ),
    Control("exemple.radios", "Vous êtes", "radios", choices=WHO, value="individual", required=True),
    Control("exemple.select", "Jour", "select", choices=DAYS, value="mardi"),
    Control("exemple.checkboxes", "Jours concernés", "checkboxes", choices=DAYS, value=["lundi"]),
    Control("exemple.checkbox", RULES.title + " lu", "checkbox", required=True, agrees_to=RULES),
)
DIFFERING = edit_conflicts.differing(
    [Control("lieu", "Où se trouve le problème ?", "text", value="Face au 7 rue du Pont-Neuf")],
    [Control("lieu", "Où se trouve le problème ?", "text", value="Face au 9 rue du Pont-Neuf")],
)
PHOTOGRAPH = Document(slug="exemple-photo", label="Photographie", formats=("jpg", "png"), max_files=3)
CERTIFICATE = Document(slug="exemple-attestation", label="Attestation d’assurance", formats=("pdf",), required=True)
GIVEN = File(id="1", name="trottoir.jpg", size=2400000, type="image/jpeg")
PIECES = (
    piece(PHOTOGRAPH, [GIVEN], "", Limits()),
    piece(CERTIFICATE, [], missing("piece", CERTIFICATE.label), Limits()),
)
ONE_WHITE_DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
SECURITY_CODE = {"id": "exemple", "image": ONE_WHITE_DOT}
_PARTNER = {"slug": "dalles", "title": "Régie de l’eau", "icon": "drop", "description": "Consommation et factures."}
PARTNER_TILES = (
    {"space": {**_PARTNER, "url": "#dalles"}, "act": "open", "reminder": "061-000031"},
    {"space": {**_PARTNER, "title": "Portail famille", "icon": "child"}, "act": "connect"},
    {"space": {**_PARTNER, "title": "Médiathèque", "icon": "book"}, "act": "save"},
)
PARTNER_CONTROLS = (
    Control("exemple.carte", "Numéro de carte", "text", help="Huit chiffres, au dos de la carte."),
    Control("exemple.secret", "Mot de passe", "password", error="Le site n’a pas reconnu ces identifiants."),
)
PICTURED = {
    "picture": "exemple",
    "picture_widths": (1280,),
    "picture_height": 720,
    "image_alt": "Quatre personnes rament dans un bateau long et étroit.",
}
STEPS = (
    {"slug": "procedure", "label": "La démarche", "done": True, "address": "#etapes"},
    {"slug": "appointment", "label": "Mon rendez-vous", "done": False, "to_complete": True, "address": "#etapes"},
    {"slug": "applicant", "label": "Mes informations", "done": False, "address": "#etapes"},
    {"slug": "request", "label": "Ma demande", "done": True, "address": "#etapes"},
    {"slug": "summary", "label": "Le récapitulatif", "done": False, "address": None},
)
STATUSES = {
    "submitted": "Enregistrée",
    "in_review": "En cours d’instruction",
    "awaiting_documents": "En attente de pièces",
    "scheduled": "Programmée",
    "waiting_list": "Sur liste d’attente",
    "active": "Active",
    "accepted": "Acceptée",
    "rejected": "Refusée",
    "done": "Terminée",
    "redirected": "Transmise à une autre administration",
    "lapsed": "Classée sans suite",
    "cancelled": "Annulée",
}
REPLY = (
    "Bonjour Camille Exemple,\n\nMerci pour votre signalement. L’intervention est programmée d’ici au {{deadline}}.\n\n"
    f"{DEPARTMENT}"
)
BLANKS = ("deadline",)


def citizens(now: datetime) -> dict[str, Any]:
    """The parts of the citizens' pages; what is to come is to come on whatever day they are looked at."""
    week = _next_week(now.date())
    booked = {"starts_at": _at(week, 1, 14), "ends_at": _at(week, 1, 14, 30), "status": "booked", "place": PLACE}
    cancelled = {"starts_at": _at(week, 0, 9), "ends_at": _at(week, 0, 9, 30), "status": "cancelled", "place": PLACE}
    held = {"start": _at(week, 1, 14), "end": _at(week, 1, 14, 30), "held_until": (now + HELD_FOR).isoformat()}
    steps = [{"slug": step["slug"], "label": step["label"]} for step in STEPS]
    return {
        "here": HERE,
        "pictured": PICTURED,
        "fields": FIELDS,
        "code": SECURITY_CODE,
        "differing": DIFFERING,
        "pieces": PIECES,
        "partner_tiles": PARTNER_TILES,
        "partner_controls": PARTNER_CONTROLS,
        "steps_line": STEPS,
        "statuses": STATUSES,
        "week": _week(week),
        "agenda": {"change_until_hours": 24},
        "held": held,
        "appointments": [booked, cancelled],
        "begun": [
            (
                {
                    "procedure": "location-salle",
                    "procedure_title": "Louer une salle municipale",
                    "updated_at": (now - timedelta(hours=3)).isoformat(),
                    "expires_at": (now + timedelta(days=30)).isoformat(),
                    "slot": held,
                    "offered": True,
                    "steps": steps,
                },
                f"{HERE}#saisies",
                "Mes informations",
                3,
            ),
            (
                {
                    "procedure": "inscription-scolaire",
                    "procedure_title": "Inscrire son enfant à l’école",
                    "member_name": "Lou Exemple",
                    "updated_at": (now - timedelta(days=9)).isoformat(),
                    "expires_at": (now + timedelta(days=21)).isoformat(),
                    "offered": False,
                },
                "",
                "",
                0,
            ),
        ],
    }


def agents(now: datetime) -> dict[str, Any]:
    """The parts of the agents' pages."""
    today = now.date()
    week = _next_week(today)
    return {
        "views": agent_list.views({"open": 12, "unassigned": 3, "mine": 4, "unread": 2, "overdue": 1}, {}),
        "rows": agent_list.rows(_requests(today, week), today, ME["id"]),
        "columns": agent_list.columns("")[0],
        "heads": agent_list.heads(agent_list.columns("")[0], "due", closed=False),
        "due": [
            agent_list.due((today - timedelta(days=3)).isoformat(), today, overdue=True),
            agent_list.due((today + timedelta(days=1)).isoformat(), today, overdue=False),
            agent_list.due((today + timedelta(days=20)).isoformat(), today, overdue=False),
        ],
        "actions": agent_case.actions(from_json(CaseView, desk.case())),
        "message": agent_reply.preview(REPLY, BLANKS),
        "blanks": [agent_reply.label_of(blank) for blank in BLANKS],
        "notes": [
            {
                "text": "Appelée ce matin : la plaque bouge au passage des bus.",
                "agent": ME["name"],
                "at": _at(today, -1, 10),
            },
            {"text": None, "agent": COLLEAGUE["name"], "at": _at(today, -8, 16)},
        ],
        "looks": agent_case.journal_page(from_json(JournalPage, {"views": _looks(today), "next": "12"}), {})["looks"],
        "choices": _choices(),
        "others": _others(today),
        "nearby": _nearby(today),
        "nearby_on_map": replace(_nearby(today), map=TOWN),
        "codes": ["k7xm-2p4q-wz3c", "b9rt-hh5e-6sdn", "v2ga-yq8f-p4mk"],
        "day": week.isoformat(),
        "lists": day_lines.shown(_day(week), datetime.fromisoformat(_at(week, 0, 12))),
        "quiet": [("Jour férié", "Conseil en urbanisme")],
    }


def _choices() -> list[Choice]:
    """A prepared reply that may leave as it stands, and one that is to be completed."""
    one, *others = [action for action in agent_case.actions(from_json(CaseView, desk.case())) if action.replies]
    status = Status(label="Programmée", closed=True, meaning="Une date est fixée.")
    ready = Choice(
        reply=one.replies[0], action=one, status=status, text="Bonjour,\n\nC’est fait.", erased=("Identité",)
    )
    return [ready, *(Choice(reply=it.replies[0], action=it, status=status, text="", erased=()) for it in others)]


def _others(today: date) -> OthersOfPerson:
    """Two requests of the same address, one of which seems to ask for the same."""
    status = {"slug": "submitted", "label": STATUSES["submitted"], "closed": False, "meaning": ""}
    line = {"procedure_title": "Louer une salle municipale", "status": status, "submitted_at": _at(today, -3, 9)}
    lines = [{**line, "number": f"2026-8M5N-72R{n}", "member": "", "duplicate": n == 1} for n in (1, 2)]
    return from_json(OthersOfPerson, {"by": "email", "items": lines, "more": True})


def _nearby(today: date) -> Nearby:
    """Two reports beside a third, one of them taken in charge."""
    statuses = {slug: {"slug": slug, "label": STATUSES[slug], "closed": False, "meaning": ""} for slug in STATUSES}
    found = [
        ("2026-8M5N-72RT", "submitted", 40, 48.7136, -0.1387),
        ("2026-3KQ8-5VWX", "in_review", 160, 48.7125, -0.1404),
    ]
    lines = [
        {
            "number": number,
            "procedure_title": "Signaler un problème sur la voie publique",
            "status": statuses[status],
            "submitted_at": _at(today, -away // 20, 9),
            "metres": away,
            "lat": lat,
            "lon": lon,
        }
        for number, status, away, lat, lon in found
    ]
    return from_json(Nearby, {"point": {"lat": 48.7133, "lon": -0.1385}, "items": lines, "more": False})


def _next_week(today: date) -> date:
    """The Monday to come."""
    return today + timedelta(days=7 - today.weekday())


def _at(day: date, days: int, hour: int, minute: int = 0) -> str:
    return datetime.combine(day + timedelta(days=days), time(hour, minute), TOWN_TIME).isoformat()


def _slot(start: str, *, free: int = 1) -> dict[str, Any]:
    end = datetime.fromisoformat(start) + timedelta(minutes=30)
    return {"start": start, "end": end.isoformat(), "free": free, "mine": False}


def _week(monday: date) -> ShownWeek:
    """A morning, a day with both halves and a slot chosen, a full day, an afternoon, a closed day."""
    slots = [
        [_slot(_at(monday, 0, 9)), _slot(_at(monday, 0, 9, 30)), _slot(_at(monday, 0, 10))],
        [_slot(_at(monday, 1, 9)), _slot(_at(monday, 1, 14)), _slot(_at(monday, 1, 14, 30))],
        [_slot(_at(monday, 2, 9), free=0)],
        [_slot(_at(monday, 3, 14)), _slot(_at(monday, 3, 16, 30))],
        [],
    ]
    days = [
        {
            "date": (monday + timedelta(days=day)).isoformat(),
            "slots": free,
            "closed_reason": None if free else "Jour férié",
        }
        for day, free in enumerate(slots)
    ]
    agenda = {"slug": "", "title": "", "place": "", "instructions": "", "slot_minutes": 30, "change_until_hours": 24}
    names = {"week": "prochaine", "previous": "presente", "next": "suivante", "first_day": "", "current": None}
    found = from_json(SlotWeek, {"agenda": agenda, **names, "days": days})
    return week_view(found, first=True, chosen=_at(monday, 1, 14))


def _requests(today: date, week: date) -> list[WorkLine]:
    """Late with an alert and messages, with an appointment, decided first by silence, incomplete, closed and erased."""

    def request(number: str, title: str, status: str, due: int | None, **more: Any) -> WorkLine:
        line = desk.line(
            number,
            procedure_title=title,
            status={"slug": status, "label": STATUSES[status], "closed": status == "done", "meaning": ""},
            submitted_at=_at(today, -12, 10, 20),
            due_on=None if due is None else (today + timedelta(days=due)).isoformat(),
            overdue=due is not None and due < 0,
            **{"applicant_name": "Camille Exemple", **more},
        )
        return from_json(WorkLine, line)

    return [
        request(
            "2026-7K4M-93QX", "Signaler un problème sur la voie publique", "in_review", -3,
            alert="Danger", unread=2, assignee=ME,
        ),
        request(
            "2026-5QXA-11BC", "Louer une salle municipale", "submitted", 1,
            appointment_at=_at(week, 1, 14), appointment_place="Bureau des salles", member_name="Lou Exemple",
            implicit_on=(today + timedelta(days=50)).isoformat(), implicit_effect="rejection",
        ),
        request(
            "2026-2HXD-58TN", "Demander un permis de végétaliser", "in_review", 30, assignee=COLLEAGUE,
            implicit_on=(today + timedelta(days=12)).isoformat(), implicit_effect="acceptance",
        ),
        request("2026-Q8RB-65TY", "Inscrire son enfant à l’école", "awaiting_documents", None, assignee=COLLEAGUE),
        request("2026-93QX-4MEE", "Demander un acte de naissance", "done", None, closed_at=_at(today, -2, 16), applicant_name=None, assignee=ME),
    ]  # fmt: skip


def _looks(today: date) -> list[dict[str, Any]]:
    def look(who: Json, what: str, minute: int, piece: str | None = None) -> dict[str, Any]:
        at = _at(today, -1, 10, minute)
        return {"agent_id": who["id"], "agent_name": who["name"], "what": what, "piece": piece, "at": at, "query": None}

    return [look(ME, "tracking", 42), look(ME, "tracking", 20), look(COLLEAGUE, "file", 5, "trottoir.jpg")]


def _day(day: date) -> DayList:
    """One agenda with each state of a line, of another department too, and a free slot; one that is closed."""
    start, end = _at(day, 0, 14), _at(day, 0, 14, 30)
    mine = desk.appointment(
        "14", starts_at=start, ends_at=end, member_name="Lou Exemple", procedure_title="Louer une salle municipale"
    )
    others = desk.appointment("14", number=None, department_name="Urbanisme", starts_at=end, ends_at=_at(day, 0, 15))
    noted = {
        "phone": "0600000000",
        "reason": "Passeport",
        "reference": "ABCDE12345",
        "noted_at": start,
        "noted_by": ME["name"],
    }
    late = desk.appointment("15", starts_at=start, ends_at=end, late=True, number="2026-58TN-2HXD")
    states = [
        desk.appointment("15", starts_at=start, ends_at=end, presence=state, arrived_at=start, number=number, **noted)
        for state, number in (("arrived", "2026-58TN-11BC"), ("called", "2026-58TN-22BC"), ("absent", "2026-58TN-33BC"))
    ]
    free = {"start": end, "end": _at(day, 0, 15), "free": 1}
    taken = desk.day_list(
        mine, late, *states, others, walk_ins=[desk.walk_in(arrived_at=end)], free_slots=[free], waiting=2, may_note=True,
        reference_label="Numéro de pré-demande",
    )  # fmt: skip
    [closed] = desk.day_list(closed="Jour férié")["agendas"]
    other = closed | {"slug": "urbanisme", "title": "Conseil en urbanisme"}
    found = {**taken, "day": day.isoformat(), "today": day.isoformat(), "agendas": [*taken["agendas"], other]}
    return from_json(DayList, found)
