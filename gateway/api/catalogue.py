"""The town, what may be asked of it, and when it receives."""

from gateway.api.bodies import call_of
from gateway.api.operations import Operations
from gateway.api.schemas import addresses, common, requests
from gateway.brief_calls import quota_reopens
from gateway.clients import ANYONE, Json
from gateway.conversation import clients
from gateway.http.rate_limits import ADDRESSES
from gateway.permissions import PUBLIC
from gateway.shared.asked_details import AskedDetails, table
from gateway.shared.offered import offered_procedures
from gateway.town import town_book
from services.procedures.schemas.addresses import ProposeAddresses
from services.procedures.schemas.catalogue import (
    CatalogueItem,
    ListServiceAreas,
    ProcedureVersion,
    ReadProcedure,
    SearchCatalogue,
    TownDocument,
)
from services.requests.schemas.appointments import ListSlots, SlotWeek

catalogue = Operations("catalogue", "La commune, ses démarches et ses créneaux.")


@catalogue.get("/town", permission=PUBLIC, returns=common.TownWords)
def town() -> TownDocument:
    """La commune : identité, horaires, services, mentions légales, réglages."""
    return town_book().document()


catalogue.get("/service-areas", permission=PUBLIC).sends(
    ListServiceAreas, "Les métiers et le nombre de démarches de chacun.", actor=ANYONE
)


def _with_reopening(procedure: CatalogueItem | ProcedureVersion) -> Json:
    return {**vars(procedure), "reopens_at": quota_reopens(procedure.slug)}


catalogue.get(
    "/procedures", permission=PUBLIC, query=common.CatalogueQuery, returns=common.Catalogue, refuses=(404,)
).sends(
    SearchCatalogue,
    "Les démarches, toutes ou celles que la recherche trouve.",
    name="procedures",
    actor=ANYONE,
    shown=lambda found: {**vars(found), "items": list(map(_with_reopening, found.items))},
)
catalogue.get(
    "/procedures/<slug:slug>", permission=PUBLIC, query=common.ProcedureQuery, returns=common.Procedure
).sends(
    ReadProcedure,
    "Une démarche : champs, règles, pièces, étapes, délais, notice d’information.",
    shown=_with_reopening,
)


# What is typed of an address is of a person: in a body, which no log, history or cache has, and never in an address.
catalogue.post("/address-proposals", permission=PUBLIC, body=addresses.ProposeAddresses, limit=ADDRESSES).sends(
    ProposeAddresses,
    "Les adresses du fichier de la commune qui répondent à ce qui est saisi ; rien n’en est gardé.",
    actor=ANYONE,
)


@catalogue.get("/asked-details", permission=PUBLIC, returns=AskedDetails)
def asked_details() -> AskedDetails:
    """Ce que chaque démarche demande à qui la fait, et pourquoi."""
    return table(offered_procedures())


@catalogue.get("/agendas/<slug:agenda>/slots", permission=PUBLIC, query=requests.SlotsQuery, returns=SlotWeek)
def slots(agenda: str, query: Json) -> SlotWeek:
    """Une semaine de créneaux d’un agenda."""
    town_book().must_have_agenda(agenda)
    return clients().send(call_of(ListSlots, {"agenda": agenda, **query}))
