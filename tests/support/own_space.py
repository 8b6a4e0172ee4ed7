"""What the space of a person holds: requests, sessions, family, documents."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.accounts.schemas.family import Member
from services.townhall.names import full_name
from services.townhall.person import RELATIONS
from tests.support.demo_town import DRAFT, NOW, Json, definition
from tests.support.stubs import declared

CLOSURE = {"last_day": "2026-12-09", "erased_on": "2026-12-10"}


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
        "due_on": None,
        "implicit_decision": None,
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
    return declared(Member, {"usage_name": "", **in_profile(member), **contact, **member["contact"]})


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
        "rejected": [],
    }
