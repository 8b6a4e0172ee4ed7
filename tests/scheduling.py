"""Which of the workers runs what."""

from xdist.scheduler import LoadFileScheduling

TOGETHER = "tests/e2e"


class ByFile(LoadFileScheduling):
    """A file runs on one worker; the journeys through the whole product all on the same one, for they share a portal."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(f"{TOGETHER}/") else super()._split_scope(nodeid)
