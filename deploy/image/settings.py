"""`python -m deploy.image.settings FILE`: whether what `.env`, which is FILE, and `secrets/` hold can be used, before anything starts on it.

The last line names what cannot, in French. What only a server knows is asked afterwards (`deploy/operator/ask_servers.py`).
"""

import json
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from services.chassis import setting_forms as forms
from services.chassis.hosts import one_each
from services.chassis.service_list import service_names
from services.chassis.setting_forms import Words
from services.chassis.settings import Settings, WrongSetting, read_file

SECRETS = Path("/run/secrets")
BROKER = ("amqp_services", "amqp_relay")  # whose accounts differ: AMQP_URL is read from one or the other
COUNT = Words(r"[1-9]\d{0,6}", "un nombre entier entre 1 et 9999999")
OURS_OR_NOT = Words(r"[01]", "0 ou 1")  # two of a store would write to one volume
NOT_OF_PROCESSES = {
    **dict.fromkeys(("PROXY_REQUESTS_PER_10S", "PROXY_CONNECTIONS"), COUNT),
    "PARTNER_HOSTS": Words(r"[A-Za-z0-9.-]+(,[A-Za-z0-9.-]+)*", "des noms d’hôte séparés par des virgules"),
    **dict.fromkeys(("OWN_POSTGRES", "OWN_RABBITMQ", "OWN_OBJECT_STORE"), OURS_OR_NOT),
    "POSTGRES_ARCHIVE": OURS_OR_NOT,
    "POSTGRES_RESTORE": Words(
        r"end|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)",
        "end, ou un moment avec son fuseau : 2046-11-28T14:30+01:00",
    ),
    "ARCHIVE_S3_ENDPOINT": forms.STORE,
    "ARCHIVE_S3_SECURE": OURS_OR_NOT,
    "ARCHIVE_S3_REGION": forms.REGION,
    "ARCHIVE_S3_BUCKET_PREFIX": forms.BUCKETS,
}
"""What the proxy, a store or Compose alone reads."""
OF_PROFILES = {
    "scan": ("CLAMAV", "clamav:3310"),
    "partners": ("PARTNERS_PUBLIC_URL", "amqps://NOM-DU-PORTAIL:5671/partners"),
}
"""The setting without which a profile's container runs in vain, and what it is as a rule."""


def check(environ: Mapping[str, str], secrets: Path) -> None:
    """Raises WrongSetting with the first setting or secret that some container could not use."""
    for file in sorted(secrets.iterdir()):
        if not file.read_bytes().strip():
            raise WrongSetting(
                f"secrets/{file.name} est vide : remettez-le de votre sauvegarde. Pour un portail qui n’a jamais tourné, supprimez-le, puis "
                "relancez deploy/make-secrets."
            )
    for name in BROKER:
        settings = Settings.for_serving({**environ, "AMQP_URL_FILE": str(secrets / name)})
        if len(one_each(settings.amqp_url)) > 1 and settings.rpc_queues != "quorum":
            raise WrongSetting(
                f"RPC_QUEUES : secrets/{name} nomme plusieurs serveurs : mettez RPC_QUEUES=quorum dans .env."
            )
        for service in service_names():
            settings.database(service)
            settings.owner_database(service)
    _check_what_no_process_reads(environ)
    _check_certificate(secrets / "certificate.pem")
    try:
        json.loads((secrets / "rabbitmq_definitions.json").read_text("utf-8"))
    except ValueError:
        raise WrongSetting("secrets/rabbitmq_definitions.json n’est pas du JSON.") from None


def _check_what_no_process_reads(environ: Mapping[str, str]) -> None:
    for name, form in NOT_OF_PROCESSES.items():
        if (value := environ.get(name)) and not form.admits(value):
            raise WrongSetting(f"{name} : valeur incorrecte, il faut {form.expected}.")
    chosen = {profile.strip() for profile in environ.get("COMPOSE_PROFILES", "").split(",")}
    for profile, (setting, usual) in OF_PROFILES.items():
        if profile in chosen and not environ.get(setting):
            raise WrongSetting(f"{setting} manque, que demande le profil « {profile} » : donnez {setting}={usual}.")


def _check_certificate(certificate: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate)
    except (ssl.SSLError, OSError):
        raise WrongSetting(
            "secrets/certificate.pem ne peut pas servir : il faut, en PEM, la chaîne puis la clé de son premier certificat."
        ) from None


def given(text: str) -> dict[str, str]:
    """What Compose takes from the lines of a `.env`, as far as they are settings: the last of a name is the one."""
    lines = (line.partition("=") for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {name.removeprefix("export ").strip(): _unquoted(value.strip()) for name, _, value in lines}


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"') and value.endswith(value[0]):
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


if __name__ == "__main__":
    try:
        # The environment says where the secrets lie, as for every process.
        check({**os.environ, **given(read_file(".env", Path(sys.argv[1])))}, SECRETS)  # noqa: TID251 (beside what the file holds)
    except WrongSetting as wrong:
        sys.exit(f"settings : {wrong}")
