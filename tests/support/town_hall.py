"""The demo town behind the stub services: definitions and rules are the services' own, only the stores are in memory."""

from services.accounts.schemas.people import Profile
from services.chassis.contracts import to_json
from services.content.schemas.polls import Poll, PollShown
from services.procedures.schemas.catalogue import AreaOffered
from services.requests.schemas.refusals import DraftNotFound
from tests.support import own_space
from tests.support.contents import _pick, article, articles, found_contents, own_news, partner_spaces, polls
from tests.support.demo_town import CAMILLE, DRAFT, NOW, NUMBER, catalogue, definition, file, town
from tests.support.drafts import RECEIPT, Drafts, week
from tests.support.printed_receipt import SEAL, printed, proof
from tests.support.stubs import Stubs, declared
from tests.support.tracked_request import EXCHANGES, HELD_DATA, tracking


def furnish(services: Stubs) -> Drafts:
    """Gives every answer that the pages of a quiet day need."""
    drafts = Drafts()
    citizen = file("accounts")["citizens"][0]
    mine = [
        own_space.line("2026-2HXD-58TN", "permis-vegetaliser", "in_review", unread=1),
        own_space.line(NUMBER, "location-salle", "in_review", appointment_at="2026-11-27T14:00:00+00:00"),
        own_space.line("2026-5QXA-11BC", "acte-naissance", "done"),
    ]
    news = articles("news")
    services["procedures.town"] = town()
    services["procedures.service_areas"] = {
        "areas": [declared(AreaOffered, {**area, "procedures": 2}) for area in file("service_areas")["service_areas"]]
    }
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
    services["requests.read_dashboard"] = own_space.dashboard(mine, unread=mine[:1], appointments=mine[1:2])
    services["requests.unread"] = {"unread": 1}
    services["requests.quotas_reached"] = {"items": []}
    services["accounts.foresee_closure"] = services["accounts.request_closure"] = own_space.CLOSURE
    services["accounts.open_closure_return"] = {"username": "Camille.Exemple", **own_space.CLOSURE}
    services["accounts.withdraw_closure"] = {}
    services["requests.submit_draft"] = RECEIPT
    services["requests.open_tracking"] = {"number": NUMBER, "request_id": DRAFT, "login_required": False}
    services["requests.send_tracking_link"] = {}
    services["requests.read_receipt"] = printed()
    services["requests.seal_receipt_file"] = {"seal": SEAL}
    services["requests.check_receipt"] = proof()
    services["requests.request_attestation"] = {}
    services["requests.read_held_data"] = HELD_DATA
    services["requests.request_erasure"] = {}
    services["requests.answer_erasure"] = {}
    services["requests.cancel"] = {"number": NUMBER, "status": "cancelled"}
    services["messaging.exchanges"] = {"items": EXCHANGES, "unread": 1, "begun": ""}
    services["messaging.open_exchange"] = {**EXCHANGES[2], "text": "…"}
    services["messaging.keep_begun_message"] = {}
    services["messaging.add_exchange"] = {"exchange_id": "e4"}
    photo = {
        "id": DRAFT,
        "name": "attestation-rc.pdf",
        "size": 640_000,
        "type": "application/pdf",
        "sha256": "",
        "scan": "clean",
    }
    services["documents.draft_documents"] = {"documents": []}
    services["documents.request_documents"] = {
        "documents": [{"id": "d1", "piece": "assurance-rc", "label": "Attestation d’assurance", "side": "citizen", "author": None, "sensitive": False, "delete_after": None, "added_at": NOW.isoformat(), "files": [photo]}]
    }  # fmt: skip
    services["documents.read_storage"] = own_space.storage(3)
    services["documents.count_storage"] = {"documents": 3, "most": 10}
    services["documents.read_archive"] = own_space.archive("none")
    services["documents.ask_archive"] = own_space.archive("asked")
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
        "actor": to_json(CAMILLE), "display_name": "Camille Exemple", "idle_expires_at": NOW.isoformat(), "kind": "citizen",
        "warned_at": "", "ends_at": "",
    }  # fmt: skip
    services["accounts.list_sessions"] = own_space.own_sessions()
    services["accounts.end_session"] = {}
    services["accounts.end_other_sessions"] = {"ended": 1}
    services["accounts.read_space"] = own_space.SPACE
    services["accounts.list_partner_credentials"] = {"kept": [], "uses": []}
    family = [own_space.in_profile(one) for one in citizen["family_members"]]
    known = {**citizen, "account_id": CAMILLE.id, "full_name": "Camille Exemple", "family_members": family}
    services["accounts.profile"] = declared(Profile, known)
    services["accounts.list_family"] = {
        "members": [own_space.in_family(one) for one in citizen["family_members"]],
        "most": 20,
    }
    services["content.home"] = {
        "news": news["items"][:3],
        "highlighted": article("news", news["items"][4]["slug"]),
        "private_news": 4,
        "picture": None,
    }
    services["content.news"] = news
    services["content.list_own_news"] = own_news(news)
    services["content.mark_news_read"] = {}
    services["content.news_item"] = lambda body, _: article("news", body["slug"])
    services["content.activities"] = articles("activities")
    services["content.activity"] = lambda body, _: article("activities", body["slug"])
    services["content.practical"] = articles("practical_info")
    services["content.practical_item"] = lambda body, _: article("practical_info", body["slug"])
    services["content.find"] = found_contents
    services["content.polls"] = {"items": [declared(PollShown, poll) for poll in polls()["items"]]}
    services["content.poll"] = lambda body, _: declared(Poll, _pick(polls(), body))
    services["content.read_town_map"] = {"map": "a" * 16, "min_zoom": 13, "max_zoom": 17, "attribution": "© la commune"}
    services["content.vote"] = {"slug": "passerelle-nom", "answered": True}
    services["content.list_partner_spaces"] = partner_spaces()
    return drafts


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
