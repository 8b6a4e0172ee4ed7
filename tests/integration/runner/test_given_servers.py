"""Servers that the environment names are checked before anything is started, and reported in one sentence."""

import base64
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.command.trouble import Trouble, of_the_portal
from deploy.operator import ask_servers
from deploy.operator.management import Management
from services.chassis.event_store import db, keys, sealing
from services.chassis.process import migrate
from services.chassis.settings import Settings
from tests.servers.broker import channel_to
from tests.servers.databases import Databases

CLOSED = "127.0.0.1:9"


@pytest.fixture(scope="module")
def own_databases(databases: Databases, worker: str) -> Iterator[str]:
    """In which nothing is sealed yet."""
    yield databases.clone(f"{worker}given")
    databases.drop(f"{worker}given")


@pytest.fixture
def named(server_addresses: dict[str, str], own_databases: str) -> Settings:
    """The servers of the tests, as a person would name them."""
    key = base64.b64encode(os.urandom(32)).decode()
    return Settings.load(
        {**server_addresses, "DATABASE_URL": own_databases, "OWNER_DATABASE_URL": "", "MASTER_KEY": key}
    )


@pytest.mark.parametrize("ask", ask_servers.ASK.values(), ids=ask_servers.ASK)
def test_a_server_that_will_do_is_accepted(named: Settings, ask: Callable[[Settings], None], smtp_url: str) -> None:
    ask(replace(named, smtp_url=smtp_url))


@pytest.mark.parametrize(
    ("ask", "wrong", "sentence"),
    [
        (
            ask_servers.ask_database,
            {"database_url": f"postgresql://u:p@{CLOSED}/{{service}}"},
            "DATABASE_URL : le serveur ne nous reçoit pas à 127.0.0.1:9 .connexion refusée",
        ),
        (
            ask_servers.ask_broker,
            {"amqp_url": f"amqp://u:p@{CLOSED}/v"},
            "AMQP_URL : le serveur ne nous .*connexion refusée.*l’espace « v »",
        ),
        (ask_servers.ask_object_store, {"s3_endpoint": CLOSED}, "S3_ENDPOINT : le serveur ne nous .*connexion refusée"),
        (ask_servers.ask_database, {"database_url": "nonsense{service}"}, "DATABASE_URL : .*nonsense"),
        (ask_servers.ask_object_store, {"s3_endpoint": "http://s3.example"}, "S3_ENDPOINT : .*not allowed"),
        (
            ask_servers.ask_object_store,
            {"s3_secret_key": "wrong"},
            r"S3_ENDPOINT.: le serveur 127\.0\.0\.1:\d+ (refuse|ne nous) .*«.(SignatureDoesNotMatch|AccessDenied|Forbidden).*S3_SECRET_KEY",
        ),
    ],
)
def test_a_server_that_refuses_us_is_reported_without_its_password(
    named: Settings, ask: Callable[[Settings], None], wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Trouble, match=sentence) as why:
        ask(replace(named, **wrong))  # type: ignore[arg-type]
    assert "u:p@" not in str(why.value)
    assert len(str(why.value).splitlines()) == 1


def test_of_several_databases_the_one_that_does_not_answer_is_named(
    named: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    several = named.database_url.replace("@", f"@{CLOSED},")
    ask_servers.ask_database(replace(named, database_url=several))

    [said] = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert re.search(f"DATABASE_URL : {CLOSED} ne nous reçoit pas .connexion refusée.*les autres serveurs", said)
    migrate.migrate(replace(named, database_url=several), "requests")


def test_of_several_databases_one_has_to_take_writes(named: Settings) -> None:
    server = urlsplit(named.database_url).netloc.rpartition("@")[2]
    reading = f"{named.database_url.replace('@', f'@{CLOSED},')}?options=-c%20default_transaction_read_only%3Don"

    with pytest.raises(Trouble, match=r"DATABASE_URL.: aucun de ces serveurs ne prend d’écritures") as why:
        ask_servers.ask_database(replace(named, database_url=reading))
    for each in (f"{CLOSED}.: connexion refusée", f"{server}.: il ne prend pas d’écritures"):
        assert re.search(each, str(why.value))


@pytest.mark.parametrize("setting", ["DATABASE_URL", "AMQP_URL", "S3_ENDPOINT"])
def test_a_server_of_another_kind_is_reported_in_french(named: Settings, setting: str) -> None:
    broker, store = urlsplit(named.amqp_url).netloc.rpartition("@")[2], urlsplit(named.database_url).netloc
    wrong = {
        "DATABASE_URL": {"database_url": f"postgresql://u:p@{broker}/{{service}}", "owner_database_url": ""},
        "AMQP_URL": {"amqp_url": f"amqp://u:p@{store.rpartition('@')[2]}/v"},
        "S3_ENDPOINT": {"s3_endpoint": broker},
    }
    with pytest.raises(Trouble, match=f"{setting}.: .*ce qui y répond n’est pas le serveur attendu"):
        ask_servers.ASK[setting](replace(named, **wrong[setting]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ask", "wrong"),
    [(ask_servers.ask_broker, {"amqp_url": "amqps"}), (ask_servers.ask_object_store, {"s3_secure": True})],
    ids=["broker", "object store"],
)
def test_a_server_without_tls_is_reported_in_french(
    named: Settings, ask: Callable[[Settings], None], wrong: dict[str, Any]
) -> None:
    if "amqp_url" in wrong:
        wrong = {"amqp_url": urlsplit(named.amqp_url)._replace(scheme="amqps").geturl()}
    with pytest.raises(Trouble, match="il ne parle pas TLS"):
        ask(replace(named, **wrong))


def test_a_changed_password_is_reported_with_its_server_and_its_user(named: Settings) -> None:
    parts = urlsplit(named.owner_database_url or named.database_url)
    wrong = parts._replace(netloc=f"{parts.username}:mot-secret@{parts.hostname}:{parts.port}").geturl()
    sentence = f"le serveur {parts.hostname}:{parts.port} refuse le mot de passe du compte «.{parts.username}.»"

    with pytest.raises(Trouble, match=f"DATABASE_URL.: {sentence}.: donnez dans OWNER_DATABASE_URL") as why:
        ask_servers.ask_database(replace(named, database_url=wrong, owner_database_url=""))
    assert "mot-secret" not in str(why.value)

    for given in ({"database_url": wrong}, {"database_url": wrong, "owner_database_url": wrong}):
        with pytest.raises(psycopg.OperationalError) as refused:
            migrate.migrate(replace(named, **given), "requests")  # type: ignore[arg-type]
        later = of_the_portal(refused.value)  # any other command, once the portal runs
        assert re.search(sentence, db.password_refused(refused.value))
        assert re.search(sentence, str(later))


@pytest.mark.parametrize(
    "said",
    [
        'connection to server at "db" (10.0.0.5), port 5432 failed: FATAL:  password authentication failed for user "ville"',
        'connection to server at "db", port 5432 failed: FATAL:  authentification par mot de passe échouée pour l\'utilisateur '
        "« ville »",
        'connection to server at "db", port 5432 failed: FATAL:  authentification par mot de passe échouée pour '
        "l’utilisateur  « ville »",
    ],
)
def test_a_refused_password_is_recognised_in_any_language_of_the_server(said: str) -> None:
    sentence = db.password_refused(psycopg.OperationalError(said))
    assert (
        sentence.replace("\N{NO-BREAK SPACE}", " ") == "le serveur db:5432 refuse le mot de passe du compte « ville »"
    )


def test_a_mail_server_that_is_away_is_waited_for(named: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    ask_servers.ask_mail_server(replace(named, smtp_url=f"smtp://{CLOSED}"))

    assert capsys.readouterr().out.startswith("SMTP_URL")  # its reader puts the time before it, by one clock


def of_a_cluster(url: str, *others: str) -> str:
    """The address with these servers before its own."""
    login, at, rest = url.rpartition("@")
    return f"{login}{at}{','.join(others)},{rest}"


def test_a_server_of_a_cluster_that_is_away_is_named_and_the_start_goes_on(
    named: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_servers.ask_broker(replace(named, amqp_url=of_a_cluster(named.amqp_url, CLOSED, "127.0.0.1:1")))

    said = capsys.readouterr().out
    for server in (CLOSED, "127.0.0.1:1"):
        assert f"AMQP_URL\N{NO-BREAK SPACE}: {server} ne nous reçoit pas (connexion refusée)" in said
    assert "PARTNERS_AMQP_URL" not in said


def test_a_cluster_of_which_no_server_lets_us_in_stops_the_start(named: Settings) -> None:
    nowhere = f"amqp://u:p@{CLOSED},127.0.0.1:1/v"
    with pytest.raises(
        Trouble, match=rf"AMQP_URL\s: le serveur ne nous reçoit pas à {CLOSED},127.0.0.1:1 .connexion refusée"
    ):
        ask_servers.ask_broker(replace(named, amqp_url=nowhere))


def test_a_vhost_that_is_missing_is_made_by_the_servers_that_are_there(named: Settings, worker: str) -> None:
    vhost = f"{worker}-missing"
    amqp_url = of_a_cluster(named.amqp_url, CLOSED).rpartition("/")[0] + f"/{vhost}"
    management = of_a_cluster(named.rabbitmq_management_url, CLOSED)
    try:
        ask_servers.ask_broker(replace(named, amqp_url=amqp_url, rabbitmq_management_url=management))
        with channel_to(amqp_url) as channel:
            assert channel.connection.connected
    finally:
        Management(named.rabbitmq_management_url).delete_vhost(vhost)


def test_data_sealed_with_another_key_is_never_taken_over(named: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped = sealing.wrap(named.master_key, "request:1", sealing.new_key())
    with db.connect(named.owner_database("requests"), "tests") as conn:
        conn.execute("INSERT INTO keys (key_id, wrapped) VALUES ('request:1', %s)", (wrapped,))
        with pytest.raises(Trouble, match=r"est chiffrée avec une autre clé.*MASTER_KEY"):
            ask_servers.ask_database(replace(named, master_key=os.urandom(32)))
        with (
            monkeypatch.context() as deployed,
            pytest.raises(Trouble, match="celle d’alors dans secrets/master_key") as why,
        ):
            deployed.setenv("PARVIS_SETTINGS", "environment")
            ask_servers.ask_database(replace(named, master_key=os.urandom(32)))
        assert "secrets.json" not in str(why.value)
        with pytest.raises(keys.OtherMasterKey, match="autre clé que MASTER_KEY"):
            migrate.migrate(replace(named, master_key=os.urandom(32)), "requests")
        conn.execute("DELETE FROM keys WHERE key_id = 'request:1'")


def test_a_database_is_reported_by_name_when_the_account_may_not_create_it(named: Settings) -> None:
    with db.connect(named.owner_database("requests"), "tests") as conn:
        conn.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'")
    server = urlsplit(named.database_url).netloc.rpartition("@")[2]
    try:
        with pytest.raises(Trouble, match="la base none_accounts manque et ce compte n’a pas le droit d’en créer"):
            ask_servers.ask_database(
                replace(named, database_url=f"postgresql://modest:modest@{server}/none_{{service}}")
            )
    finally:
        with psycopg.connect(named.owner_database("requests"), autocommit=True) as conn:
            conn.execute("DROP ROLE modest")


@pytest.fixture
def missing_vhost(named: Settings) -> Iterator[str]:
    yield "parvis-tests-given"
    Management(named.rabbitmq_management_url).delete_vhost("parvis-tests-given")


def test_a_space_that_is_missing_is_made_where_that_is_allowed(named: Settings, missing_vhost: str) -> None:
    address = urlsplit(named.amqp_url)._replace(path=f"/{missing_vhost}").geturl()
    with pytest.raises(Trouble, match=f"AMQP_URL : .*l’espace « {missing_vhost} »"):
        ask_servers.ask_broker(replace(named, amqp_url=address, rabbitmq_management_url=""))

    ask_servers.ask_broker(replace(named, amqp_url=address))

    with channel_to(address) as channel:
        assert channel.is_open
