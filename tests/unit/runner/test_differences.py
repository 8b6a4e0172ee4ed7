"""In what the machines of a swarm differ, as `deploy/swarm/stack` says it."""

import pytest

from deploy.swarm import machines


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("a\t26.1.5\nb\t26.1.5\nc\t26.1.5\n", []),
        ("a\t26.1.5\nb\t26.1.5\nc\t\n", []),
        (
            "b\t26.1.5\na\t26.1.5\nc\t25.0.3\n",
            [
                "Toutes les machines n’ont pas la même version de Docker : 25.0.3 sur c ; 26.1.5 sur a, b. Donnez-leur la même."
            ],
        ),
        (
            "a\t26.1.5\nb\t26.1.5\nb\t26.1.5\n",
            [
                "2 machines se nomment b (docker node ls) : donnez à l’une un autre nom (hostnamectl set-hostname), ou retirez celle qui "
                "n’est plus là (docker node rm). D’ici là, les commandes demandent leur identifiant."
            ],
        ),
    ],
    ids=["the same", "one not known yet", "another version", "one name for two"],
)
def test_machines_of_several_versions_or_of_one_name_are_named(
    monkeypatch: pytest.MonkeyPatch, listed: str, said: list[str]
) -> None:
    monkeypatch.setattr(machines, "docker", lambda *_: listed)

    assert [one.replace("\u00a0", " ") for one in machines.differences()] == said
