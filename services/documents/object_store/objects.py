"""The object store: a quarantine bucket that uploads reach by a short-lived address, and the bucket of what is kept.

Every wait is bounded. An object's key is random; its bytes are written once. The store's own errors become Unavailable.
"""

import hashlib
import http.client
import math
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import urllib3
from minio.commonconfig import ENABLED, Filter
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.versioningconfig import SUSPENDED, VersioningConfig

from services.chassis import object_store
from services.chassis.errors import Unavailable
from services.chassis.object_store import UNREACHABLE
from services.chassis.settings import Settings

UPLOAD_VALID = timedelta(minutes=15)
DOWNLOAD_VALID = timedelta(minutes=2)
USUAL = urllib3.Timeout(connect=1, read=3)
STREAMED = urllib3.Timeout(connect=5, read=30)
"""Of a write that may take minutes: how long one chunk of it may wait, and its end."""
CHUNK_BYTES = 256 * 1024


class StoreUnavailable(Unavailable):
    code = "object_store_unavailable"
    message = "Le dépôt de fichiers ne répond pas pour l’instant : réessayez dans un moment."


class Objects:
    """One per process; made after monkey patching, safe for any number of greenlets."""

    def __init__(self, settings: Settings) -> None:
        self.quarantine = object_store.bucket(settings, "quarantine")
        self.kept = object_store.bucket(settings, "files")
        self._http = object_store.connections(USUAL, at_once=20)
        self._client = object_store.client(settings, self._http)

    def answers(self) -> bool:
        """Whether the store answers, and has the bucket that keeps. Raises StoreUnavailable when it does not answer."""
        with _translated():
            return self._client.bucket_exists(self.kept)

    def make_buckets(self) -> None:
        """Both buckets exist when this returns; several processes may ask at once."""
        with _translated():
            for bucket in (self.quarantine, self.kept):
                if self._client.bucket_exists(bucket):
                    continue
                try:
                    self._client.make_bucket(bucket)
                except S3Error as error:
                    if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                        raise

    def protect(self) -> None:
        """What is kept is kept in every version, so that no mistake overwrites it; what was not fetched goes after a day."""
        forgotten = Rule(ENABLED, rule_filter=Filter(prefix=""), rule_id="quarantine", expiration=Expiration(days=1))
        with _translated():
            self._client.set_bucket_versioning(self.kept, VersioningConfig(ENABLED))
            self._client.set_bucket_lifecycle(self.quarantine, LifecycleConfig([forgotten]))

    def upload_address(self, key: str) -> str:
        return self._client.presigned_put_object(self.quarantine, key, UPLOAD_VALID)

    def download_address(self, key: str) -> str:
        return self._client.presigned_get_object(self.kept, key, DOWNLOAD_VALID)

    def fetch_upload(self, key: str, target: Path, max_bytes: int) -> int | None:
        """Copies an upload to `target` and gives its size, more than `max_bytes` left unread; None when there is none."""
        with self._content(self.quarantine, key) as chunks:
            return None if chunks is None else _written(chunks, target, max_bytes)

    def fetch_kept(self, key: str, target: Path) -> bool:
        """Copies what is kept there to `target`; False when nothing is."""
        with self._content(self.kept, key) as chunks:
            return chunks is not None and _written(chunks, target) >= 0

    def keep(self, key: str, source: Path, media_type: str) -> None:
        """Streamed in one PUT: a process killed meanwhile leaves no half of it behind, as an upload in parts would."""
        with _translated(), source.open("rb") as body:
            self._put(key, body, source.stat().st_size, media_type)

    def keep_streamed(self, key: str, chunks: Iterable[bytes], size: int, media_type: str) -> None:
        """The same of bytes that are made as they are sent, exactly `size` of them: nothing is kept where they end before.

        What raises while they are made is raised here.
        """
        with _translated():
            self._put(key, chunks, size, media_type, STREAMED)

    def _put(self, key: str, body: Iterable[bytes], size: int, media_type: str, wait: urllib3.Timeout = USUAL) -> None:
        headers = {"Content-Type": media_type, "Content-Length": str(size)}
        address = self._client.presigned_put_object(self.kept, key, UPLOAD_VALID)
        if self._http.request("PUT", address, body=body, headers=headers, timeout=wait).status != http.client.OK:
            raise StoreUnavailable

    def digest(self, key: str) -> tuple[int, str] | None:
        """Size and SHA-256 of what is kept there, read to its end; None when nothing is."""
        with self._content(self.kept, key) as chunks:
            if chunks is None:
                return None
            size, read = 0, hashlib.sha256()
            for chunk in chunks:
                size += len(chunk)
                read.update(chunk)
            return size, read.hexdigest()

    def kept_content(self, key: str) -> AbstractContextManager[Iterable[bytes] | None]:
        """What is kept there, read as it is asked for; None where nothing is."""
        return self._content(self.kept, key)

    def remove_upload(self, key: str) -> None:
        with _translated():
            self._client.remove_object(self.quarantine, key)

    def remove(self, keys: Iterable[str]) -> None:
        """Gone from both buckets when this returns, every version of them where a bucket keeps any; absent ones are no error."""
        wanted = list(keys)
        with _translated():
            for bucket in (self.quarantine, self.kept):
                doomed = [DeleteObject(key) for key in wanted]
                if self._keeps_versions(bucket):
                    doomed = [version for key in wanted for version in self._versions(bucket, key)]
                errors = list(self._client.remove_objects(bucket, doomed))
                if errors:
                    raise StoreUnavailable

    def uploads(self) -> Iterator[tuple[str, datetime]]:
        """Each object of the quarantine with the instant when it was written, by key; once for each version of it."""
        return self._objects_of(self.quarantine, "")

    def kept_ones(self, *, after: str = "") -> Iterator[tuple[str, datetime]]:
        """The same of what is kept, from the first key after that one on."""
        return self._objects_of(self.kept, after)

    def _objects_of(self, bucket: str, after: str) -> Iterator[tuple[str, datetime]]:
        with _translated():
            versions = self._keeps_versions(bucket)
            listed = self._client.list_objects(bucket, recursive=True, start_after=after, include_version=versions)
            for found in listed:
                if found.object_name and found.last_modified:
                    yield found.object_name, found.last_modified

    @contextmanager
    def _content(self, bucket: str, key: str) -> Generator[Iterable[bytes] | None]:
        """An object's bytes, read as they are asked for; None when there is none."""
        with _translated():
            try:
                answer = self._client.get_object(bucket, key)
            except S3Error as error:
                if error.code != "NoSuchKey":
                    raise
                yield None
                return
            try:
                yield answer.stream(CHUNK_BYTES)
            finally:
                answer.close()
                answer.release_conn()

    def _keeps_versions(self, bucket: str) -> bool:
        """The town may have switched it on, to protect what is kept: a plain delete would then only hide an object."""
        return self._client.get_bucket_versioning(bucket).status in (ENABLED, SUSPENDED)

    def _versions(self, bucket: str, key: str) -> Iterator[DeleteObject]:
        """All that is left of one object, the marks of its deletion as well."""
        for found in self._client.list_objects(bucket, prefix=key, recursive=True, include_version=True):
            if found.object_name == key:
                yield DeleteObject(key, found.version_id)


def _written(chunks: Iterable[bytes], target: Path, max_bytes: float = math.inf) -> int:
    size = 0
    with target.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                break
            file.write(chunk)
    return size


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except UNREACHABLE as error:
        raise StoreUnavailable from error
