"""What the environment names takes the place of ours, if it can be meant."""

from pathlib import Path

import pytest

from deploy.command.trouble import Trouble
from deploy.local.given import given_settings, servers_with_data

DATABASE = "postgresql://town:secret@db.example/{service}"


def test_only_settings_given_by_name_or_in_a_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{DATABASE}\n")

    found = given_settings({"DATABASE_URL_FILE": "url", "PARVIS_CWD": str(tmp_path)})

    assert found == {"DATABASE_URL": DATABASE}
    assert given_settings({"PATH": "/bin", "SMTP_URL": "smtp://mail.example:25", "AMQP_URL": ""}) == {
        "SMTP_URL": "smtp://mail.example:25"
    }
    assert servers_with_data({"SMTP_URL": "smtp://mail.example", "S3_ENDPOINT": "s3.example"}) == ["S3_ENDPOINT"]


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://db.example/town"}, r"DATABASE_URL doit contenir \{service\}"),
        ({"DATABASE_URL": DATABASE, "OWNER_DATABASE_URL": "postgresql://db/x"}, "OWNER_DATABASE_URL doit contenir"),
        ({"OWNER_DATABASE_URL": DATABASE}, "OWNER_DATABASE_URL ne va qu’avec DATABASE_URL"),
        ({"PARTNERS_AMQP_URL": "amqp://mq.example/p"}, "PARTNERS_AMQP_URL ne va qu’avec AMQP_URL"),
        ({"S3_SECRET_KEY": "secret"}, "S3_SECRET_KEY ne va qu’avec S3_ENDPOINT"),
        ({"GATEWAY_PORT": "many"}, "GATEWAY_PORT : valeur incorrecte"),
        ({"MASTER_KEY_FILE": "/nowhere/key"}, "MASTER_KEY_FILE : le fichier /nowhere/key ne peut pas être lu"),
    ],
)
def test_impossible_settings_are_refused_before_any_start(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence):
        given_settings(environ)
