"""What the tests start themselves leaves the machine as it was."""

from tests.compose.packet_filter import undoing

FOUND = [("filter", ":INPUT ACCEPT"), ("filter", ":FORWARD ACCEPT"), ("filter", "-A INPUT -i lo -j ACCEPT")]
CAME = [
    ("filter", ":INPUT ACCEPT"),
    ("filter", ":FORWARD DROP"),
    ("filter", ":DOCKER -"),
    ("filter", "-A INPUT -i lo -j ACCEPT"),
    ("filter", "-A FORWARD -o docker0 -j DOCKER"),
    ("nat", ":DOCKER -"),
    ("nat", '-A DOCKER -m comment --comment "by Docker" -j RETURN'),
]


def test_only_packet_filter_rules_of_the_daemon_are_undone() -> None:
    assert undoing(FOUND, CAME) == [
        ["-t", "filter", "-D", "FORWARD", "-o", "docker0", "-j", "DOCKER"],
        ["-t", "nat", "-D", "DOCKER", "-m", "comment", "--comment", "by Docker", "-j", "RETURN"],
        ["-t", "filter", "-P", "FORWARD", "ACCEPT"],
        ["-t", "filter", "-X", "DOCKER"],
        ["-t", "nat", "-X", "DOCKER"],
    ]
    assert undoing(FOUND, FOUND) == []
