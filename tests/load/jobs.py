"""What is measured through the API, as its users ask for it: filing, reading, listing."""

import json
import random
import time
import uuid
from collections.abc import Sequence
from itertools import count

from tests.load import seed
from tests.load.client import Connection, Headers, Operation, Refused
from tests.load.instance import MODEL, OUT_OF_SIGHT, Instance, quota_procedure
from tests.support.filled import ADDRESS

OWN_REQUESTS = 50
LIST, NEWS = "/agent/demandes", "/agent/demandes/nouvelles"
PAGES_ON = 20
FILES_TRIED = 60
BEFORE_NEWS_SECONDS = 8.0  # until the gateway receives what happens to requests
Body = dict[str, object]


class Submissions:
    """Requests to file, each from an address of its own, over procedures whose places are counted."""

    def __init__(self, instance: Instance) -> None:
        taken = instance.count("requests", "requests WHERE channel <> 'import'")
        self._numbers = count(taken)

    def submit(self, connection: Connection) -> None:
        number = next(self._numbers)
        key = {"Idempotency-Key": str(uuid.uuid4())}
        receipt = json.loads(connection.ask("POST", "/requests", self._body(number), key))
        assert receipt["number"], receipt

    def _body(self, number: int) -> Body:
        email = f"depot{number}@courriel.example"
        return {
            "procedure": quota_procedure(number),
            "applicant": {"kind": "person", "given_names": "Ariel", "birth_name": "Nouveau", "email": email},
            "answers": {"type_probleme": "chaussee", "lieu": ADDRESS, "description": seed.TEXT[:200]},
        }


def operation_of(job: str, instance: Instance, stored: int) -> Operation:
    """What a client does over and over: `read`, `list` or `submit`."""
    match job:
        case "read":
            return reading(instance, stored)
        case "list":
            return listing(instance)
        case _:
            return Submissions(instance).submit


def reading(instance: Instance, stored: int) -> Operation:
    """One request with its history, by its tracking link, anywhere in the store."""
    held = [seed.number_and_token(instance.settings, random.randrange(stored)) for _ in range(2000)]

    def read(connection: Connection) -> None:
        number, token = random.choice(held)
        found = json.loads(connection.ask("GET", f"/requests/{number}", headers={"Parvis-Tracking": token}))
        assert found["number"] == number and found["history"], found

    return read


def home_page(instance: Instance) -> Operation:
    """« Mon accueil » of a citizen with so many requests, as a browser asks for it."""
    session = instance.citizen_session()
    [latest, *_] = json.loads(Connection(instance.url).ask("GET", "/dashboard", headers=_bearer(session)))["latest"]
    of_number = f"SELECT account_id FROM requests WHERE number = '{latest['number']}'"
    account = instance.query("requests", of_number)[0]["account_id"]
    held = instance.count("requests", f"requests WHERE account_id = '{account}'")
    if held < OWN_REQUESTS:
        seed.give(instance.settings, account, OWN_REQUESTS - held)

    def open_page(connection: Connection) -> None:
        page = connection.page("/mon-accueil", _cookie(session))
        assert b"Mon tableau de bord" in page

    return open_page


def logging_in(instance: Instance) -> Operation:
    """A citizen's log-in in a browser without a past: the page of the form, then the form, which leads on with a session."""
    login = instance.login("citizen")

    def log_in(connection: Connection) -> None:
        form = connection.browse("/connexion")
        typed = {**form.hidden, "utilisateur": login["username"], "mot-de-passe": login["password"]}
        assert "parvis" in connection.browse("/connexion", typed, form.cookies).cookies

    return log_in


def _cookie(session: str) -> Headers:
    return {"Cookie": f"parvis={session}"}


def _bearer(session: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {session}"}


def listing(instance: Instance) -> Operation:
    """The first page of an agent's work list, with its total: what is filed meanwhile is of a department out of her sight."""
    known = instance.count("requests", f"requests WHERE NOT closed AND department <> '{OUT_OF_SIGHT}'")
    authorization = _bearer(instance.agent_session())

    def work(connection: Connection) -> None:
        found = json.loads(connection.ask("GET", "/agent/requests", headers=authorization))
        assert (len(found["items"]), found["total"]) == (20, known), (found["total"], known)

    return work


def list_pages(instance: Instance, orders: Sequence[str] = ()) -> dict[str, Operation]:
    """The agents' list as a browser opens it: its first page, one that is some thousand requests further, its last; those of late
    requests, the view that no tally counts; then the first and the last page in each of these orders."""
    session = instance.agent_session()
    connection, cursor = Connection(instance.url), ""
    for _ in range(PAGES_ON):
        address = f"/agent/requests?rows=200{f'&cursor={cursor}' if cursor else ''}"
        cursor = json.loads(connection.ask("GET", address, headers=_bearer(session)))["next"] or "end"
        if cursor == "end":
            break
    pages = {"first": "", "further": f"?suite={cursor}", "last": "?suite=end"}
    pages |= {"late, first": "?vue=retard", "late, last": "?vue=retard&suite=end"}
    for order in orders:
        pages |= {f"first by {order}": f"?tri={order}", f"last by {order}": f"?tri={order}&suite=end"}
    return {name: _opening([f"{LIST}{query}"], _cookie(session), b"work__title") for name, query in pages.items()}


def public_pages(instance: Instance) -> dict[str, Operation]:
    """By name: pages as a browser without a past opens them; then a step of a form that it began, and a request by its tracking link."""
    browser = {"Cookie": f"parvis-visitor={uuid.uuid4().hex}"}
    Connection(instance.url).ask("POST", "/drafts", {"procedure": MODEL, "anew": True}, browser)
    number, token = seed.number_and_token(instance.settings, 0)
    pages: dict[str, tuple[str, Headers]] = {
        "home": ("/", {}),
        "catalogue": ("/demarches", {}),
        "procedure": (f"/demarches/{MODEL}", {}),
        "news": ("/actualites", {}),
        "practical information": ("/infos-pratiques", {}),
        "log-in": ("/connexion", {}),
        "step": (f"/demarches/{MODEL}/etape/informations", browser),
        "request": (f"/demande/{number}", {"Parvis-Tracking": token}),
    }
    return {name: _opening([address], headers, b"<h1") for name, (address, headers) in pages.items()}


def file_page(instance: Instance) -> Operation:
    """The file of a request that has a past, as an agent of its department opens it."""
    session, connection = instance.agent_session(), Connection(instance.url)
    found: list[str] = []
    for place in range(FILES_TRIED):
        address = f"{LIST}/{seed.number_and_token(instance.settings, place)[0]}"
        try:
            connection.page(address, _cookie(session))
        except Refused:  # of a department that she does not see
            continue
        found.append(address)
    return _opening(found, _cookie(session), b"/imprimer")


def _opening(addresses: Sequence[str], headers: Headers, shown: bytes) -> Operation:
    """Any of these pages; each shows that."""

    def open_page(connection: Connection) -> None:
        assert shown in connection.page(random.choice(addresses), headers)

    return open_page


def list_news(instance: Instance) -> Operation:
    """What an open list asks every twenty seconds while nothing happens."""
    cookie = _cookie(instance.agent_session())
    connection = Connection(instance.url)
    connection.page(LIST, cookie)
    time.sleep(BEFORE_NEWS_SECONDS)
    seen = connection.page(LIST, cookie).partition(b'data-mark="')[2].partition(b'"')[0].decode()
    headers = {**cookie, "If-None-Match": f'"{seen}"'}

    def ask(connection: Connection) -> None:
        connection.unchanged(NEWS, headers)

    return ask
