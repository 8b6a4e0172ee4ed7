"""The buckets of a deployment: what is kept stays in every version, what is never fetched goes by itself."""

from collections.abc import Mapping

import pytest
from minio import Minio
from minio.commonconfig import ENABLED

from services.chassis.settings import Settings
from services.documents.object_store import buckets
from services.documents.object_store.objects import Objects


@pytest.fixture
def own_objects(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Objects:
    """Under a prefix of their own: other tests expect a store that keeps no versions."""
    for name, value in {**environment, "S3_BUCKET_PREFIX": environment["S3_BUCKET_PREFIX"] + "-kept"}.items():
        monkeypatch.setenv(name, value)
    return Objects(Settings.load())


def test_the_job_protects_both_buckets_and_may_run_again(own_objects: Objects, s3: Minio) -> None:
    buckets.main()
    buckets.main()

    assert s3.get_bucket_versioning(own_objects.kept).status == ENABLED
    assert s3.get_bucket_versioning(own_objects.quarantine).status != ENABLED
    [rule] = s3.get_bucket_lifecycle(own_objects.quarantine).rules
    assert rule.expiration.days == 1


def test_a_store_that_is_away_is_named_in_one_sentence(
    environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environment, "S3_ENDPOINT": "127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit, match=r"^buckets : S3_ENDPOINT : le dépôt de fichiers ne peut pas être préparé"):
        buckets.main()
