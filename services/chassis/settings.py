"""Every setting of every process, read once from the environment: NAME, or NAME_FILE for the path of a file that holds it.

`{service}` in the path of DATABASE_URL_FILE stands for a service: its file is read when its database is asked for, so that
a process can be given the password of its own database and no other. The only reader of the environment.
`docs/settings.md` is generated from this class.
"""

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Any

from services.chassis import setting_forms as forms
from services.chassis.setting_forms import Between, Limit
from services.chassis.structs import Struct

LOG_LEVELS = ("debug", "info", "warning", "error")
SERVICE = "{service}"
LATER = "file:"  # before the path of a database's address that is read for one service


class WrongSetting(ValueError):
    """A setting is missing or cannot be read; the message names it and says what is expected, in French."""


def _setting(
    help: str, *, default: Any = "", secret: bool = False, choices: tuple[str, ...] = (), limit: Limit | None = None
) -> Any:
    return field(default=default, metadata={"help": help, "secret": secret, "choices": choices, "limit": limit})


class Settings(Struct):
    """The settings of one process. Keys are bytes; all else is as its annotation says."""

    town: str = _setting(
        "Identifiant de la commune que sert cette installation ; vide : `town.slug` de ses fichiers, tel qu’ils l’ont publié avec leur "
        "première démarche. Un import d’un autre `town.slug` est refusé. Le journal, les appels et la `source` des événements le portent",
        limit=forms.TOWN,
    )
    database_url: str = _setting(
        "PostgreSQL ; `{service}` tient la place du nom du service, qui est celui de sa base. Les serveurs d’un groupe "
        "se séparent par des virgules : postgresql://compte:mot-de-passe@un:5432,deux:5432,trois:5432/{service} ; celui qui prend les "
        "écritures est cherché parmi eux (target_session_attrs=read-write&load_balance_hosts=random, si l’adresse ne dit rien d’autre)",
        default="postgresql://postgres@127.0.0.1:5432/{service}",
        secret=True,
        limit=forms.DATABASE,
    )
    owner_database_url: str = _setting(
        "La même base sous le compte propriétaire des tables, pour les migrations et les reconstructions ; vide : "
        "DATABASE_URL. Un service qui se connecte sous un autre compte ne peut ni modifier ni supprimer un événement",
        secret=True,
        limit=forms.DATABASE,
    )
    database_pool_size: int = _setting(
        "Connexions à PostgreSQL qu’un processus garde au plus", default=10, limit=Between(1, 100)
    )
    amqp_url: str = _setting(
        "RabbitMQ, le vhost interne. Les serveurs d’un groupe (*cluster*) se séparent par des virgules : "
        "amqp://compte:mot-de-passe@un:5672,deux:5672,trois:5672/parvis ; l’un d’eux suffit pour servir",
        default="amqp://guest:guest@127.0.0.1:5672/parvis",
        secret=True,
        limit=forms.BROKER,
    )
    partners_amqp_url: str = _setting(
        "RabbitMQ, le vhost des partenaires, sur les mêmes serveurs ; vide : les partenaires ne reçoivent rien",
        secret=True,
        limit=forms.BROKER,
    )
    partners_public_url: str = _setting(
        "Comment les partenaires atteignent leur vhost du dehors, sans compte, amqps://hôte:port/vhost ; vide : comme PARTNERS_AMQP_URL",
        limit=forms.PUBLIC_BROKER,
    )
    rabbitmq_management_url: str = _setting(
        "L’API d’administration de RabbitMQ, avec un compte qui peut créer des comptes ; seul `parvis partner` en a besoin. Les serveurs "
        "d’un groupe se séparent par des virgules",
        secret=True,
        limit=forms.MANAGEMENT,
    )
    s3_endpoint: str = _setting("Stockage d’objets, hôte:port", default="127.0.0.1:9000", limit=forms.STORE)
    s3_secure: bool = _setting("Si le stockage d’objets est atteint par TLS", default=False)
    s3_region: str = _setting("Région du stockage d’objets", default="us-east-1", limit=forms.REGION)
    s3_access_key: str = _setting("Clé d’accès du stockage d’objets", secret=True)
    s3_secret_key: str = _setting("Clé secrète du stockage d’objets", secret=True)
    s3_bucket_prefix: str = _setting(
        "Début du nom des compartiments (*buckets*)", default="parvis", limit=forms.BUCKETS
    )
    smtp_url: str = _setting(
        "Relais de courriel : smtp://[compte:mot de passe@]hôte:port, ou smtps:// ; un mot de passe n’est dit que par un TLS de confiance",
        default="smtp://127.0.0.1:25",
        secret=True,
        limit=forms.MAIL_RELAY,
    )
    mail_from: str = _setting(
        "Expéditeur de chaque courriel : une adresse seule, au nom que donnent les fichiers de la commune, ou `Un autre nom <adresse>`",
        default="ne-pas-repondre@localhost.example",
        limit=forms.SENDER,
    )
    public_url: str = _setting(
        "Adresse du portail telle qu’on la voit, sans barre oblique à la fin",
        default="http://127.0.0.1:8000",
        limit=forms.PORTAL,
    )
    master_key: bytes = _setting(
        "32 octets en base64 : enveloppe les clés des demandes et des espaces", default=b"", secret=True
    )
    rpc_key: tuple[bytes, ...] = _setting(
        "Clés de 32 octets en base64, séparées par des espaces ou des lignes : la première scelle ce que les processus se disent, "
        "toutes l’ouvrent ; pour la changer : deploy/README.md, ou docs/clustering.md sur plusieurs machines",
        default=(),
        secret=True,
    )
    signing_key: bytes = _setting(
        "32 octets en base64 : signe liens, droits et formulaires, et code les numéros et les mots des recherches ; elle ne change jamais",
        default=b"",
        secret=True,
    )
    partner_keys: str = _setting(
        "Clés de 32 octets en base64, séparées par des espaces ou des lignes : la première enveloppe les identifiants des autres "
        "espaces, les suivantes ouvrent encore ce qu’elles ont enveloppé, jusqu’à `parvis vault rotate` ; vide : rien de tel ne "
        "s’enregistre. Seul le service accounts en a besoin",
        secret=True,
        limit=forms.KEYS,
    )
    receipt_keys: str = _setting(
        "Clés de 32 octets en base64, séparées par des espaces ou des lignes : la première signe les récépissés, les suivantes "
        "vérifient encore ceux qu’elles ont signés ; celle qui est tirée de SIGNING_KEY les vérifie aussi, et les signe tant que "
        "ce réglage est vide ; `none` à la fin la retire. Seul le service requests en a besoin",
        secret=True,
        limit=forms.KEYS_OR_NO_OTHER,
    )
    partner_proxy: str = _setting(
        "Mandataire HTTP par lequel le service accounts joint les autres espaces, http://hôte:port ; vide : directement",
        limit=forms.PARTNER_PROXY,
    )
    partner_sites: str = _setting(
        "Démonstration seulement : les adresses qui tiennent lieu des sites des autres espaces, `hôte=http://adresse` séparés par "
        "des virgules ; après « > », l’adresse par laquelle le service accounts les joint, si c’en est une autre",
        limit=forms.PARTNER_SITES,
    )
    gateway_host: str = _setting("Adresse sur laquelle la passerelle écoute", default="127.0.0.1", limit=forms.LISTENER)
    gateway_port: int = _setting("Port de la passerelle", default=8000, limit=forms.PORTS)
    state_folder: str = _setting(
        "Dossier où la passerelle garde ce que la commune a publié en dernier (horaires, téléphones, listes), pour le montrer quand un "
        "service se tait, même si elle vient de démarrer ; vide : en mémoire seulement",
    )
    health_host: str = _setting(
        "Adresse sur laquelle un processus dit sa santé ; jamais une adresse publique",
        default="127.0.0.1",
        limit=forms.LISTENER,
    )
    health_port: int = _setting(
        "Port de /livez, /readyz et /metrics d’un processus ; 0 : aucun", default=0, limit=forms.PORTS_OR_NONE
    )
    log_level: str = _setting("debug, info, warning ou error", default="info", choices=LOG_LEVELS)
    log_format: str = _setting("json, ou text pour un lecteur", default="json", choices=("json", "text"))
    rpc_queues: str = _setting(
        "Où attendent les appels aux services : classic, ou quorum là où RabbitMQ a plusieurs serveurs, pour que la perte de l’un "
        "d’eux n’empêche aucun service de recevoir ses appels ; chaque appel coûte alors davantage",
        default="classic",
        choices=("classic", "quorum"),
    )
    rpc_timeout_seconds: float = _setting(
        "Durée d’un appel à un service, en secondes, au plus", default=4.0, limit=Between(0.5, 60)
    )
    rate_limits: float = _setting(
        "Multiplie chaque limite de fréquence, les places d’un quota qu’une adresse réseau peut prendre, les réponses à un "
        "sondage qu’elle peut donner sans code de sécurité, les courriels sur ce que fait un demandeur qu’une boîte reçoit "
        "chacun à part, et les créneaux d’un jour que peut prendre une boîte de courriel, un navigateur ou compte, ou une "
        "adresse réseau ; 1 : comme prévu",
        default=1.0,
        limit=Between(0.01, 1_000_000),
    )
    gateways: int = _setting(
        "Nombre de passerelles en marche : chacune compte pour elle-même, et n’accorde que sa part de ce que la commune permet, lectures exceptées",
        default=1,
        limit=Between(1, 100),
    )
    decision_wait: float = _setting(
        "Secondes pendant lesquelles l’agent qui vient d’envoyer une décision peut l’annuler : rien n’est fait avant ; 0 : la décision part aussitôt",
        default=10.0,
        limit=Between(0, 120),
    )
    trusted_proxies: int = _setting(
        "Serveurs mandataires devant la passerelle : autant d’entrées de X-Forwarded-For sont crues ; avec 0 aucune ne "
        "l’est, et un mandataire ferait de tous une seule adresse",
        default=0,
        limit=Between(0, 10),
    )
    clamav: str = _setting("hôte:port d’un ClamAV ; vide : les fichiers ne sont pas analysés", limit=forms.SERVER)
    keep_unknown_files: bool = _setting(
        "1 : un fichier que la base de documents ne nomme pas reste dans le stockage, où il est sinon effacé au bout d’une heure. Une base "
        "ramenée à un moment ne connaît pas ceux d’après",
        default=False,
    )
    mail_inbox_url: str = _setting("Démonstration seulement : où lire les courriels", limit=forms.PAGE)
    development: bool = _setting(
        "Relit les feuilles de style et les scripts du portail dès qu’ils changent", default=False
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings of this environment; raises WrongSetting with the name of the first that is wrong."""
        environ = os.environ if environ is None else environ
        given = {f.name: _read(f.name.upper(), f.type, environ, f.metadata) for f in fields(cls)}
        return cls(**{name: value for name, value in given.items() if value is not None})

    @classmethod
    def for_serving(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The same, for a process that serves people: raises WrongSetting when one of its keys is missing as well.

        Without its key a seal would hide nothing and anybody could sign a link: no process starts like that.
        """
        settings = cls.load(environ)
        for name in ("master_key", "rpc_key", "signing_key"):
            if not getattr(settings, name):
                raise WrongSetting(f"{name.upper()} : ce réglage manque, il faut {KINDS['bytes'][1]}.")
        return settings

    def database(self, service: str) -> str:
        """The address of a service's database; raises WrongSetting when it is in a file that cannot be read."""
        return _of_service("DATABASE_URL", self.database_url, service)

    def owner_database(self, service: str) -> str:
        """The same database, as the owner of its tables."""
        if not self.owner_database_url:
            return self.database(service)
        return _of_service("OWNER_DATABASE_URL", self.owner_database_url, service)


def _of_service(name: str, url: str, service: str) -> str:
    given = url.replace(SERVICE, service)
    if not given.startswith(LATER):
        return given
    found = read_file(name, Path(given.removeprefix(LATER)))
    _check(f"{name}_FILE", found, forms.DATABASE)
    return found


def _read(name: str, annotation: Any, environ: Mapping[str, str], about: Mapping[str, Any]) -> Any:
    raw = environ.get(name)
    if raw is None and (path := environ.get(f"{name}_FILE")):
        if SERVICE in path and name.endswith("DATABASE_URL"):
            return LATER + path
        raw = read_file(name, Path(path))
    if raw is None or raw == "":
        return None
    if about["choices"] and raw not in about["choices"]:
        raise WrongSetting(f"{name} : valeur incorrecte, il faut {' ou '.join(about['choices'])}.")
    _check(name, raw, about["limit"])
    read, expected = KINDS.get(annotation if isinstance(annotation, str) else annotation.__name__, (str, ""))
    try:
        return read(raw)
    except (ValueError, KeyError):  # binascii.Error is a ValueError
        raise WrongSetting(f"{name} : valeur incorrecte, il faut {expected}.") from None


def _check(name: str, raw: str, limit: Limit | None) -> None:
    if limit and not limit.admits(raw):
        raise WrongSetting(f"{name} : valeur incorrecte, il faut {limit.expected}.")


def read_file(name: str, path: Path) -> str:
    """What NAME_FILE holds; raises WrongSetting when it cannot be read, or holds nothing."""
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "ce n’est pas du texte"
        raise WrongSetting(f"{name}_FILE : le fichier {path} ne peut pas être lu ({why}).") from None
    if not found:
        raise WrongSetting(f"{name}_FILE : le fichier {path} est vide.")
    return found


def _key(raw: str) -> bytes:
    key = base64.b64decode(raw, validate=True)
    if len(key) != 32:
        raise ValueError(len(key))
    return key


def _keys(raw: str) -> tuple[bytes, ...]:
    return tuple(_key(one) for one in raw.split())


KINDS: dict[str, tuple[Callable[[str], Any], str]] = {
    "int": (int, "un nombre entier"),
    "float": (float, "un nombre"),
    "bool": (lambda raw: {"1": True, "true": True, "0": False, "false": False}[raw.lower()], "0 ou 1"),
    "bytes": (_key, "une clé de 32 octets en base64"),
    "tuple": (_keys, forms.KEYS.expected),
}
"""How a value other than a text is read, and what is expected of it."""
