"""An instance never leaves its data behind because a variable is there, or is there no more."""

from pathlib import Path

import pytest

from deploy.command.layout import Layout
from deploy.command.trouble import Trouble
from deploy.local import given as settings

GIVEN = {
    "DATABASE_URL": "postgresql://ville:mot-secret@db.example:5432/{service}",
    "AMQP_URL": "amqp://ville:mot-secret@un.example,deux.example:5673/parvis",
    "S3_ENDPOINT": "s3.example:9000",
}
PLACES = {
    "DATABASE_URL": "db.example:5432",
    "AMQP_URL": "un.example,deux.example:5673",
    "S3_ENDPOINT": "s3.example:9000",
}
FOLDERS = {"DATABASE_URL": "postgres", "AMQP_URL": "rabbitmq", "S3_ENDPOINT": "s3"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(home=tmp_path)


def data_of(layout: Layout, setting: str) -> Path:
    folder = layout.home / FOLDERS[setting] / "data"
    folder.mkdir(parents=True)
    return folder


def test_a_first_start_accepts_any_servers(layout: Layout) -> None:
    settings.stay(layout, {})
    settings.stay(layout, GIVEN)


@pytest.mark.parametrize("setting", GIVEN)
def test_the_next_start_goes_on_where_the_last_one_was(layout: Layout, setting: str) -> None:
    settings.remember(layout, {setting: GIVEN[setting], "LOG_LEVEL": "debug"})
    for other in GIVEN.keys() - {setting}:
        (data_of(layout, other) / "rows").touch()

    settings.stay(layout, {setting: GIVEN[setting]})


@pytest.mark.parametrize("setting", GIVEN)
def test_a_removed_server_is_named_without_its_password(layout: Layout, setting: str) -> None:
    settings.remember(layout, GIVEN)

    with pytest.raises(Trouble, match=f"ses données sur {PLACES[setting]} .*donnez de nouveau {setting}") as refused:
        settings.stay(layout, {name: value for name, value in GIVEN.items() if name != setting})
    assert "mot-secret" not in str(refused.value) + layout.named_servers.read_text("utf-8")


@pytest.mark.parametrize("setting", GIVEN)
def test_a_server_that_is_named_in_the_place_of_ours_is_not_used(layout: Layout, setting: str) -> None:
    folder = data_of(layout, setting)
    settings.remember(layout, {})
    settings.stay(layout, GIVEN)  # ours holds nothing yet
    (folder / "rows").touch()

    with pytest.raises(Trouble, match=f"{setting} nomme {PLACES[setting]}, .*relancez sans {setting}") as refused:
        settings.stay(layout, GIVEN)
    assert str(folder.parent) in str(refused.value)
    assert "mot-secret" not in str(refused.value)


def test_an_unreadable_record_of_servers_stops_the_start(layout: Layout) -> None:
    layout.named_servers.write_text("[]")

    with pytest.raises(Trouble, match="où sont les données"):
        settings.stay(layout, {})


def test_beginning_anew_forgets_the_servers_that_were_named(layout: Layout) -> None:
    with layout.lock():
        layout.open()
        settings.remember(layout, GIVEN)
        layout.erase()
        settings.stay(layout, {})
