"""One cluster for all tests, which come in the order of their file: each needs all three machines, and leaves them whole."""

from collections.abc import Iterator

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.machines import Machines


@pytest.fixture(scope="session")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    if why := Machines(folder).impossible():
        pytest.skip(f"each machine needs an /etc/hosts of its own, and this one allows no mount namespace: {why}")
    with Cluster(folder) as cluster:
        yield cluster


@pytest.fixture
def cluster(_cluster: Cluster) -> Cluster:
    """Three machines that have all they are to have, and our processes ready."""
    _cluster.wait_until_whole()
    _cluster.wait_until_ready()
    return _cluster
