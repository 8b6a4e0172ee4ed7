"""A line of JSON becomes one line for a person."""

import argparse
from pathlib import Path

import pytest

from deploy.command.console import Console
from deploy.command.layout import Layout
from deploy.command.trouble import Trouble
from deploy.local.logs import Follower, dated, logs, readable

REQUEST = (
    '{"timestamp": "2026-11-24T10:20:30.5Z", "service": "requests", "event": "submit", "ms": 12.4, "status": "ok"}'
)


def test_a_json_line_is_summarised_and_any_other_is_shown_unchanged() -> None:
    assert readable("requests", REQUEST) == "10:20:30 requests     submit 12 ms ok"
    assert readable("rabbitmq", "2026-11-24 node up").endswith("rabbitmq     2026-11-24 node up")


def test_lines_of_several_logs_are_sorted_by_their_time() -> None:
    [request] = dated([REQUEST])
    node = [*dated(["booting", "2026-11-24 10:20:31 node up", "  with its plugins"])]
    assert [line for _, line in sorted([*node, request], key=lambda pair: pair[0])] == [
        "booting",
        REQUEST,
        *(line for _, line in node[1:]),
    ]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(home=tmp_path)
    made.logs.mkdir()
    return made


def following(layout: Layout, service: str | None = None) -> tuple[Follower, list[str]]:
    """A follower, and the lines that it shows."""
    shown: list[str] = []
    console = Console()
    console.say = shown.append  # type: ignore[method-assign]
    return Follower(layout, console, service), shown


def test_only_whole_new_lines_are_shown_and_a_log_emptied_meanwhile_is_read_anew(layout: Layout) -> None:
    log = layout.log("relay")
    log.write_text("old\n")
    follower, shown = following(layout)
    with log.open("a") as stream:
        stream.write("first\nsec")
    follower.show_new()
    log.write_text("again\n")
    follower.show_new()
    assert [line.split()[-1] for line in shown] == ["first", "again"]


@pytest.mark.parametrize(("asked", "shown"), [(None, ["W1126"]), ("s3", ["I1126", "W1126"])])
def test_info_lines_of_the_object_store_are_shown_only_when_asked_for(
    layout: Layout, asked: str | None, shown: list[str]
) -> None:
    layout.log("s3").touch()
    follower, said = following(layout, asked)
    layout.log("s3").write_text("I1126 13:00:00.1 LockRing\nW1126 13:00:01.2 disk\n")
    follower.show_new()
    assert [line.split()[1] for line in said] == shown


def test_missing_logs_and_an_unknown_name_have_different_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(home=tmp_path)
    monkeypatch.setattr("deploy.local.logs.here", lambda: layout)
    wanted = argparse.Namespace(service="nothing", lines=1, follow=False)
    with pytest.raises(Trouble, match="pas encore de journal"):
        logs(wanted)
    layout.logs.mkdir()
    layout.log("requests").touch()
    with pytest.raises(Trouble, match="ceux qui existent : requests"):
        logs(wanted)
