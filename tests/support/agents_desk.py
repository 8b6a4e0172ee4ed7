"""An agent's morning behind the stub services: the list, one file, what the flow allows; replies are the services' own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.chassis.actors import Actor
from services.chassis.contracts import to_json
from services.requests.request import flow
from services.townhall import placeholders
from tests.support.demo_town import NOW, NUMBER, definition, procedure
from tests.support.stubs import Stubs
from tests.support.tracked_request import tracking

Json = dict[str, Any]
APPEAL = "Vous pouvez contester cette décision dans un délai de 2 mois."
ME = "b1a7c2de-0000-4000-8000-000000000001"
OTHER_NUMBER = "2026-0000-0001"
COLLEAGUE = "b1a7c2de-0000-4000-8000-000000000002"
WALK_IN = "0d6f1e5a-0000-4000-8000-0000000000a1"
PHOTO = "0d6f1e5a-0000-4000-8000-0000000000f1"
HERE = f"/agent/demandes/{NUMBER}"
AGENT = Actor(
    kind="agent",
    id=ME,
    name="Agent instructeur polyvalent",
    roles=("agent",),
    departments=("services-techniques", "vie-associative"),
    permissions=(
        "read_requests",
        "change_status",
        "write_exchanges",
        "manage_appointments",
        "request_documents",
        "handle_confidential",
    ),
)


EDITOR = Actor(
    kind="agent",
    id="b1a7c2de-0000-4000-8000-000000000003",
    name="Chargée ou chargé de communication",
    roles=("editor",),
    departments=("communication",),
    permissions=("manage_news", "manage_activities", "manage_practical_info", "manage_polls"),
)


ADMINISTRATOR = Actor(
    kind="agent",
    id="b1a7c2de-0000-4000-8000-000000000004",
    name="Administratrice ou administrateur du portail",
    roles=("administrator",),
    departments=("relation-usagers",),
    permissions=("manage_settings", "manage_agents", *EDITOR.permissions),
)


def session_of(actor: Actor) -> Json:
    """What accounts says of that agent's session."""
    return {
        "actor": to_json(actor),
        "display_name": actor.name,
        "idle_expires_at": NOW.isoformat(),
        "kind": "agent",
        "warned_at": "",
        "ends_at": "",
    }


def case(status: str = "in_review", **changes: Any) -> Json:
    """The report of a broken street light, as the town sees it."""
    asked, defined = procedure("signalement-voirie"), definition("signalement-voirie")
    shown = {name: defined[name] for name in ("slug", "title", "department_details")}
    return tracking(
        procedure=tracking()["procedure"] | shown,
        status=to_json(flow.described(asked, status)),
        version=9,
        due_on="2026-11-20",
        implicit_decision=None,
        unread={"citizen": 0, "town": 1},
        appointments=[],
        tabs=["applicant", "request", "history", "exchanges", "documents"],
        asked_documents=[
            tracking()["asked_documents"][0]
            | {"slug": "photo", "label": "Photographie", "formats": ["jpg"], "max_files": 3}
        ],
        transitions=[
            to_json(replace(one, appeal=APPEAL if one.to == flow.Status.REFUSED else None))
            for one in flow.offered(asked, status, "agent", free=True)
        ],
        replies=[
            {name: getattr(reply, name) for name in ("slug", "title", "text", "sets_status")}
            | {"placeholders": placeholders.to_fill(reply.text)}
            | {
                "filled": placeholders.fill(
                    reply.text,
                    {
                        "applicant_name": "Ariel Nouveau",
                        "request_number": NUMBER,
                        "procedure_title": asked.title,
                        "received_at": "mardi",
                        "department_name": "Services techniques",
                    },
                )[0]
            }
            for reply in flow.replies(asked, status, free=True)
        ],
        notes=[{"at": NOW.isoformat(), "text": "Vu avec le prestataire.", "agent": AGENT.name}],
        assignee=None,
        department="services-techniques",
        applicant_name="Ariel Nouveau",
        closed_at=None,
        channel="portal",
        identity=None,
        ages={"days": 8, "overdue": True},
        also_open=[],
        documents_by="2026-12-30",
        **{"alert": None, "reception": None, "erasure": None, "profile_unchanged": None, **changes},
    )


ERASURE_ASKED = {
    "asked_at": NOW.isoformat(), "answer_by": "2026-12-25", "department_from": "2026-12-11", "answer": None,
    "answered_at": None, "reason": None, "kept_months": 24, "kept_until": None, "then": "destroy",
}  # fmt: skip


def erasure_asked(**answered: Any) -> Json:
    """The same request, whose applicant waits for an answer to the erasure asked for."""
    return case(erasure={**ERASURE_ASKED, **answered}, can={"answer_erasure": not answered})


def line(number: str, **changes: Any) -> Json:
    asked = procedure("signalement-voirie")
    return {
        "request_id": "r",
        "number": number,
        "procedure": asked.slug,
        "procedure_title": asked.title,
        "applicant_name": "Ariel Nouveau",
        "member_name": "",
        "status": to_json(flow.described(asked, "submitted")),
        "submitted_at": NOW.isoformat(),
        "closed_at": None,
        "due_on": "2026-12-02",
        "implicit_on": None,
        "implicit_effect": None,
        "implicit_reached": False,
        "erasure_asked": False,
        "overdue": False,
        "unread": 0,
        "assignee": None,
        "appointment_at": None,
        "appointment_place": "",
        "area": "voirie",
        "department": "services-techniques",
        "archived": False,
        "alert": None,
        "covered_until": None,
        **changes,
    }


def work_list(*items: Json, total: int | None = None) -> Json:
    return {
        "items": list(items),
        "total": len(items) if total is None else total,
        "page": 1,
        "pages": 1 if total is None else -(-total // 20),
        "per_page": 20,
        "first": 1,
        "next": None,
        "previous": None,
        "more": False,
        "agendas": [],
        "awaited": [],
        "sort": "due",
        "counts": {
            "open": 3,
            "unassigned": 2,
            "mine": 1,
            "awaiting": 0,
            "unread": 1,
            "alert": 1,
            "erasure": 0,
            "overdue": 1,
        },
        "options": {
            "status": [{"value": "submitted", "count": 2}],
            "area": [{"value": "voirie", "count": 3}],
            "procedure": [{"value": "signalement-voirie", "count": 3}],
            "assignee": [{"value": "", "count": 2}, {"value": COLLEAGUE, "count": 1}],
        },
    }


def selection(*numbers: str, **changes: Any) -> Json:
    """What requests answers of these numbers, chosen in the list."""
    reply = next(one for one in procedure("signalement-voirie").replies if one.slug == "intervention-faite")
    return {
        "items": [{**line(number), "version": 4, "confidential": False, **changes} for number in numbers],
        "replies": [
            {
                "slug": reply.slug,
                "title": reply.title,
                "to": reply.sets_status,
                "label": "Terminée",
                "closes": True,
                "text": reply.text,
                "numbers": list(numbers[:1]),
            }
        ],
    }


VIEW = "0d6f1e5a-0000-4000-8000-0000000000a1"


def saved_view(name: str, **changes: Any) -> Json:
    """A view that the agent has saved; `changes`: of what it narrows the list to."""
    return {"view_id": VIEW, "name": name, "columns": [], "count": 7, "more": False, **changes}


DECISION = "0d6f1e5a-0000-4000-8000-0000000000b2"


def held_decisions(**changes: Any) -> Json:
    """What requests answers of one decision, of the agent, that waits seven seconds more."""
    held = {
        "decision_id": DECISION,
        "number": NUMBER,
        "status": to_json(flow.described(procedure("signalement-voirie"), "rejected")),
    }
    return {
        "items": [
            {
                **held,
                "agent": AGENT.name,
                "own": True,
                "due_at": NOW.isoformat(),
                "seconds": 7,
                "because": None,
                **changes,
            }
        ]
    }


def day_list(*appointments: Json, day: str = "2026-11-25", closed: str | None = None, **of_agenda: Any) -> Json:
    """What requests answers of a day of one agenda; `of_agenda`: what else it holds, so that presences can be noted."""
    return {
        "day": day,
        "today": "2026-11-25",
        "previous": "2026-11-24",
        "next": "2026-11-26",
        "next_taken": None,
        "agendas": [
            {
                "slug": "population-famille",
                "title": "Rendez-vous population et famille",
                "department": "population",
                "place": "Bureau 12, premier étage",
                "closed_reason": closed,
                "appointments": list(appointments),
                **of_agenda,
            }
        ],
        "total": len(appointments),
        "notable": bool(of_agenda),
        "mark": "m1",
    }


def appointment(hour: str, **changes: Any) -> Json:
    asked = procedure("concession-cimetiere")
    return {
        "starts_at": f"2026-11-25T{hour}:00+00:00",
        "ends_at": f"2026-11-25T{hour}:30+00:00",
        "department": "population",
        "department_name": "Population",
        "number": NUMBER,
        "procedure_title": asked.title,
        "applicant_name": "Ariel Nouveau",
        "member_name": "",
        "status": to_json(flow.described(asked, "submitted")),
        "reception": None,
        **changes,
    }


def walk_in(**changes: Any) -> Json:
    return {
        "id": WALK_IN,
        "name": "Dominique Exemple",
        "department": "population",
        "procedure": None,
        "procedure_title": "",
        "presence": "arrived",
        "arrived_at": "2026-11-25T08:10:00+00:00",
        "noted_at": "2026-11-25T08:10:00+00:00",
        "noted_by": AGENT.name,
        **changes,
    }


def look(what: str, minutes: int) -> Json:
    return {
        "id": minutes + 1,
        "agent_id": ME,
        "agent_name": AGENT.name,
        "what": what,
        "at": (NOW + timedelta(minutes=minutes)).isoformat(),
    }


def preview(body: Json, _: Actor) -> Json:
    """The reply with the values given, as requests fills it."""
    found = next(reply for reply in case()["replies"] if reply["slug"] == body["reply"])
    text, unfilled = placeholders.fill(found["text"], {"applicant_name": "Ariel Nouveau", **body.get("values", {})})
    return {"text": text, "unfilled": [name for name in unfilled if name not in placeholders.AUTOMATIC]}


def furnish(services: Stubs) -> None:
    """Gives every answer that the agents' pages of a quiet day need."""
    services["accounts.session"] = session_of(AGENT)
    services["accounts.count_recovery_codes"] = {"left": 7}
    services["accounts.log_in"] = {"challenge": "challenge", "expires_at": NOW.isoformat()}
    services["accounts.second_factor"] = {"session": "s" * 32, "expires_at": NOW.isoformat()}
    services["accounts.colleagues"] = {
        "agents": [
            {"id": ME, "name": AGENT.name, "username": "agent.accueil", "departments": ["services-techniques"], "confidential": False},
            {"id": COLLEAGUE, "name": "Chef d’équipe", "username": "agent.voirie", "departments": ["services-techniques"], "confidential": False},
            {"id": "x", "name": "Police", "username": "agent.police", "departments": ["police-municipale"], "confidential": False},
        ]
    }  # fmt: skip
    services["requests.work_list"] = work_list(
        line(NUMBER, overdue=True, due_on="2026-11-20", unread=1),
        line("2026-2HXD-58TN", implicit_on="2027-01-23", implicit_effect="acceptance"),
        line("2026-5QXA-11BC", assignee={"id": ME, "name": AGENT.name}),
    )
    services["requests.list_saved_views"] = {"items": []}
    services["requests.list_held_decisions"] = {"items": []}
    services["requests.read_team_load"] = {"lines": [], "absences": []}
    services["requests.count_mentions"] = {"unread": 0}
    services["requests.read_selection"] = lambda body, _: selection(*body["numbers"])
    services["requests.day_list"] = day_list(
        appointment("08"), {**appointment("09"), "number": None, "department_name": "Enfance et éducation"}
    )
    services["requests.day_mark"] = {"mark": "m2"}
    services["requests.note_presence"] = {"presence": "arrived"}
    services["requests.note_walk_in"] = {"presence": "called"}
    services["requests.add_walk_in"] = {"walk_in_id": WALK_IN}
    services["requests.call_next"] = {"number": None, "starts_at": None, "walk_in_id": WALK_IN}
    services["requests.tracking"] = case()
    services["requests.reply_preview"] = preview
    services["requests.take_next"] = {"number": OTHER_NUMBER}
    services["requests.list_others_of_person"] = {"by": "email", "items": [], "more": False}
    services["requests.list_nearby"] = {"point": None, "items": [], "more": False, "map": None}
    services["requests.change_status"] = {"number": NUMBER, "status": "scheduled", "told": True, "held": None}
    services["requests.take_in_charge"] = {"number": NUMBER}
    services["requests.assign"] = {"number": NUMBER}
    services["requests.add_note"] = {"number": NUMBER}
    services["requests.audit_trail"] = {
        "number": NUMBER,
        "views": [{**look("audit_trail", 30), "query": None}, {**look("tracking", 0), "query": None}],
        "grant": "journal",
    }
    services["documents.staff_views"] = {
        "views": [
            {**look("file", 20), "piece": None, "request_id": "r1"},
            {**look("file", 10), "piece": "Photographie", "request_id": "r1"},
        ]
    }
    services["messaging.letters_waiting"] = {"waiting": 0}
    services["messaging.letters"] = {"items": [], "total": 0, "per_page": 20}
    services["documents.looks"] = {"views": [{**look("file", 10), "piece": "Photographie", "request_id": "r1"}]}
    services["requests.looks"] = {
        "views": [
            {**look("search", 20), "numbers": [NUMBER, OTHER_NUMBER], "query": {"q": "martin"}},
            {**look("day_list", 0), "numbers": [], "query": {"day": "2026-12-01"}},
        ],
        "numbers": {"r1": NUMBER},
    }
    services["messaging.emails"] = [
        {"kind": "acknowledgement", "label": "Accusé de réception", "at": NOW.isoformat(), "state": "failed"}
        | {"letter_id": None, "by": None}
    ]
    photo = {
        "id": PHOTO,
        "name": "lampadaire.jpg",
        "size": 640_000,
        "type": "image/jpeg",
        "sha256": "",
        "scan": "clean",
    }
    services["documents.request_documents"] = {
        "documents": [{"id": "d1", "piece": "photo", "label": "Photographie", "side": "citizen", "author": None, "sensitive": False, "delete_after": None, "added_at": NOW.isoformat(), "files": [photo]}]
    }  # fmt: skip
