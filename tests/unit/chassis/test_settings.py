"""A setting that cannot be meant is refused by its name before anything starts."""

import base64
from dataclasses import fields
from pathlib import Path

import pytest

from services.chassis.settings import Settings, WrongSetting

KEY = base64.b64encode(bytes(range(32))).decode()
WRONG = {
    "LOG_LEVEL": ("loud",),
    "LOG_FORMAT": ("xml",),
    "GATEWAY_PORT": ("abc", "70000", "0"),
    "S3_SECURE": ("maybe",),
    "RATE_LIMITS": ("many", "-1", "0", "nan"),
    "MASTER_KEY": ("c2hvcnQ=",),
    "RPC_KEY": ("c2hvcnQ=", f"{KEY} c2hvcnQ=", f"{KEY},{KEY}"),
    "GATEWAYS": ("0", "-2", "1.5", "deux"),
    "CLAMAV": ("clamav", "tcp://clamav:3310", "clamav:0"),
    "PUBLIC_URL": ("portail.ville.example", "https://portail.ville.example/", "https://portail.ville.example:0"),
    "SMTP_URL": ("relais.ville.example:25", "smtp://relais.ville.example:port", "smtp://relais.ville.example:99999"),
    "MAIL_FROM": ("Espace citoyens", "Mairie d’Aube <ne-pas-repondre@ville.example", "deux mots@ville.example"),
    "DATABASE_URL": (
        "mysql://ville@db.example/{service}",
        "postgresql://ville@db.example",
        "postgresql://ville@db.example,[2001:db8::1]/{service}",
    ),
    "OWNER_DATABASE_URL": ("db.example/{service}",),
    "DATABASE_POOL_SIZE": ("0", "-3", "2.5"),
    "AMQP_URL": (
        "http://courtier.ville.example",
        "amqp://courtier.ville.example:70000/parvis",
        "amqp://compte@un:5672,deux:70000,trois:5672/parvis",
        "amqp://compte@un:5672,,trois/parvis",
        "amqp://compte@un:5672,[2001:db8::1]:5672/parvis",
        "amqp://compte@/parvis",
        "file:/run/secrets/amqp",
    ),
    "PARTNERS_AMQP_URL": ("courtier.ville.example",),
    "PARTNERS_PUBLIC_URL": ("amqps://compte:secret@courtier.ville.example/partners",),
    "RABBITMQ_MANAGEMENT_URL": ("amqp://courtier.ville.example", "http://un:15672,deux:0"),
    "RPC_QUEUES": ("stream",),
    "S3_ENDPOINT": ("https://s3.ville.example", "s3.ville.example:0"),
    "S3_REGION": ("us east",),
    "S3_BUCKET_PREFIX": ("Ville d’Aube",),
    "TOWN": ("Saint-Aubin", "saint--aubin"),
    "GATEWAY_HOST": ("127.0.0.1:8000",),
    "HEALTH_PORT": ("-1",),
    "RPC_TIMEOUT_SECONDS": ("0", "inf"),
    "TRUSTED_PROXIES": ("-1",),
    "MAIL_INBOX_URL": ("javascript:alert(1)",),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_an_invalid_value_is_refused_by_the_name_of_its_setting(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=rf"^{name}\s: valeur incorrecte, il faut .*\.$"):
        Settings.load({name: value})


def test_the_sentence_repeats_no_secret() -> None:
    with pytest.raises(WrongSetting) as refused:
        Settings.load({"AMQP_URL": "http://ville:mot-secret@courtier"})
    assert "mot-secret" not in str(refused.value)


def test_every_number_has_its_limits_and_a_default_within_them() -> None:
    numbers = [setting for setting in fields(Settings) if isinstance(setting.default, int | float)]

    assert [s.name for s in numbers if s.metadata["limit"] is None and not isinstance(s.default, bool)] == []
    limits = [(setting.metadata["limit"], str(setting.default)) for setting in fields(Settings)]
    assert [default for limit, default in limits if limit and default and not limit.admits(default)] == []


RIGHT = {
    "DATABASE_URL": (
        "postgresql://ville:mot%40passe@db1.example:5432,db2.example:5432/{service}?sslmode=verify-full",
        "postgres:///{service}?host=/run/postgresql",
    ),
    "AMQP_URL": (
        "amqps://ville:secret@courtier.ville.example:5671/parvis",
        "amqp://courtier/%2F",
        "amqp://ville:secret@[2001:db8::1]:5672/parvis",
        "amqp://ville:secret@un:5672,deux:5672,trois/parvis",
    ),
    "PARTNERS_PUBLIC_URL": ("amqps://courtier.ville.example:5671/partners", "amqps://un:5671,deux:5671/partners"),
    "RABBITMQ_MANAGEMENT_URL": (
        "https://operator:secret@courtier.ville.example/mq",
        "http://operator:secret@un:15672,deux:15672",
    ),
    "RPC_QUEUES": ("classic", "quorum"),
    "S3_ENDPOINT": ("s3.fr-par.example", "object-store:9000"),
    "GATEWAY_HOST": ("::", "0.0.0.0"),
    "MAIL_INBOX_URL": ("http://localhost:8025",),
    "CLAMAV": ("[2001:db8::1]:3310",),
    "PUBLIC_URL": ("https://portail.ville.example:8443",),
    "SMTP_URL": ("smtps://compte:mot%40passe@relais.ville.example:465", "smtp://relais.ville.example"),
    "MAIL_FROM": ("ne-pas-repondre@ville.example", "Mairie d’Aube <ne-pas-repondre@ville.example>"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_a_valid_value_is_kept(name: str, value: str) -> None:
    assert getattr(Settings.load({name: value}), name.lower()) == value


@pytest.mark.parametrize(("value", "keys"), [(KEY, 1), (f"{KEY} {KEY}", 2), (f"{KEY}\n{KEY}\n", 2)])
def test_the_key_of_calls_may_have_its_predecessor_beside_it(value: str, keys: int) -> None:
    assert Settings.load({"RPC_KEY": value}).rpc_key == (bytes(range(32)),) * keys


def test_a_process_that_serves_needs_its_keys() -> None:
    with pytest.raises(WrongSetting, match="MASTER_KEY"):
        Settings.for_serving({})


def test_a_setting_may_lie_in_a_file_that_is_there_and_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "level"
    path.write_text("debug\n", encoding="utf-8")

    assert Settings.load({"LOG_LEVEL_FILE": str(path)}).log_level == "debug"
    with pytest.raises(WrongSetting, match="SMTP_URL_FILE"):
        Settings.load({"SMTP_URL_FILE": "/nowhere/at/all"})
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"SMTP_URL_FILE : le fichier .* est vide"):
        Settings.load({"SMTP_URL_FILE": str(tmp_path / "empty")})


def test_each_database_may_have_a_file_of_its_own_that_holds_an_address(tmp_path: Path) -> None:
    (tmp_path / "database_requests").write_text("postgresql://requests:secret@db/requests\n", encoding="utf-8")
    settings = Settings.load({"DATABASE_URL_FILE": f"{tmp_path}/database_{{service}}"})

    assert settings.database("requests") == "postgresql://requests:secret@db/requests"
    assert settings.owner_database("requests") == settings.database("requests")
    with pytest.raises(WrongSetting, match=r"DATABASE_URL_FILE : le fichier .*/database_accounts"):
        settings.database("accounts")
    (tmp_path / "database_requests").write_text("http://db/requests\n", encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"^DATABASE_URL_FILE\s: .*postgresql://"):
        Settings.load({"DATABASE_URL_FILE": f"{tmp_path}/database_{{service}}"}).database("requests")
