"""What stands in for a base image: made where no registry is reached, never where one answers, and no longer so called afterwards."""

from itertools import pairwise
from subprocess import CompletedProcess

import pytest

from tests.compose import stand_ins

OFFLINE = (
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp 127.0.0.1:443: connect: connection refused',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled (Client.Timeout exceeded)',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": proxyconnect tcp: Forbidden',
    "failed to do request: tls: failed to verify certificate: x509: certificate signed by unknown authority",
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
)
ANSWERED = (
    "Error response from daemon: manifest for postgres:18 not found: manifest unknown: manifest unknown",
    'failed to resolve reference "docker.io/library/postgres:18": docker.io/library/postgres:18: not found',
    "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.",
    "unexpected status from HEAD request to https://registry-1.docker.io/v2/library/postgres: 429 Too Many Requests",
    "Error response from daemon: pull access denied for postgres, repository does not exist or may require 'docker login'",
    "Error response from daemon: unauthorized: authentication required",
)


class Docker:
    """An engine without network that holds these images; a stand-in is marked with yes."""

    def __init__(self, images: dict[str, str], said: str) -> None:
        self.images, self.said = images, said

    def __call__(self, *words: str, check: bool = False) -> CompletedProcess[str]:
        code, out = 0, ""
        match words:
            case ("image", "inspect", *_, image):
                code, out = int(image not in self.images), self.images.get(image, "")
            case ("image", "rm", image):
                del self.images[image]
            case ("pull", *_):
                code = 1
            case ("tag", image, name):
                self.images[name] = self.images[image]
            case ("build", *_):
                self.images |= {name: "yes" for option, name in pairwise(words) if option == "-t"}
            case _:
                raise AssertionError(words)
        return CompletedProcess(words, code, stdout=f"{out}\n", stderr=f"{self.said}\n")


@pytest.fixture
def said() -> list[str]:
    return []


def engine(monkeypatch: pytest.MonkeyPatch, images: dict[str, str], said: str = OFFLINE[0]) -> Docker:
    docker = Docker(images, said)
    monkeypatch.setattr(stand_ins, "_docker", docker)
    return docker


def without_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_ins.shutil, "which", lambda _: None)


@pytest.mark.parametrize("words", OFFLINE)
def test_an_unreachable_registry_is_not_a_refusal(words: str) -> None:
    assert stand_ins.withheld(words) == ""


@pytest.mark.parametrize("words", ANSWERED)
def test_a_registry_that_refuses_is_quoted_and_no_stand_in_is_made(
    words: str, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    assert stand_ins.withheld(f"Using default tag\n{words}\n") == words
    docker = engine(monkeypatch, {}, words)
    with pytest.raises(stand_ins.NoImage, match=r"^postgres:18: the registry answers and does not give it"):
        stand_ins.made({"postgres": "postgres:18"}, said.append)
    assert docker.images == {}


def test_a_stand_in_bears_the_real_name_during_a_run_only(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    docker = engine(monkeypatch, {"haproxy:3.0": "", "parvis-stand-in/debian": "yes"})
    wanted = {"haproxy": "haproxy:3.0", "rabbitmq": "rabbitmq:4-management"}

    made = stand_ins.made(wanted, said.append)

    assert made == stand_ins.among(wanted.values()) == ["rabbitmq:4-management"]
    stand_ins.take_back(wanted.values())
    assert set(docker.images) == {"haproxy:3.0", "parvis-stand-in/debian", "parvis-stand-in/rabbitmq"}


def test_a_stand_in_left_by_an_interrupted_run_is_not_the_real_image(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    engine(monkeypatch, {"postgres:18": "yes"}, ANSWERED[0])

    with pytest.raises(stand_ins.NoImage):
        stand_ins.made({"postgres": "postgres:18"}, said.append)


def test_a_missing_registry_and_mmdebstrap_are_reported_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    engine(monkeypatch, {})
    without_maker(monkeypatch)

    why = stand_ins.why_not()

    assert why is not None and "mmdebstrap" in why and "\n" not in why
    with pytest.raises(stand_ins.NoImage, match="mmdebstrap"):
        stand_ins.made({"postgres": "postgres:18"}, said.append)


def test_an_engine_with_the_image_or_a_registry_that_withholds_it_is_tested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_maker(monkeypatch)
    engine(monkeypatch, {stand_ins.BASES["python"]: ""})
    assert stand_ins.why_not() is None

    engine(monkeypatch, {}, ANSWERED[2])
    assert stand_ins.why_not() is None
