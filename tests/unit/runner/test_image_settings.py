"""What `.env` and `secrets/` hold is read before any container starts on it, and what cannot be used is named."""

import base64
from pathlib import Path

import pytest

from deploy.image.settings import check, given
from services.chassis.service_list import service_names
from services.chassis.settings import WrongSetting
from tests.servers.certificates import self_signed

KEYS = ("master_key", "rpc_key", "signing_key")
OTHERS = {
    "database_owner": "postgresql://parvis:p@postgres:5432/{service}",
    "amqp_services": "amqp://services:p@rabbitmq:5672/parvis",
    "amqp_relay": "amqp://relay:p@rabbitmq:5672/parvis",
    "rabbitmq_definitions.json": "{}",
    "smtp_url": "smtp://relais:25",
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder as the containers see it."""
    for name in KEYS:
        (tmp_path / name).write_bytes(base64.b64encode(bytes(32)))
    for service in service_names():
        (tmp_path / f"database_{service}").write_text(f"postgresql://{service}:p@postgres:5432/{service}\n", "utf-8")
    for name, text in OTHERS.items():
        (tmp_path / name).write_text(text, "utf-8")
    self_signed(tmp_path / "certificate.pem")
    return tmp_path


def environ(secrets: Path, **more: str) -> dict[str, str]:
    return {
        **{f"{name.upper()}_FILE": str(secrets / name) for name in (*KEYS, "smtp_url")},
        "DATABASE_URL_FILE": f"{secrets}/database_{{service}}",
        "OWNER_DATABASE_URL_FILE": str(secrets / "database_owner"),
        "PUBLIC_URL": "https://portail.ville.example",
        "PROXY_REQUESTS_PER_10S": "200",
        "PROXY_CONNECTIONS": "300",
        **more,
    }


def test_secrets_of_make_secrets_are_valid_with_servers_of_the_town(secrets: Path) -> None:
    check(environ(secrets), secrets)
    own = dict.fromkeys(("OWN_POSTGRES", "OWN_RABBITMQ", "OWN_OBJECT_STORE"), "0")
    check(environ(secrets, COMPOSE_PROFILES="demo", **own), secrets)


def test_addresses_that_name_the_servers_of_a_cluster_are_valid(secrets: Path) -> None:
    for file in secrets.glob("database_*"):
        file.write_text(file.read_text("utf-8").replace("postgres:5432", "un:5432,deux:5432,trois:5432"), "utf-8")
    for file in secrets.glob("amqp_*"):
        file.write_text(file.read_text("utf-8").replace("rabbitmq:5672", "un:5672,deux:5672,trois:5672"), "utf-8")
    check(environ(secrets, RPC_QUEUES="quorum"), secrets)
    with pytest.raises(WrongSetting, match=r"RPC_QUEUES\s: secrets/amqp_services nomme plusieurs serveurs"):
        check(environ(secrets), secrets)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "Mairie"),
        ("CLAMAV", "clamav"),
        ("PARTNER_HOSTS", "https://portail.example"),
        ("LOG_LEVEL", "bavard"),
        ("TRUSTED_PROXIES", "oui"),
        ("PUBLIC_URL", "portail.ville.example"),
        ("PROXY_REQUESTS_PER_10S", "beaucoup"),
        ("PROXY_CONNECTIONS", "0"),
        ("OWN_POSTGRES", "2"),
        ("OWN_RABBITMQ", "non"),
        ("OWN_OBJECT_STORE", "-1"),
        ("POSTGRES_ARCHIVE", "oui"),
        ("POSTGRES_RESTORE", "2046-11-28T14:30"),
        ("ARCHIVE_S3_ENDPOINT", "https://s3.autre.example"),
        ("ARCHIVE_S3_SECURE", "non"),
        ("ARCHIVE_S3_REGION", "à l’ouest"),
        ("ARCHIVE_S3_BUCKET_PREFIX", "Ville"),
    ],
)
def test_a_wrong_setting_is_named(secrets: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=rf"^{name}\s: valeur incorrecte, il faut "):
        check(environ(secrets, **{name: value}), secrets)


@pytest.mark.parametrize(
    ("profile", "setting", "value"),
    [
        ("scan", "CLAMAV", "clamav:3310"),
        ("partners", "PARTNERS_PUBLIC_URL", "amqps://portail.ville.example:5671/partners"),
    ],
)
def test_a_compose_profile_requires_its_setting(secrets: Path, profile: str, setting: str, value: str) -> None:
    for missing in ({}, {setting: ""}):
        with pytest.raises(WrongSetting, match=rf"^{setting} manque, .*« {profile} »".replace(" ", r"\s")):
            check(environ(secrets, COMPOSE_PROFILES=f"demo, {profile}", **missing), secrets)

    check(environ(secrets, COMPOSE_PROFILES=f"demo, {profile}", **{setting: value}), secrets)


@pytest.mark.parametrize("name", [*KEYS, *OTHERS, "database_content", "certificate.pem"])
def test_an_empty_secret_is_named(secrets: Path, name: str) -> None:
    (secrets / name).write_text("\n", "utf-8")

    with pytest.raises(WrongSetting, match=f"^secrets/{name} est vide"):
        check(environ(secrets), secrets)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("amqp_services", "AMQP_URL"),
        ("amqp_relay", "AMQP_URL"),
        ("database_requests", "DATABASE_URL_FILE"),
        ("database_owner", "OWNER_DATABASE_URL"),
        ("rpc_key", "RPC_KEY"),
        ("smtp_url", "SMTP_URL"),
        ("rabbitmq_definitions.json", "secrets/rabbitmq_definitions.json"),
        ("certificate.pem", "secrets/certificate.pem"),
    ],
)
def test_a_secret_of_another_form_is_named(secrets: Path, name: str, said: str) -> None:
    (secrets / name).write_text("autre chose", "utf-8")

    with pytest.raises(WrongSetting, match=rf"^{said}\s"):
        check(environ(secrets), secrets)


def test_a_certificate_with_another_key_is_refused(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = self_signed(tmp_path_factory.mktemp("other") / "certificate.pem").read_text("ascii")
    own = secrets / "certificate.pem"
    own.write_text(
        own.read_text("ascii").partition("-----BEGIN PRIVATE")[0] + other[other.index("-----BEGIN PRIVATE") :]
    )

    with pytest.raises(WrongSetting, match="la clé de son premier certificat"):
        check(environ(secrets), secrets)


def test_a_file_of_settings_is_read_as_compose_reads_it() -> None:
    text = """
# MAIL_FROM=Mairie
PUBLIC_URL=https://portail.ville.example
CLAMAV=
LOG_LEVEL=info   # enough
MAIL_FROM="Espace citoyens <a@ville.example>"
REGION='a # b'
export LOG_LEVEL=debug
"""

    assert given(text) == {
        "PUBLIC_URL": "https://portail.ville.example",
        "CLAMAV": "",
        "LOG_LEVEL": "debug",
        "MAIL_FROM": "Espace citoyens <a@ville.example>",
        "REGION": "a # b",
    }
