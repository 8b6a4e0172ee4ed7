"""What a call to a service refuses at the border, with the field's name in French; what else its declaration says."""

from typing import Any
from uuid import uuid4

import pytest
from marshmallow import ValidationError

from services.accounts.schemas.log_in import CodeAsked, LogIn, SessionOpened
from services.accounts.schemas.sign_up import CodeAnswer, CreateAccount
from services.chassis.contracts import Misfit, RemoteCall, from_json, schema_of
from services.content.schemas.articles import FindArticles, ListNews, ReadActivity
from services.content.schemas.files import CheckContent, ImportContent
from services.content.schemas.polls import Vote
from services.documents.schemas.looks import ListLooks, ListRequestLooks
from services.documents.schemas.pieces import BeginUpload, FinishUpload, Freeze, ImportDocuments, ListDraftDocuments
from services.messaging.schemas.exchanges import AddExchange, ImportExchanges, ListExchanges, OpenExchange
from services.messaging.schemas.letters import DeliverLetter, ListLetters
from services.messaging.schemas.mails import TryMail
from services.procedures.schemas.catalogue import ReadProcedure, ReadPublished, SearchCatalogue
from services.procedures.schemas.town_files import ImportTown

IMPORTED = {"request_id": str(uuid4()), "side": "town", "at": "2026-11-01T09:00:00Z", "text": "Bonjour."}
UPLOAD = {"grant": "g", "piece": "cni", "filename": "a.pdf", "size": 10}
SEEN = {"grant": "g", "at_most": 50}
MISSING, ID = "Cette information manque.", "Il faut un identifiant."
DAY = "Indiquez un jour du calendrier, par exemple 2026-12-01."
MOMENT = "Il faut une date et une heure, par exemple 2026-12-01T09:00:00+00:00."


@pytest.mark.parametrize(
    ("asked", "body", "field", "sentence"),
    [
        (LogIn, {"username": 3}, "username", "Il faut un texte, entre guillemets s’il ressemble à un nombre."),
        (LogIn, {"username": "x" * 201}, "username", "Écrivez 200 caractères au plus."),
        (ListNews, {"page": 0}, "page", "Il faut au moins 1."),
        (ListNews, {"category": " "}, "category", "Ce texte est vide."),
        (ReadActivity, {}, "slug", MISSING),
        (FindArticles, {"q": "", "limit": 101}, "limit", "Il faut au plus 100."),
        (Vote, {"slug": "s"}, "answers", MISSING),
        (Vote, {"slug": "s", "answers": []}, "answers", "Il faut une liste de noms et de valeurs."),
        (Vote, {"slug": "s", "answers": {}, "code_given": "oui"}, "code_given", "Il faut true ou false."),
        (ImportContent, {"news": []}, "news", "Il faut une liste de noms et de valeurs."),
        (ListDraftDocuments, {}, "grant", MISSING),
        (BeginUpload, UPLOAD | {"size": "10"}, "size", "Il faut un nombre entier."),
        (BeginUpload, UPLOAD | {"filename": "a" * 4097}, "filename", "Ce nom de fichier est trop long : renommez le fichier."),
        (BeginUpload, UPLOAD | {"document_id": "3"}, "document_id", "Cet identifiant n’est pas valable."),
        (FinishUpload, {"grant": "g", "file_id": "3"}, "file_id", ID),
        (Freeze, {"grant": "g", "pieces": "cni"}, "pieces", "Il faut une liste."),
        (ListRequestLooks, SEEN | {"before_at": "hier"}, "before_at", MOMENT),
        (ListLooks, {"at_most": 50, "day": "0001-01-01"}, "day", DAY),
        (ImportDocuments, {}, "documents", MISSING),
        (ListExchanges, {}, "grant", MISSING),
        (OpenExchange, {"grant": "g", "exchange_id": "3"}, "exchange_id", ID),
        (AddExchange, {"grant": "g"}, "text", MISSING),
        (AddExchange, {"grant": "g", "text": "Oui", "seen": "3"}, "seen", ID),
        (ListLetters, {"page": 0}, "page", "Il faut au moins 1."),
        (ImportExchanges, {}, "exchanges", MISSING),
        (SearchCatalogue, {"page": 0}, "page", "Il faut au moins 1."),
        (SearchCatalogue, {"per_page": 101}, "per_page", "Il faut au plus 100."),
        (SearchCatalogue, {"area": " "}, "area", "Ce texte est vide."),
        (SearchCatalogue, {"featured": "oui"}, "featured", "Il faut true ou false."),
        (ReadProcedure, {}, "slug", MISSING),
        (ReadProcedure, {"slug": "s", "version": "1"}, "version", "Il faut un nombre entier."),
        (ImportTown, {"withdraw_absent": 1}, "withdraw_absent", "Il faut true ou false."),
    ],
)  # fmt: skip
def test_a_misfit_argument_is_refused(
    asked: type[RemoteCall[Any]], body: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        schema_of(asked).load(body)
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in refused.value.normalized_messages()[field]] == [sentence]


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        (DeliverLetter, {"grant": "g", "letter_id": str(uuid4()), "way": "eaten"}),
        (TryMail, {"recipient": "pas une adresse"}),
        (ImportExchanges, {"exchanges": [IMPORTED | {"side": "both"}]}),
        (ImportExchanges, {"exchanges": [IMPORTED | {"at": "2026-11-01T09:00:00"}]}),
    ],
)
def test_a_value_outside_its_choices_or_form_is_refused(asked: type[RemoteCall[Any]], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schema_of(asked).load(body)


def test_an_absent_file_is_absent_from_the_remembered_import() -> None:
    assert schema_of(ImportContent).load({"news": {}}) == {"news": {}}
    assert from_json(CheckContent, {"news": {}}) == CheckContent(news={})


def test_a_version_other_than_a_number_is_refused_by_its_reader() -> None:
    with pytest.raises(Misfit) as refused:
        from_json(ReadPublished.answer(), {"town": "1", "procedures": {}, "agendas": {}})
    assert refused.value.paths == ("town",)


def test_a_log_in_answers_a_session_or_the_code_that_is_asked() -> None:
    opened = {"session": "s", "expires_at": "2026-11-25T10:00:00+00:00", "kind": "citizen", "later": 1}
    asked = {"challenge": "c", "expires_at": "2026-11-25T10:00:00+00:00"}

    assert isinstance(from_json(LogIn.answer(), opened), SessionOpened)
    assert isinstance(from_json(LogIn.answer(), asked), CodeAsked)
    with pytest.raises(Misfit):
        from_json(LogIn.answer(), {"expires_at": "2026-11-25T10:00:00+00:00"})


def test_a_form_without_a_part_is_read_as_the_empty_part() -> None:
    loaded = schema_of(CreateAccount).load({"solved": "s"})

    assert loaded["captcha"] == {"id": "", "answer": "", "proof": ""}
    assert from_json(CreateAccount, loaded).captcha == CodeAnswer()
