"""The fault tests share one deployment; each has the whole of it, for the machine's attention is part of what they measure."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.deployment import Deployment
from tests.faults.releases import TwoReleases, unpack_previous

UPGRADE = Path(__file__).with_name("test_upgrade.py")


class SessionDeployment:
    """Opened once for all tests: with two releases for that of the upgrade, with this one alone for the others.

    What the test of the upgrade has stored stays there.
    """

    def __init__(self, folder: Path, open_until_the_end: ExitStack) -> None:
        self._folder, self._until_the_end = folder, open_until_the_end
        self._opened: Deployment | None = None

    def of_two_releases(self) -> TwoReleases:
        assert self._opened is None, "a town of the previous release is upgraded, so this test is the first one"
        previous = unpack_previous(self._folder / "previous")
        opened = self._until_the_end.enter_context(TwoReleases(self._folder / "upgraded", previous))
        self._opened = opened
        return opened

    def of_this_release(self) -> Deployment:
        if self._opened is None:
            self._opened = self._until_the_end.enter_context(Deployment(self._folder / "deployment"))
        elif isinstance(self._opened, TwoReleases):
            self._opened.keep_this_release()
        return self._opened


@pytest.hookimpl(trylast=True)  # the files come in an order drawn by lot
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The upgrade comes first, because its deployment begins with the previous release."""
    items.sort(key=lambda item: item.path != UPGRADE)


@pytest.fixture(scope="session")
def _session_deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionDeployment]:
    with ExitStack() as until_the_end:
        yield SessionDeployment(tmp_path_factory.mktemp("deployments"), until_the_end)


@pytest.fixture
def deployment(_session_deployment: SessionDeployment) -> Deployment:
    """The demo town, up and ready, whatever the test before it has done."""
    deployment = _session_deployment.of_this_release()
    deployment.wait_until_ready()
    return deployment


@pytest.fixture
def two_releases(_session_deployment: SessionDeployment) -> TwoReleases:
    """The previous release, up with the demo town."""
    return _session_deployment.of_two_releases()
