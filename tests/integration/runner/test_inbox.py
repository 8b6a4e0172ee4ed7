"""The demonstration's inbox opens with its token alone, and to no other user of the machine."""

import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from deploy.local import ports, ready
from deploy.local.probes import answers

ROOT = Path(__file__).parents[3]
READY_SECONDS = 60
GUARDED = ("/", "/mails/000001", "/mails/000001/html", "/mails/000001/source", "/api/mails", "/inbox.js", "/nulle-part")


class Inbox:
    """The mail server as `up` starts it, in a folder of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        chosen = ports.choose(["smtp", "http"], home=folder)
        self.mails, self.token_file = folder / "mails", folder / "mails" / "token"
        self.url = f"http://127.0.0.1:{chosen['http']}"
        self._smtp = chosen["smtp"]
        command = [sys.executable, "-m", "deploy.inbox.mail_sink", "--folder", str(self.mails)]
        places = ["--smtp-port", str(chosen["smtp"]), "--http-port", str(chosen["http"])]
        self.child = subprocess.Popen([*command, *places, *options], cwd=ROOT)
        deadline = time.monotonic() + READY_SECONDS
        while not answers(chosen["http"], 1):
            assert self.child.poll() is None
            assert time.monotonic() < deadline
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = (
            "Votre suivi, à l’accueil",
            "a@ville.example",
            "b@courriel.example",
        )
        message.set_content("Reçue : https://portail.example/suivi/secret")
        with smtplib.SMTP("127.0.0.1", self._smtp) as client:
            client.send_message(message)

    @property
    def token(self) -> str:
        return self.token_file.read_text()

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(timeout=30)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    folder = tmp_path_factory.mktemp("inbox")
    begun = Inbox(folder, "--token-file", str(folder / "mails" / "token"))
    yield begun
    begun.stop()


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("given", [{}, {"auth": ("", "faux")}, {"headers": {"Authorization": "Basic !!"}}])
def test_without_the_token_no_mail_is_shown(inbox: Inbox, path: str, given: dict[str, object]) -> None:
    answer = requests.get(inbox.url + path, timeout=10, **given)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert "Votre suivi" not in answer.text
    assert str(inbox.token_file) in answer.text
    assert inbox.token not in answer.text


def test_the_printed_address_is_swapped_for_a_cookie(inbox: Inbox) -> None:
    printed = ready.inbox({"mail": inbox.url, "mail_token": str(inbox.token_file)})
    browser = requests.Session()
    first = browser.get(printed, timeout=10, allow_redirects=False)
    assert (first.status_code, first.headers["Location"]) == (303, "/")
    assert re.fullmatch(rf"parvis-inbox-\d+={inbox.token}; HttpOnly; Path=/; SameSite=Lax", first.headers["Set-Cookie"])
    assert "Votre suivi" in browser.get(inbox.url, timeout=10).text


def test_a_wrong_token_is_refused_with_a_sentence(inbox: Inbox) -> None:
    answer = requests.get(f"{inbox.url}/", params={"jeton": inbox.token[:-1]}, timeout=10)
    assert answer.status_code == 403
    assert "n’est pas celui de cette boîte" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_program_sends_the_token_as_a_password(inbox: Inbox) -> None:
    [mail] = requests.get(f"{inbox.url}/api/mails", auth=("", inbox.token), timeout=10).json()
    assert mail["subject"] == "Votre suivi, à l’accueil"
    assert mail["text"].strip() == "Reçue : https://portail.example/suivi/secret"


def test_mails_and_token_are_readable_by_their_owner_alone(inbox: Inbox) -> None:
    files = [file for file in inbox.mails.iterdir() if file.is_file()]
    assert {file.suffix for file in files} == {".eml", ""}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_the_token_stays_the_same_at_the_next_start(tmp_path: Path) -> None:
    found: list[str] = []
    for _ in range(2):
        begun = Inbox(tmp_path, "--token-file", str(tmp_path / "mails" / "token"))
        found.append(begun.token)
        begun.stop()
    assert found[0] == found[1]


def test_without_a_token_file_the_pages_are_open(
    tmp_path: Path,
) -> None:
    begun = Inbox(tmp_path)
    assert "Votre suivi" in requests.get(begun.url, timeout=10).text
    begun.stop()
