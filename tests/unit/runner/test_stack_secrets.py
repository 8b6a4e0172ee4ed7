"""The secrets of a stack: their names betray nothing, and one that lacks is said in a sentence."""

import hashlib
import json
from pathlib import Path

import pytest

from deploy.swarm.bring_up import main
from deploy.swarm.engine import Stopped
from deploy.swarm.hashes import contents, keyed_by
from tests.unit.runner.conftest import Docker

# --- names


def named(secrets: Path, name: str) -> str:
    return keyed_by(str(secrets / "master_key"))(str(secrets / name))[""]


def test_the_name_of_a_secret_changes_with_its_content_alone(secrets: Path) -> None:
    first = named(secrets, "smtp_url")
    assert named(secrets, "smtp_url") == first
    assert named(secrets, "other_url") != first

    (secrets / "smtp_url").write_text("smtp://town:winter@relay", "utf-8")

    assert named(secrets, "smtp_url") != first


def test_no_password_can_be_tried_by_the_name_of_a_secret(secrets: Path) -> None:
    first, content = named(secrets, "smtp_url"), (secrets / "smtp_url").read_bytes()
    assert not hashlib.sha256(content).hexdigest().startswith(first)

    (secrets / "master_key").write_text("another", "utf-8")

    assert named(secrets, "smtp_url") != first


def test_each_file_of_a_folder_has_a_name_of_its_own(secrets: Path) -> None:
    found = keyed_by(str(secrets / "master_key"))(str(secrets))

    assert len(set(found.values())) == len({"master_key", "smtp_url", "other_url"} & set(found)) == 3


# --- one that lacks


def test_a_stack_without_its_secrets_is_refused(
    tmp_path: Path, docker: Docker, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "secrets" / "master_key"
    docker({"compose --profile": json.dumps({"secrets": {"master_key": {"file": str(missing)}}})})

    assert main([]) == 1
    said = capsys.readouterr().err.replace("\u00a0", " ")
    assert said.startswith(
        f"stack : {missing} n’existe pas : remettez-le de votre sauvegarde. Pour un portail qui n’a jamais tourné : deploy/make-secrets ; "
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError, "secrets/key n’est pas lisible par ce compte : relancez sous celui qui l’a créé."),
        (OSError, "secrets/key n’a pas pu être lu : vérifiez ce que c’est, et le disque."),
    ],
)
def test_a_secret_that_cannot_be_read_is_refused_with_the_reason_in_french(
    monkeypatch: pytest.MonkeyPatch, error: type[OSError], sentence: str
) -> None:
    def refused(_: Path) -> bool:
        raise error

    monkeypatch.setattr(Path, "is_file", refused)
    with pytest.raises(Stopped) as stopped:
        contents("secrets/key")
    assert str(stopped.value).replace("\u00a0", " ") == sentence


def test_a_secret_that_is_empty_or_gone_is_refused_by_its_name(secrets: Path) -> None:
    hashes = keyed_by(str(secrets / "master_key"))
    (secrets / "smtp_url").write_bytes(b"")
    (secrets / "other_url").unlink()

    with pytest.raises(Stopped, match=rf"^{secrets}/smtp_url est vide.*relancez deploy/make-secrets\.$"):
        hashes(str(secrets / "smtp_url"))
    with pytest.raises(Stopped, match=rf"^{secrets}/other_url n’existe pas"):
        hashes(str(secrets / "other_url"))
