"""What each body of a command may look like: shown in the document, and proposed by the page that tries the API.

The filing is one that the demonstration town takes as it stands; tokens, ids and versions are invented.
"""

from collections.abc import Mapping

from marshmallow import Schema

from gateway.api.schemas import (
    addresses,
    agents,
    content,
    counter,
    family,
    held_data,
    letters,
    partner_spaces,
    people,
    pieces,
    queue,
    receipts,
    requests,
    retention,
    sign_up,
    storage,
    team,
    workload,
)
from gateway.errors import API_SENTENCES, API_TITLES, HTTP_CODES

LONG_SENTENCE = "une phrase longue à retenir"
START = "2026-12-01T08:20:00Z"
ADDRESS = {"line1": "7 rue du Pont-Neuf", "postcode": "61990", "city": "Saint-Aubin-sur-Orne", "country": "FR"}
IDENTITY = {"civility": "madame", "birth_name": "Exemple", "given_names": "Camille", "birth_date": "1987-04-12"}
CREDENTIALS = {"values": {"code_famille": "100001", "mot_de_passe": LONG_SENTENCE}}
ANSWERS: Mapping[str, object] = {
    "type_probleme": "eclairage",
    "lieu": ADDRESS,
    "description": "Le lampadaire au coin de la rue clignote depuis lundi soir.",
}

BODIES: Mapping[type[Schema], Mapping[str, object]] = {
    sign_up.CreateAccount: {
        "identity": IDENTITY,
        "address": ADDRESS,
        "contact": {"email": "camille@courriel.example", "mobile_phone": "06 39 98 10 01"},
        "preferred_contact": "email",
        "credentials": {"username": "camille.exemple", "password": LONG_SENTENCE},
        "captcha": {"id": "identifiant-du-controle", "answer": "7KXM2"},
    },
    partner_spaces.PendingCredentials: {"pending": "jeton-rendu-a-la-creation", **CREDENTIALS},
    partner_spaces.PartnerCredentials: CREDENTIALS,
    held_data.AnswerErasure: {"accepted": False, "reason": "Le dossier sert encore à votre inscription."},
    people.Activate: {"token": "jeton-du-lien"},
    sign_up.SolveCaptcha: {"captcha": {"id": "identifiant-du-code", "answer": "7KXM2", "proof": "412"}},
    addresses.ProposeAddresses: {"q": "7 rue du po", "in_town": True},
    sign_up.CheckUsername: {"username": "camille.exemple"},
    sign_up.CorrectPendingEmail: {"pending": "jeton-rendu-a-la-creation", "email": "camille@courriel.example"},
    sign_up.ResendPendingLink: {"pending": "jeton-rendu-a-la-creation"},
    sign_up.ActivateSpace: {"token": "jeton-du-lien-d-activation", "password": LONG_SENTENCE},
    people.EmailAlone: {"email": "camille@courriel.example"},
    people.RequestPasswordReset: {"identifier": "camille.exemple"},
    people.ResetPassword: {"token": "jeton-du-lien-du-courriel", "password": LONG_SENTENCE, "code": "123456"},
    people.LogIn: {"username": "camille.exemple", "password": LONG_SENTENCE},
    people.SecondFactor: {"challenge": "defi-rendu-par-la-connexion", "code": "123456"},
    people.AcceptInvitation: {"token": "jeton-du-lien-d-invitation", "password": LONG_SENTENCE, "code": "123456"},
    people.ChangeProfile: {
        "identity": {**IDENTITY, "usage_name": "Modèle"},
        "address": ADDRESS,
        "phones": {"mobile_phone": "06 39 98 10 01"},
        "preferred_contact": "email",
    },
    people.ChangeCredentials: {"current_password": LONG_SENTENCE, "email": "camille.modele@courriel.example"},
    people.ConfirmEmail: {"token": "jeton-du-lien-de-confirmation", "password": LONG_SENTENCE},
    people.PasswordAlone: {"password": LONG_SENTENCE},
    people.WithdrawClosure: {"token": "jeton-du-lien-du-courriel", "password": LONG_SENTENCE},
    family.DescribedMember: {
        "relation": "child",
        "birth_name": "Exemple",
        "given_names": "Lou",
        "birth_date": "2018-01-22",
        "parental_authority": "joint",
    },
    requests.OpenDraft: {"procedure": "signalement-voirie"},
    requests.SaveStep: {"data": ANSWERS},
    requests.HoldSlot: {"start": START},
    requests.OpenDraftLink: {"token": "jeton-d-un-lien-vers-un-brouillon"},
    counter.SubmitDraft: {"version": 1},
    pieces.UploadDocument: {"piece": "photo", "label": "Le lampadaire", "file": "lampadaire.jpg"},
    pieces.MarkDocument: {
        "files": ["66666666-6666-4666-8666-666666666666"],
        "conforming": False,
        "reason": "Illisible",
    },
    counter.Submit: {
        "procedure": "signalement-voirie",
        "applicant": {
            "kind": "person",
            "given_names": "Camille",
            "usage_name": "Exemple",
            "email": "camille@courriel.example",
        },
        "answers": ANSWERS,
    },
    receipts.CheckReceipt: {"code": "2026-7K4M-93QX-0G1F-A0DQ-6NX5-8WQ2-M4TC-R9ZB-E3VJ-K07D"},
    requests.Seen: {"version": 7},
    requests.BookAppointment: {"version": 7, "start": START},
    requests.WantEarlierSlot: {"not_before": "2026-12-01"},
    requests.SendLink: {"number": "2026-7K4M-93QX", "email": "camille@courriel.example"},
    requests.AddExchange: {"text": "Bonjour, le lampadaire est de nouveau éteint."},
    requests.KeepBegunMessage: {"text": "Bonjour, le lampadaire"},
    agents.WorkListSearch: {"q": "exemple camille", "view": "open"},
    agents.SaveView: {"name": "Voirie en retard", "view": "overdue", "area": "voirie", "sort": "due"},
    agents.ReadSelection: {"numbers": ["2026-7K4M-93QX", "2026-2HXD-58TN"]},
    queue.TakeNext: {"procedure": "acte-naissance"},
    agents.ChangeStatus: {"version": 7, "to": "rejected", "reason": "Ce lampadaire est celui d’une voie privée."},
    agents.PreviewReply: {"reply": "intervention-programmee", "values": {"deadline": "2026-12-15"}},
    agents.Assign: {"version": 7, "assignee": "44444444-4444-4444-8444-444444444444"},
    workload.AddNote: {
        "text": "Vu avec le prestataire.",
        "mentions": ["44444444-4444-4444-8444-444444444444"],
    },
    workload.StateAbsence: {
        "first_day": "2026-12-21",
        "last_day": "2027-01-02",
        "substitute": "44444444-4444-4444-8444-444444444444",
    },
    workload.HandOver: {"department": "urbanisme", "to": "44444444-4444-4444-8444-444444444444"},
    agents.NotePresence: {"starts_at": "2026-12-01T08:00:00Z", "presence": "arrived", "seen": "expected"},
    agents.NoteWalkIn: {"presence": "called", "seen": "arrived"},
    agents.AddWalkIn: {"name": "Camille Exemple", "procedure": "rdv-cni-passeport"},
    letters.DeliverLetter: {"way": "posted"},
    letters.PrintLetter: {"documents": []},
    content.Vote: {"answers": {"nom": "toiliers", "usage": ["pied"]}},
    storage.Labelled: {"label": "Justificatif de domicile"},
    storage.AddPiece: {"label": "Justificatif de domicile", "file": "facture-eau.pdf"},
    storage.UseStored: {
        "documents": [{"document_id": "55555555-5555-4555-8555-555555555555", "piece": "piece-identite"}]
    },
    storage.StoreCopies: {"documents": ["55555555-5555-4555-8555-555555555555"]},
    storage.AddFile: {"file": "facture-eau.pdf"},
    team.InviteMember: {
        "username": "anne.martin",
        "email": "anne.martin@ville.example",
        "function": "Agente d’accueil",
        "role": "agent",
        "departments": ["population"],
    },
    team.ChangeMember: {
        "seen": "0123456789abcdef",
        "function": "Agente d’accueil",
        "role": "agent",
        "departments": ["population"],
        "permissions": ["read_requests", "write_exchanges"],
    },
    team.RenewCodes: {"password": LONG_SENTENCE, "code": "123456"},
    retention.Approve: {"visa": "AD61-2026-118", "numbers": ["2019-7K4M-93QX"]},
}

# Beside HTTP's own refusals (gateway/errors.py): the code that such a status most often has.
CODES = {
    403: "not_allowed",
    404: "request_not_found",
    409: "stale",
    422: "invalid",
    429: "too_often",
    503: "unavailable",
}
CHANGED = "Le dossier a changé depuis que vous l’avez ouvert. Relisez-le avant de recommencer."


def refusal(status: int) -> Mapping[str, object]:
    code = CODES.get(status) or HTTP_CODES[status]
    said: dict[str, object] = {
        "type": f"urn:parvis:problem:{code}",
        "title": API_TITLES[status],
        "status": status,
        "detail": API_SENTENCES.get(status, CHANGED),
        "code": code,
        "correlation_id": "0d6f1e5a-0000-4000-8000-000000000000",
    }
    return said | ({"fields": {"applicant.email": "Indiquez votre courriel."}} if status == 422 else {})
