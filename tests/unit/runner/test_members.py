"""Which members of a cluster `deploy/swarm/stack` replaces, and after which check; what of their machines it refuses."""

import pytest

from deploy.swarm import bring_up, members
from deploy.swarm.bring_up import check_kept, replace_members
from deploy.swarm.engine import Stopped, Task
from deploy.swarm.members import check_labels, members_away
from deploy.swarm.stack_file import MADE_OF, Tree
from deploy.swarm.waiting import Count

MEMBERS = ("one", "two", "three")
CHECKED = {"whole": MEMBERS, "other-whole": ("another",)}


def member(made_of: str, number: int = 1) -> Tree:
    placement = {"constraints": [f"node.labels.parvis == {number}"]}
    return {"deploy": {"labels": {MADE_OF: made_of}, "placement": placement}}


MADE: Tree = {"services": {name: member("new", number) for number, name in enumerate(MEMBERS, 1)}}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is deployed, in its order, where `one` did not change and `three` does not run."""
    done: list[str] = []
    made_of = {"town_one": "new", "town_two": "old", "town_three": "old"}
    monkeypatch.setattr(bring_up, "inspected", lambda service: {"Spec": {"Labels": {MADE_OF: made_of[service]}}})
    run(monkeypatch, town_three=(0, 1))
    had_states(monkeypatch, ["Running 3 hours ago", "Failed 3 hours ago"])
    monkeypatch.setattr(bring_up, "deploy", lambda _name, _made, names, **_: done.extend(names))
    return done


def run(monkeypatch: pytest.MonkeyPatch, **others: tuple[int, int]) -> None:
    """One task of each runs, which is wanted; of these `others`, so many of so many."""
    monkeypatch.setattr(
        bring_up, "counts", lambda services: {one: Count(*others.get(one, (1, 1)), refused=False) for one in services}
    )


def had_states(monkeypatch: pytest.MonkeyPatch, states: list[str], **others: list[str]) -> None:
    """The states of the tasks that each had, the last one first; of these `others`, those."""
    monkeypatch.setattr(
        bring_up,
        "tasks",
        lambda services: {
            one: [Task("", f"{one}.1", "m1", "Running", state) for state in others.get(one, states)] for one in services
        },
    )


def test_what_does_not_run_comes_first_and_the_others_after_a_check(deployed: list[str]) -> None:
    changed = list(replace_members("town", MADE, MEMBERS, CHECKED, set()))

    assert changed == ["three", "two"]
    assert deployed == ["three", "whole", "two"]


def test_one_whose_last_change_was_given_up_is_repaired_though_it_seems_to_run(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = bring_up.inspected
    run(monkeypatch)
    monkeypatch.setattr(
        bring_up,
        "inspected",
        lambda service: (
            (asked(service) or {}) | {"UpdateStatus": {"State": "paused" if service == "town_three" else ""}}
        ),
    )

    list(replace_members("town", MADE, MEMBERS, CHECKED, set()))

    assert deployed == ["three", "whole", "two"]


@pytest.mark.parametrize(
    ("failures", "order"),
    [
        (["Failed 6 seconds ago", "Failed about a minute ago"], ["three", "whole", "two"]),
        (["Failed less than a second ago", "Failed 2 minutes ago"], ["whole", "two", "whole", "three"]),
        (["Failed 2 minutes ago", "Failed 3 minutes ago"], ["whole", "two", "whole", "three"]),
        (["Shutdown 6 seconds ago", "Shutdown 20 seconds ago"], ["whole", "two", "whole", "three"]),
    ],
    ids=["fails-again-and-again", "failed-once", "long-ago", "was-replaced"],
)
def test_one_that_failed_twice_lately_is_repaired_though_it_runs_just_now(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch, failures: list[str], order: list[str]
) -> None:
    run(monkeypatch)
    had_states(monkeypatch, ["Running 1 second ago"], town_three=["Running 1 second ago", *failures])

    list(replace_members("town", MADE, MEMBERS, CHECKED, set()))

    assert deployed == order


def test_one_that_was_scaled_to_nothing_is_brought_back_though_unchanged(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, town_one=(0, 0))

    changed = list(replace_members("town", MADE, ("two", "one"), CHECKED, set()))

    assert changed == ["one", "two"]
    assert deployed == ["one", "whole", "two"]


def test_no_member_is_replaced_after_a_check_that_failed(deployed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def deploy(_name: str, _made: Tree, names: list[str]) -> None:
        if "whole" in names:
            raise Stopped("pas entière")
        deployed.extend(names)

    monkeypatch.setattr(bring_up, "deploy", deploy)
    with pytest.raises(Stopped, match="pas entière"):
        list(replace_members("town", MADE, MEMBERS, CHECKED, set()))
    assert deployed == ["three"]


def test_one_whose_machine_is_away_is_not_waited_for_and_keeps_its_cluster_as_it_is(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[tuple[list[str], bool]] = []
    monkeypatch.setattr(bring_up, "deploy", lambda _name, _made, names, *, waits=True: done.append((names, waits)))

    changed = list(replace_members("town", MADE, MEMBERS, CHECKED, {"three"}))

    assert (changed, done) == ([], [(["three"], False)])
    said = capsys.readouterr().err.replace("\u00a0", " ")
    assert said == "two garde sa version d’avant jusqu’à un prochain lancement : il manque three.\n"


def test_a_member_of_another_cluster_is_replaced_while_a_machine_is_away(deployed: list[str]) -> None:
    assert list(replace_members("town", MADE, ["two"], CHECKED, {"another"})) == ["two"]
    assert deployed == ["whole", "two"]


@pytest.mark.parametrize(
    ("state", "away"), [("Ready Active", False), ("Ready Pause", False), ("Ready Drain", True), ("Down Active", True)]
)
def test_a_machine_that_is_dead_or_drained_is_said_with_its_members(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: str, away: bool
) -> None:
    monkeypatch.setattr(members, "services", lambda _name: {"town_one", "town_two"})
    monkeypatch.setattr(
        members, "docker", lambda *words: "Ready Active\n" if "node.label=parvis=1" in words else f"{state}\n"
    )

    assert members_away("town", MADE) == ({"two"} if away else set()), "three is not there yet"
    said = capsys.readouterr().err.replace("\u00a0", " ")
    assert said.startswith("Membres dont la machine manque (docker node ls) : two. ") if away else said == ""


@pytest.mark.parametrize(
    ("machines", "sentence"),
    [
        ("", "two : aucune machine n’a l’étiquette parvis=2 : docker node update --label-add parvis=2 MACHINE"),
        ("b\na\n", "two : 2 machines ont l’étiquette parvis=2 : a, b."),
    ],
)
def test_a_number_that_no_machine_or_two_have_is_refused(
    monkeypatch: pytest.MonkeyPatch, machines: str, sentence: str
) -> None:
    def docker(*arguments: str) -> str:
        return machines if "node.label=parvis=2" in arguments else "somewhere\n"

    monkeypatch.setattr(members, "docker", docker)
    with pytest.raises(Stopped) as refused:
        check_labels(MADE)
    assert str(refused.value).replace("\u00a0", " ") == sentence


@pytest.mark.parametrize(
    ("member", "file"), [("rabbitmq2", "deploy/swarm/rabbitmq.yml"), ("cache1", "le fichier qui l’ajoute")]
)
def test_a_member_that_the_files_no_longer_name_is_never_taken_away(
    monkeypatch: pytest.MonkeyPatch, member: str, file: str
) -> None:
    labels = {f"town_{member}": {MADE_OF: "of something"}, "town_old": {}, "town_one": {MADE_OF: "new"}}
    monkeypatch.setattr(bring_up, "services", lambda _name: set(labels))
    monkeypatch.setattr(bring_up, "inspected", lambda service: {"Spec": {"Labels": labels[service]}})

    with pytest.raises(Stopped, match=rf"^town_{member} tourne, .* redonnez {file} à COMPOSE_FILE dans \.env\."):
        check_kept("town", MADE)

    del labels[f"town_{member}"]
    check_kept("town", MADE)
