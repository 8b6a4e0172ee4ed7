"""A setting that cannot be meant is refused by its name before anything starts."""

from pathlib import Path

import pytest

from services.chassis.settings import Settings, WrongSetting


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("GATEWAY_PORT", "abc"),
        ("S3_SECURE", "maybe"),
        ("RATE_LIMITS", "many"),
        ("MASTER_KEY", "c2hvcnQ="),
        ("CLAMAV", "clamav"),
        ("CLAMAV", "tcp://clamav:3310"),
        ("PUBLIC_URL", "portail.ville.example"),
        ("PUBLIC_URL", "https://portail.ville.example/"),
        ("SMTP_URL", "relais.ville.example:25"),
        ("SMTP_URL", "smtp://relais.ville.example:port"),
        ("MAIL_FROM", "Espace citoyens"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        Settings.load({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLAMAV", "[2001:db8::1]:3310"),
        ("PUBLIC_URL", "https://portail.ville.example:8443"),
        ("SMTP_URL", "smtps://compte:mot%40passe@relais.ville.example:465"),
        ("SMTP_URL", "smtp://relais.ville.example"),
        ("MAIL_FROM", "ne-pas-repondre@ville.example"),
        ("MAIL_FROM", "Mairie d’Aube <ne-pas-repondre@ville.example>"),
    ],
)
def test_a_value_that_can_be_meant_is_kept(name: str, value: str) -> None:
    assert getattr(Settings.load({name: value}), name.lower()) == value


def test_a_process_that_serves_needs_its_keys() -> None:
    with pytest.raises(WrongSetting, match="MASTER_KEY"):
        Settings.for_serving({})


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "level"
    path.write_text("debug\n", encoding="utf-8")

    assert Settings.load({"LOG_LEVEL_FILE": str(path)}).log_level == "debug"


def test_a_file_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(WrongSetting, match="SMTP_URL_FILE"):
        Settings.load({"SMTP_URL_FILE": "/nowhere/at/all"})


def test_a_file_that_holds_nothing_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")

    with pytest.raises(WrongSetting, match=r"SMTP_URL_FILE : le fichier .* est vide"):
        Settings.load({"SMTP_URL_FILE": str(tmp_path / "empty")})


def test_each_database_may_have_a_file_of_its_own_read_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "database_requests").write_text("postgresql://requests:secret@db/requests\n", encoding="utf-8")
    settings = Settings.load({"DATABASE_URL_FILE": f"{tmp_path}/database_{{service}}"})

    assert settings.database("requests") == "postgresql://requests:secret@db/requests"
    assert settings.owner_database("requests") == settings.database("requests")
    with pytest.raises(WrongSetting, match=r"DATABASE_URL_FILE : le fichier .*/database_accounts"):
        settings.database("accounts")
