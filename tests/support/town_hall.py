"""The demo town behind the stub services: definitions and rules are the services' own, only the stores are in memory."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml

from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from services.chassis.errors import NotFound
from services.content.polls import rules as ballots
from services.content.publication.rendering import render
from services.procedures.files import definition as definitions
from services.procedures.schemas.definitions.agendas import Agenda
from services.procedures.schemas.definitions.procedures import Procedure
from services.procedures.schemas.definitions.published import read
from services.procedures.schemas.definitions.towns import TownFile
from services.procedures.town import opening_hours, theme
from services.requests.capacity import slots
from services.requests.drafts import rules as draft
from services.requests.schemas.refusals import DraftNotFound
from services.townhall.names import full_name
from tests.support.stubs import Stubs

Json = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "deploy" / "demo-town"
NOW = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
CAMILLE = Actor(kind="citizen", id="camille", name="")
NUMBER = "2026-7K4M-93QX"
HELD_DATA = {
    "number": NUMBER, "title": "Signaler un problème de voirie", "open": False, "can_cancel": False, "erased": False,
    "kept_months": 24, "kept_until": "2028-11-24", "then": "destroy", "for_the_decision": ["Pièce d’identité"],
    "exchanges": True, "erasure_asked_at": None, "erasure_answer_by": None, "erasure_answer": None,
    "erasure_answered_at": None, "erasure_reason": None,
}  # fmt: skip
CLOSURE = {"last_day": "2026-12-09", "erased_on": "2026-12-10"}
CONTESTED = "Vous pourrez alors contester ce refus devant le juge (www.telerecours.fr)."
DRAFT = "0d6f1e5a-0000-4000-8000-000000000001"


@cache
def file(name: str) -> Json:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())


@cache
def definition(slug: str) -> Json:
    found = definitions.resolve(file("town"), file("service_areas"), file("procedures"), file("agendas"))
    return next({**entry, "version": 1} for entry in found if entry["slug"] == slug)


@cache
def procedure(slug: str) -> Procedure:
    return read(Procedure, definition(slug))


@cache
def agenda(slug: str) -> Json:
    return next(entry for entry in definitions.resolve_agendas(file("town"), file("agendas")) if entry["slug"] == slug)


rendered = cache(render)
"""Each text is rendered once for all tests: it is a fifth of what they set up."""


@cache
def colours() -> Json:
    named = file("town")["theme"]
    return named | theme.derive(named)


def town() -> Json:
    document = file("town")
    return {
        **document,
        "service_areas": file("service_areas")["service_areas"],
        "catalogues": definitions.catalogues(file("procedures")),
        "version": 1,
        "theme": dict(colours()),
        "open_now": to_json(opening_hours.open_now(from_json(TownFile, document), NOW)),
    }


def catalogue(body: Json, _: Actor) -> Json:
    areas = {area["slug"]: area["title"] for area in file("service_areas")["service_areas"]}
    if body.get("area") not in (None, *areas):
        raise NotFound
    items = [
        {
            **{
                key: entry[key]
                for key in ("slug", "title", "summary", "area", "access", "featured", "fill_time_minutes")
            },
            "area_title": areas[entry["area"]],
            "appointment": entry["appointment"]["mode"] != "none",
            "version": 1,
            "rank": 0.5,
        }
        for entry in file("procedures")["procedures"]
        if body.get("area") in (None, entry["area"])
        and (not body.get("featured") or entry["featured"])
        and body.get("dashboard_tile") in (None, entry.get("dashboard_tile"))
        and body.get("q", "").lower() in entry["title"].lower()
    ]
    return {"items": items[: body.get("per_page", 20)], "total": len(items), "suggestion": None, "partial": False}


def step_labels() -> dict[str, str]:
    return {step["slug"]: step["label"] for step in file("procedures")["step_catalogue"]}


RECEIPT = {
    "request_id": DRAFT, "number": NUMBER, "tracking_token": "token", "procedure_title": "", "submitted_at": NOW.isoformat(),
    "due_on": None, "implicit_decision": None, "email_sent_to_hint": "a…l@courriel.example", "next_steps": [],
}  # fmt: skip


class Drafts:
    """One draft per procedure, kept and shown by the rules of requests."""

    def __init__(self) -> None:
        self.kept: dict[str, draft.Draft] = {}
        self.quota: Json | None = None

    def open(self, body: Json, actor: Actor) -> Json:
        slug = body["procedure"]
        if slug not in self.kept or body.get("anew"):
            member = in_profile(file("accounts")["citizens"][0]["family_members"][0]) if body.get("member") else None
            self.kept[slug] = draft.Draft(
                id=DRAFT,
                owner=draft.owner_of(actor),
                procedure=slug,
                typed=draft.opened(procedure(slug), None, member),
                held=None,
                created_at=NOW,
                updated_at=NOW,
                expires_at=NOW + timedelta(days=draft.VISITOR_DAYS),
            )
        return self.view(slug)

    def find(self, body: Json, _: Actor) -> Json:
        return {"draft": self.view(body["procedure"]) if body["procedure"] in self.kept else None, "quota": self.quota}

    def save(self, body: Json, _: Actor) -> Json:
        slug, kept = self._the_one()
        sender = {"page": body.get("page"), "seen": body.get("seen")}
        typed = draft.saved_by(kept.typed, procedure(slug), body["step"], body["data"], **sender)
        self.kept[slug] = replace(kept, typed=typed)
        return self.view(slug)

    def hold(self, body: Json, _: Actor) -> Json:
        slug, kept = self._the_one()
        named = definition(slug)["appointment"]["agenda"]
        found = slots.slot_at(read(Agenda, agenda(named)), datetime.fromisoformat(body["start"]))
        assert found is not None
        until = NOW + timedelta(minutes=15)
        self.kept[slug] = replace(kept, held=draft.Held(agenda=named, start=found.start, end=found.end, until=until))
        return {"slot": self.view(slug)["slot"]}

    def view(self, slug: str) -> Json:
        told: dict[str, Any] = {
            "labels": step_labels(),
            "now": NOW,
            "today": NOW.date(),
            "quota": None,
            "grant": "grant",
        }
        return to_json(draft.view(self.kept[slug], procedure(slug), **told))

    def mine(self, _: Json, __: Actor) -> Json:
        told = {"offered": True, "labels": step_labels(), "now": NOW, "today": NOW.date()}
        return {"items": [to_json(draft.line(one, procedure(slug), **told)) for slug, one in self.kept.items()]}

    def discard(self, body: Json, _: Actor) -> Json:
        self.kept = {slug: one for slug, one in self.kept.items() if one.id != body["draft_id"]}
        return {}

    def _the_one(self) -> tuple[str, draft.Draft]:
        return next(iter(self.kept.items()))


def new_draft() -> Json:
    """One of a visitor, with nothing typed yet."""
    return Drafts().open({"procedure": "acte-naissance"}, Actor(kind="visitor", id="v"))


def week(body: Json, _: Actor) -> Json:
    found, monday = agenda(body["agenda"]), date(2026, 11, 30)
    days = [monday + timedelta(days=offset) for offset in range(6)]
    return {
        "agenda": {
            "slug": found["slug"],
            "title": found["title"],
            "place": f"{found['room']}, {found['address']}",
            "instructions": found["instructions"],
            "slot_minutes": found["slot_minutes"],
            "change_until_hours": found["change_until_hours"],
        },
        "week": "2026-W49",
        "first_day": monday.isoformat(),
        "previous": "2026-W48",
        "next": "2026-W50",
        "days": [
            {
                "date": day.isoformat(),
                "closed_reason": slots.closed_reason(read(Agenda, found), day),
                "slots": [
                    {
                        "start": slot.start.isoformat(),
                        "end": slot.end.isoformat(),
                        "free": 0 if slot.start.minute == 20 and slot.start.hour != 13 else 1,
                        "mine": False,
                    }
                    for slot in slots.slots_on(read(Agenda, found), day)
                ],
            }
            for day in days
        ],
        "current": None,
    }


def tracking(**changes: Any) -> Json:
    asked = definition("location-salle")
    at = NOW.isoformat()
    return {
        "request_id": DRAFT,
        "number": NUMBER,
        "version": 7,
        "procedure": {
            "slug": asked["slug"],
            "title": asked["title"],
            "version": 1,
            "area": asked["area_details"],
            "department_details": asked["department_details"],
            "exchanges": True,
            "confidential": False,
        },
        "status": {"slug": "in_review", **asked["statuses"]["in_review"]},
        "submitted_at": "2026-11-18T08:12:00+00:00",
        "due_on": "2026-12-02",
        "implicit_decision": {"effect": "rejection", "on": "2027-01-18", "reached": False, "appeal": CONTESTED},
        "cancelled": None,
        "appeal": None,
        "attestation": None,
        "refused_because": None,
        "tracking_url": None,
        "place": None,
        "archived": False,
        "open": not any((changes.get("archived"), changes.get("cancelled"), changes.get("status", {}).get("closed"))),
        "attached": True,
        "applicant": [
            {
                "title": "Identité",
                "lines": [{"label": "Prénoms", "value": "Camille"}, {"label": "Nom de naissance", "value": "Exemple"}],
            },
            {
                "title": "Adresse",
                "lines": [{"label": "Adresse", "value": "7 rue du Pont-Neuf\n61990 Saint-Aubin-sur-Orne"}],
            },
            {
                "title": "Moyens de contact",
                "lines": [{"label": "Courriel", "value": "camille.exemple@courriel.example"}],
            },
        ],
        "reached": None,
        "by_post": False,
        "member": None,
        "answers": [
            {"name": "salle", "label": "Salle souhaitée", "value": "Salle du Quai (80 personnes)", "type": "choice"}
        ],
        "advice": None,
        "erased": False,
        "history": [
            {
                "at": at,
                "kind": "exchange",
                "title": "La mairie vous a écrit",
                "detail": "",
                "who": asked["department_details"]["name"],
            },
            {
                "at": at,
                "kind": "appointment",
                "title": "Rendez-vous modifié : le vendredi 27 novembre à 15 h",
                "detail": "Celui du lundi 23 novembre à 14 h est annulé.",
                "who": "Vous",
            },
            {"at": at, "kind": "document", "title": "Attestation d’assurance ajoutée", "detail": "", "who": "Vous"},
            {"at": at, "kind": "operation", "title": "Demande enregistrée", "detail": "", "who": "Vous"},
        ],
        "unread": {"citizen": 1, "town": 0},
        "appointments": [
            _appointment("a1", "2026-11-23T13:00:00+00:00", "cancelled"),
            _appointment("a2", "2026-11-27T14:00:00+00:00", "booked"),
        ],
        "bring": ["Un chèque de caution", "L’original de l’attestation d’assurance"],
        "asked_documents": [
            {
                "slug": "assurance-rc",
                "label": "Attestation d’assurance",
                "required": True,
                "sensitive": False,
                "delete_after": None,
                "formats": ["pdf"],
                "max_files": 1,
                "help": None,
            }
        ],
        "erased_documents": [],
        "missing": None,
        "tabs": ["applicant", "request", "history", "exchanges", "documents", "appointments"],
        "calendar_url": f"/demande/{NUMBER}/rendez-vous.ics",
        "can": {
            "cancel": True,
            "attach": False,
            "exchange": True,
            "add_appointment": False,
            "add_documents": True,
            "revoke_links": True,
            "request_attestation": False,
            "answer_erasure": False,
        },
        "grant": "grant",
        "as_of": None,
        **changes,
    }


def _appointment(slug: str, start: str, status: str) -> Json:
    begins = datetime.fromisoformat(start)
    booked = status == "booked"
    return {
        "id": slug,
        "agenda": "salles",
        "starts_at": start,
        "ends_at": (begins + timedelta(minutes=30)).isoformat(),
        "place": "Bureau de la vie associative, 22 quai de l’Orne",
        "instructions": agenda("salles")["instructions"],
        "status": status,
        "can_move": booked,
        "move_until": (begins - timedelta(hours=48)).isoformat() if booked else None,
        "can_cancel": False,
        "reminder_message": "Un courriel vous le rappelle 48 h et 24 h avant." if booked else None,
        "limit_message": "Ce rendez-vous est nécessaire à la démarche : vous pouvez le modifier." if booked else None,
    }


EXCHANGES = [
    {"id": "e1", "direction": "to_town", "author": "Camille Exemple", "at": "2026-11-14T09:05:00+00:00", "read_at": "2026-11-15T09:05:00+00:00", "excerpt": "Bonjour, puis-je aussi poser une petite bordure en bois ?", "cut": False, "text": "Bonjour, puis-je aussi poser une petite bordure en bois ?", "mine": True},
    {"id": "e2", "direction": "to_citizen", "author": "Services techniques", "at": "2026-11-16T13:20:00+00:00", "read_at": "2026-11-16T14:20:00+00:00", "excerpt": "Bonjour, oui, si elle ne dépasse pas dix centimètres de haut.", "cut": False, "text": "Bonjour, oui, si elle ne dépasse pas dix centimètres de haut.", "mine": False},
    {"id": "e3", "direction": "to_citizen", "author": "Services techniques", "at": "2026-11-23T15:40:00+00:00", "read_at": None, "excerpt": "Bonjour, la visite sur place aura lieu mardi matin…", "cut": True, "text": None, "mine": False},
]  # fmt: skip


def articles(name: str, key: str) -> Json:
    document = file(name)
    labels = {category["slug"]: category["label"] for category in document["categories"]}
    items = [
        {
            **entry,
            "category": {"slug": entry["category"], "label": labels[entry["category"]]},
            "published": "2026-11-21",
            "updated": "2026-10-21",
            "html": rendered(entry["body"]),
        }
        for entry in document[key]
    ]
    return {"items": items, "total": len(items), "page": 1, "pages": 1, "categories": document["categories"]}


def found_contents(body: Json, _: Actor) -> Json:
    """What of the contents has these words in its title or among its keywords."""
    items = [
        {
            **{name: item[name] for name in ("slug", "title", "summary", "audience")},
            "kind": kind,
            "category_label": item["category"]["label"],
            "rank": 0.4,
        }
        for kind in ("news", "activities", "practical_info")
        for item in articles(kind, kind)["items"]
        if any(body["q"].lower() in text.lower() for text in (item["title"], *item.get("keywords", ())))
    ]
    return {"items": items[: body["limit"]], "total": len(items), "suggestion": None, "partial": False}


def polls() -> Json:
    return {
        "items": [
            {
                **entry,
                "intro": rendered(entry["intro"]),
                "opens_at": NOW.isoformat(),
                "closes_at": (NOW + timedelta(days=40)).isoformat(),
                "state": "closed" if "demo_results" in entry else "open",
                "answered": False,
                "results_setting": entry["results"],
                "results": _results(entry) if "demo_results" in entry else None,
            }
            for entry in file("polls")["polls"]
        ]
    }


def _results(poll: Json) -> Json:
    given = dict(poll["demo_results"])
    return ballots.results(poll["questions"], {"answers": given.pop("answers"), "counts": given})


def line(number: str, slug: str, status: str, **changes: Any) -> Json:
    asked = definition(slug)
    return {
        "request_id": str(uuid5(NAMESPACE_URL, number)),
        "number": number,
        "procedure": slug,
        "procedure_title": asked["title"],
        "area": asked["area"],
        "member_name": "",
        "status": {"slug": status, **asked["statuses"][status]},
        "submitted_at": NOW.isoformat(),
        "archived": False,
        "unread": 0,
        "appointment_at": None,
        "appointment_place": "",
        "kept": {
            "months": asked["retention"]["months"],
            "until": "2027-11-25" if status == "done" else None,
            "then": asked["retention"]["then"],
        },
        **changes,
    }


def dashboard(latest: list[Json], *, unread: list[Json], appointments: list[Json]) -> Json:
    to_read = sum(item["unread"] for item in unread)
    return {"latest": latest, "unread": unread, "appointments": appointments, "to_read": to_read}


def furnish(services: Stubs) -> Drafts:
    """Gives every answer that the pages of a quiet day need."""
    drafts = Drafts()
    citizen = file("accounts")["citizens"][0]
    mine = [
        line("2026-2HXD-58TN", "permis-vegetaliser", "in_review", unread=1),
        line(NUMBER, "location-salle", "in_review", appointment_at="2026-11-27T14:00:00+00:00"),
        line("2026-5QXA-11BC", "acte-naissance", "done"),
    ]
    news = articles("news", "news")
    services["procedures.town"] = town()
    services["procedures.service_areas"] = {"areas": file("service_areas")["service_areas"]}
    services["procedures.catalogue"] = catalogue
    services["procedures.procedure"] = lambda body, _: {
        "slug": body["slug"], "version": 1, "current_version": 1, "withdrawn": False, "definition": definition(body["slug"]),
    }  # fmt: skip
    services["requests.draft_for"] = drafts.find
    services["requests.draft"] = DraftNotFound()
    services["requests.open_draft"] = drafts.open
    services["requests.save_step"] = drafts.save
    services["requests.my_drafts"] = drafts.mine
    services["requests.discard_draft"] = drafts.discard
    services["requests.adopt_drafts"] = {"adopted": [], "left": []}
    services["requests.hold_slot"] = drafts.hold
    services["requests.slots"] = week
    services["requests.tracking"] = tracking()
    services["requests.mine"] = {"items": mine, "total": 3, "page": 1, "pages": 1}
    services["requests.read_dashboard"] = dashboard(mine, unread=mine[:1], appointments=mine[1:2])
    services["requests.unread"] = {"unread": 1}
    services["requests.quotas_reached"] = {"items": []}
    services["accounts.foresee_closure"] = services["accounts.request_closure"] = CLOSURE
    services["accounts.open_closure_return"] = {"username": "Camille.Exemple", **CLOSURE}
    services["accounts.withdraw_closure"] = {}
    services["requests.submit_draft"] = RECEIPT
    services["requests.open_tracking"] = {"number": NUMBER, "request_id": DRAFT, "login_required": False}
    services["requests.send_tracking_link"] = {}
    services["requests.request_attestation"] = {}
    services["requests.read_held_data"] = HELD_DATA
    services["requests.request_erasure"] = {}
    services["requests.answer_erasure"] = {}
    services["requests.cancel"] = {"number": NUMBER, "status": "cancelled"}
    services["messaging.exchanges"] = {"items": EXCHANGES, "unread": 1}
    services["messaging.open_exchange"] = {**EXCHANGES[2], "text": "…"}
    services["messaging.keep_begun_message"] = {}
    services["messaging.add_exchange"] = {"exchange_id": "e4"}
    photo = {"id": DRAFT, "name": "attestation-rc.pdf", "size": 640_000, "type": "application/pdf", "scan": "clean"}
    services["documents.draft_documents"] = {"documents": []}
    services["documents.request_documents"] = {
        "documents": [{"id": "d1", "piece": "assurance-rc", "label": "Attestation d’assurance", "side": "citizen", "sensitive": False, "delete_after": None, "added_at": NOW.isoformat(), "files": [photo]}]
    }  # fmt: skip
    services["documents.read_storage"] = storage(3)
    services["documents.count_storage"] = {"documents": 3, "most": 10}
    services["documents.read_archive"] = archive("none")
    services["documents.ask_archive"] = archive("asked")
    services["documents.freeze"] = {"manifest": "manifest"}
    services["accounts.captcha"] = {"id": DRAFT, "image": PIXEL, "puzzle": {"iterations": 5000, "zero_bits": 8}}
    services["accounts.solve_captcha"] = {"token": "code-resolu", "expires_at": NOW.isoformat()}
    services["accounts.check_username"] = {"state": "free", "sentence": "Ce nom d’utilisateur est libre."}
    services["accounts.create_account"] = {"pending": "espace-en-attente"}
    services["accounts.correct_pending_email"] = services["accounts.resend_pending_link"] = {}
    services["accounts.activation"] = {"username": "Camille.Exemple"}
    services["accounts.activate"] = {"session": "s" * 32, "expires_at": NOW.isoformat(), "continue_to": ""}
    services["accounts.send_activation"] = {}
    services["accounts.request_password_reset"] = services["accounts.request_username"] = {}
    services["accounts.log_in"] = {"session": "s" * 32, "expires_at": NOW.isoformat()}
    services["accounts.log_out"] = {}
    services["accounts.session"] = {
        "actor": CAMILLE.to_json(), "display_name": "Camille Exemple", "idle_expires_at": NOW.isoformat(), "kind": "citizen",
    }  # fmt: skip
    services["accounts.list_sessions"] = own_sessions()
    services["accounts.end_session"] = {}
    services["accounts.end_other_sessions"] = {"ended": 1}
    services["accounts.read_space"] = SPACE
    services["accounts.list_partner_credentials"] = {"kept": [], "uses": []}
    services["accounts.profile"] = {
        **citizen, "account_id": CAMILLE.id, "full_name": "Camille Exemple", "family_members": [in_profile(one) for one in citizen["family_members"]],
    }  # fmt: skip
    services["accounts.list_family"] = {"members": [in_family(one) for one in citizen["family_members"]], "most": 20}
    services["content.home"] = {"news": news["items"][:3], "highlighted": news["items"][4], "private_news": 4}
    services["content.news"] = news
    services["content.list_own_news"] = own_news(news)
    services["content.mark_news_read"] = {}
    services["content.news_item"] = lambda body, _: _pick(news, body)
    services["content.activities"] = articles("activities", "activities")
    services["content.activity"] = lambda body, _: _pick(articles("activities", "activities"), body)
    services["content.practical"] = articles("practical_info", "practical_info")
    services["content.practical_item"] = lambda body, _: _pick(articles("practical_info", "practical_info"), body)
    services["content.find"] = found_contents
    services["content.polls"] = polls()
    services["content.poll"] = lambda body, _: _pick(polls(), body)
    services["content.vote"] = {"slug": "passerelle-nom", "answered": True}
    services["content.list_partner_spaces"] = partner_spaces()
    return drafts


def own_news(news: Json) -> Json:
    """The private ones, the first of them not opened yet."""
    private = [item for item in news["items"] if item["audience"] == "account"]
    items = [
        {
            **{name: item[name] for name in ("slug", "title", "summary", "published", "image_alt", "highlighted")},
            "category": item["category"]["slug"],
            "category_label": item["category"]["label"],
            "unread": item is private[0],
        }
        for item in private
    ]
    categories = [{"slug": "enfance-jeunesse", "label": "Enfance et jeunesse", "count": 2}]
    told = {"published": len(items), "unread": 1, "total": len(items), "page": 1, "pages": 1}
    return {"items": items, "categories": categories, **told}


def partner_spaces() -> Json:
    """As content answers them, without what is never stored."""
    return {
        "spaces": [
            {
                **{key: entry[key] for key in entry.keys() - {"connection", "form", "order", "help_contact"}},
                "kind": entry["connection"]["kind"],
                "url": entry["connection"]["login_url"],
                "note": entry["connection"].get("note", ""),
                "fields": [
                    {"name": one["name"], "label": one["label"], "role": one["role"]}
                    | {"pattern": one.get("pattern", ""), "help": one.get("help", "")}
                    for one in entry["form"]["fields"]
                    if one.get("stored", True)
                ],
            }
            for entry in file("partner_spaces")["partner_spaces"]
        ]
    }


def own_sessions() -> Json:
    """Logged in here and on a phone; two wrong passwords."""
    here = {
        "id": DRAFT,
        "device": "Firefox sur Windows",
        "opened_at": NOW.isoformat(),
        "seen_at": NOW.isoformat(),
        "current": True,
    }
    phone = here | {"id": OTHER_SESSION, "device": "Safari sur iPhone", "current": False}
    return {
        "sessions": [here, phone],
        "log_ins": [{"at": NOW.isoformat(), "device": "Firefox sur Windows"}, {"at": NOW.isoformat(), "device": ""}],
        "refused": [{"day": "2026-11-20", "times": 2}],
    }


OTHER_SESSION = "0d6f1e5a-0000-4000-8000-0000000000e2"


SPACE: Json = {
    "username": "camille.exemple",
    "full_name": "Camille Exemple",
    "identity": {
        "civility": "madame", "birth_name": "Exemple", "usage_name": "Exemple", "given_names": "Camille",
        "birth_date": "1987-04-12", "birth_place": "",
    },
    "address": {"line1": "7 rue du Pont-Neuf", "line2": "", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"},
    "email": "camille.exemple@courriel.example",
    "phones": {"mobile_phone": "06 39 98 10 01", "home_phone": "", "work_phone": ""},
    "preferred_contact": "email",
    "mark": "marque",
    "organisation": None,
    "family": [{"id": DRAFT, "full_name": "Sacha Exemple", "relation_label": "Enfant", "birth_date": "2021-05-03"}],
    "email_to_confirm": None,
    "changes": [
        {"at": "2026-11-20T09:20:00+00:00", "what": "profile", "parts": ["address", "contact"], "request_number": "", "people": []}
    ],
}  # fmt: skip
"""What the town knows of Camille, as accounts answers it."""


RELATIONS = {"child": "Enfant", "spouse": "Conjoint", "parent": "Parent", "other": "Autre proche"}


def member_id(slug: str) -> str:
    """Of the member who has that slug in the town's file."""
    return str(uuid5(NAMESPACE_URL, slug))


def in_profile(member: Json) -> Json:
    """A member of the town's file as `accounts.profile` answers it."""
    named = {"full_name": full_name(member), "relation_label": RELATIONS[member["relation"]]}
    return {"id": member_id(member["slug"]), **named, **member}


def in_family(member: Json) -> Json:
    """The same as `accounts.list_family` answers it."""
    contact = {"email": "", "mobile_phone": "", "home_phone": "", "work_phone": ""}
    return {"usage_name": "", **in_profile(member), **contact, **member["contact"]}


def archive(state: str, **more: Any) -> Json:
    """Where the archive of one's data stands; of one that is ready, within a day of its making."""
    nothing = {
        "state": state,
        "kept_days": 7,
        "asked_at": "",
        "ready_at": "",
        "expires_at": "",
        "next_at": "",
        "size": 0,
    }
    if state == "none":
        return nothing | more
    asked = nothing | {"asked_at": NOW.isoformat()}
    if state == "asked":
        return asked | more
    times = {"ready_at": NOW, "expires_at": NOW + timedelta(days=7), "next_at": NOW + timedelta(days=1)}
    return asked | {name: at.isoformat() for name, at in times.items()} | {"size": 2_400_000} | more


def storage(pieces: int, *, taken: int | None = None) -> Json:
    """A storage space with so many pieces, of two files each."""
    return {
        "documents": [
            {
                "id": str(UUID(int=number)),
                "label": f"Livret de famille {number}",
                "added_at": NOW.isoformat(),
                "files": [
                    {"id": str(UUID(int=100 * number + place)), "name": name, "size": 640_000, "type": "image/jpeg"}
                    for place, name in enumerate(("livret-1.jpg", "livret-2.jpg"))
                ],
            }
            for number in range(1, pieces + 1)
        ],
        "most": 10,
        "taken": pieces if taken is None else taken,
    }


def _pick(found: Json, body: Json) -> Json:
    return next(item for item in found["items"] if item["slug"] == body["slug"])


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
