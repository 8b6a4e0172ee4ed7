"""`python -m deploy.operator.ask_servers NAME...`: whether the servers that the environment names will do.

The last line says what is wrong with the first that will not. A process of its own: it gives its memory back.
"""

import re
import smtplib
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import unquote, urlsplit

import psycopg
import urllib3
from minio.error import S3Error

from deploy.command.console import Console
from deploy.command.deployed import is_deployed
from deploy.command.trouble import Trouble
from deploy.operator.management import Management
from services.chassis import object_store
from services.chassis.bus.broker_connection import BrokerConnection, BrokerDown
from services.chassis.event_store import db, keys
from services.chassis.hosts import host_of, one_each
from services.chassis.service_list import service_names
from services.chassis.settings import Settings, WrongSetting

OLDEST_POSTGRES = 17
SECONDS = 5
S3_REFUSALS = {
    "AccessDenied": "ne nous donne pas ce droit",
    "InvalidAccessKeyId": "ne connaît pas notre clé d’accès",
    "SignatureDoesNotMatch": "refuse notre clé secrète",
    "RequestTimeTooSkewed": "n’est pas à la même heure que cette machine",
}
NO_WRITES = "il ne prend pas d’écritures"
CAUSES = (
    (r"takes no writes|session is read-only", NO_WRITES),
    (r"certificate verify failed", "son certificat n’est pas reconnu : certificate verify failed"),
    (r"wrong.version.number|does not support SSL|unexpected.eof", "il ne parle pas TLS"),
    (r"connection refused", "connexion refusée"),
    (r"timed out|timeout expired", "pas de réponse à temps"),
    (r"resolve|name or service not known|no address associated", "nom inconnu"),
    (r"access.refused", "compte, mot de passe ou espace refusé"),
    (r"not.found.*vhost|vhost.*not found", "cet espace n’existe pas"),
    (r"unreachable|no route to host", "aucun chemin n’y mène"),
    (
        r"SSL negotiation|closed.*connection|connection (aborted|reset)|reset by peer|non-XML",
        "ce qui y répond n’est pas le serveur attendu",
    ),
)
"""What libraries say most often, in French; what is not here is quoted."""
MAY_CREATE = "SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user"


def ask_database(settings: Settings) -> None:
    """Every database can be reached or made, and what it holds was sealed with our key. Of several servers one has to take writes."""
    services = service_names()
    _ask_each(settings.owner_database(services[0]))
    for service in services:
        url = settings.owner_database(service)
        try:
            with db.connect(url, "parvis-up") as conn:
                _check_release(conn, url)
                _check_key(conn, settings)
        except psycopg.Error as error:
            if "does not exist" not in str(error):
                raise _unreachable("DATABASE_URL", url, error) from None
            _check_right_to_create(url)


def _ask_each(url: str) -> None:
    """Names those of several servers that do not let us in: the others do their work. Raises Trouble where none takes writes."""
    if len(servers := one_each(url)) == 1:
        return
    failed = {host_of(server): why for server in servers if (why := _why_not(server))}
    if len(failed) == len(servers):
        each = " ; ".join(f"{server} : {why}" for server, why in failed.items())
        raise Trouble(
            f"DATABASE_URL : aucun de ces serveurs ne prend d’écritures ({each}) ; vérifiez les adresses, le compte et le mot de "
            "passe, puis relancez la commande."
        )
    for server, why in failed.items():
        if why != NO_WRITES:
            Console().say(f"DATABASE_URL : {server} ne nous reçoit pas ({why}) ; on continue avec les autres serveurs")


def _why_not(server: str) -> str:
    """Why nothing can be written there; empty where it can, or where it is only to be made yet."""
    try:
        with db.connect(server, "parvis-up") as conn:
            db.check_leads(conn)
    except psycopg.Error as error:
        return "" if "does not exist" in str(error) else db.password_refused(error) or _cause(error)
    return ""


def _check_release(conn: db.Connection, url: str) -> None:
    release = conn.info.server_version // 10000
    if release < OLDEST_POSTGRES:
        raise Trouble(
            f"DATABASE_URL : {host_of(url)} est un PostgreSQL {release}, il faut la version {OLDEST_POSTGRES} au moins."
        )


def _check_key(conn: db.Connection, settings: Settings) -> None:
    with suppress(psycopg.errors.UndefinedTable):
        try:
            keys.check(conn, settings.master_key)
        except keys.OtherMasterKey as other:
            remedy = (
                "remettez celle d’alors dans secrets/master_key, ou donnez d’autres bases par secrets/database_*"
                if is_deployed()
                else "donnez celle d’alors par MASTER_KEY (ou remettez-la sous « master » dans secrets.json, dans le dossier "
                "de l’instance), ou d’autres bases par DATABASE_URL"
            )
            raise Trouble(f"DATABASE_URL : {other} : {remedy}.") from None


def _check_right_to_create(url: str) -> None:
    maintenance = urlsplit(url)._replace(path="/postgres").geturl()
    try:
        with db.connect(maintenance, "parvis-up") as conn:
            _check_release(conn, url)
            may = conn.execute(MAY_CREATE).fetchall()[0]["may"]
    except psycopg.Error as error:
        raise _unreachable("DATABASE_URL", url, error) from None
    if not may:
        raise Trouble(
            f"DATABASE_URL : la base {urlsplit(url).path[1:]} manque et ce compte n’a pas le droit d’en créer : créez-la, "
            "ou donnez à OWNER_DATABASE_URL un compte qui en a le droit (CREATEDB)."
        )


def ask_broker(settings: Settings) -> None:
    """Both vhosts let us in; one that is missing is made where the management API can be reached. One server of a cluster will do."""
    for name, url in (("AMQP_URL", settings.amqp_url), ("PARTNERS_AMQP_URL", settings.partners_amqp_url)):
        if not url:
            continue
        try:
            _open_each(name, url)
        except BrokerDown as error:
            vhost = unquote(urlsplit(url).path[1:]) or "/"
            if not settings.rabbitmq_management_url or not _says_it_is_missing(error):
                raise _unreachable(name, url, error, f"l’espace « {vhost} », ") from None
            Management(settings.rabbitmq_management_url).create_vhost(vhost)
            _open_each(name, url)


def _open_each(name: str, url: str) -> None:
    """Names those of several servers that do not let us in: the others do their work. Raises BrokerDown where none does."""
    failed: dict[str, BrokerDown] = {}
    for server in one_each(url):
        try:
            _open(server)
        except BrokerDown as error:
            failed[server] = error
    if len(failed) == len(one_each(url)):
        raise max(failed.values(), key=_says_it_is_missing)
    for server, error in failed.items():
        Console().say(
            f"{name} : {host_of(server)} ne nous reçoit pas ({_cause(error)}) ; on continue avec les autres serveurs"
        )


def _says_it_is_missing(error: BrokerDown) -> bool:
    """Of the vhost: what a server that is down says counts for less."""
    return "not found" in str(error)


def _open(url: str) -> None:
    connection = BrokerConnection(url)
    try:
        connection.open()
    finally:
        connection.end()


def ask_object_store(settings: Settings) -> None:
    """Our key opens it."""
    http = object_store.connections(urllib3.Timeout(SECONDS))
    try:
        store = object_store.client(settings, http)
    except ValueError as error:
        raise _unreachable("S3_ENDPOINT", settings.s3_endpoint, error) from None
    try:
        store.bucket_exists(object_store.bucket(settings, "files"))
    except object_store.UNREACHABLE as error:
        raise _unreachable(
            "S3_ENDPOINT", settings.s3_endpoint, error, "S3_SECURE, S3_ACCESS_KEY, S3_SECRET_KEY, "
        ) from None
    finally:
        http.clear()


def ask_mail_server(settings: Settings) -> None:
    """It may be away for a while: mails wait for it, so the portal starts all the same."""
    try:
        with socket.create_connection(_address(settings.smtp_url), timeout=SECONDS):
            return
    except OSError as error:
        Console().say(
            f"SMTP_URL : {host_of(settings.smtp_url)} ne répond pas ({_cause(error)}) ; les courriels l’attendront"
        )


ASK: Mapping[str, Callable[[Settings], None]] = {
    "DATABASE_URL": ask_database,
    "AMQP_URL": ask_broker,
    "S3_ENDPOINT": ask_object_store,
    "SMTP_URL": ask_mail_server,
}


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else smtplib.SMTP_PORT)


def _unreachable(name: str, url: str, error: Exception, besides: str = "") -> Trouble:
    if refused := db.password_refused(error):
        named = "OWNER_DATABASE_URL, ou à défaut DATABASE_URL," if name == "DATABASE_URL" else name
        return Trouble(f"{name} : {refused} : donnez dans {named} celui qu’il attend, puis relancez la commande.")
    if isinstance(error, S3Error):
        return Trouble(
            f"{name} : le serveur {host_of(url)} {S3_REFUSALS.get(str(error.code), 'refuse notre demande')} (« {_said(error)} ») ; "
            f"vérifiez {besides.rstrip(', ')}, puis relancez la commande."
        )
    return Trouble(
        f"{name} : le serveur ne nous reçoit pas à {host_of(url)} ({_cause(error)}) ; vérifiez {besides}l’adresse, le compte "
        "et le mot de passe, puis relancez la commande."
    )


def _cause(error: BaseException) -> str:
    said = _said(error)
    known = (french for english, french in CAUSES if re.search(english, said, re.IGNORECASE))
    return next(known, f"« {said} »")


def _said(error: BaseException) -> str:
    """The cause in one line."""
    if isinstance(error, S3Error):
        return ", ".join(filter(None, (str(error.code), str(error.message or ""))))[:200]
    cause = getattr(error, "reason", None) or error
    first = (str(cause).strip().splitlines() or [type(error).__name__])[0]
    return first.rpartition("failed: ")[2].partition(" For details")[0].strip()[:200]


def main() -> None:
    names = sys.argv[1:]
    try:
        # What the databases hold was sealed with our keys: without them the question makes no sense.
        settings = Settings.for_serving() if "DATABASE_URL" in names else Settings.load()
        for name in names:
            ASK[name](settings)
    except (Trouble, WrongSetting) as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
