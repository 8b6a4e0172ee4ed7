"""What stands beside our figures: what the peer needs for the same work (docs/performance.md)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """What the peer needs for the same work, on a quiet machine of the same kind: its processes, and with its PostgreSQL."""

    alone: str
    whole: str


PEERS = {
    "submit": Peer("Open Zaak 90–108 in two requests; create alone, in one: 34–39", "109–127; create alone: 40–46"),
    "read": Peer("Open Zaak 33–38 in two requests", "43–56"),
    "list": Peer("Open Zaak 47–52", "52–63"),
    "chain": Peer("", "Open Zaak 195–280"),
    "rest": Peer("Open Zaak 11", "13"),
}
