"""The S3 store that the settings name: its client, its buckets, and what is raised where it does not answer or refuses."""

import urllib3
from minio import Minio
from minio.error import MinioException

from services.chassis.settings import Settings

UNREACHABLE = (MinioException, urllib3.exceptions.HTTPError, OSError)


def connections(timeout: urllib3.Timeout, at_once: int = 1) -> urllib3.PoolManager:
    """What a client asks through: nothing is tried twice."""
    return urllib3.PoolManager(maxsize=at_once, timeout=timeout, retries=urllib3.Retry(0))


def client(settings: Settings, http: urllib3.PoolManager) -> Minio:
    """Connects with the first request. Raises ValueError where the address cannot be one."""
    return Minio(
        settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=settings.s3_secure,
        region=settings.s3_region,
        http_client=http,
    )


def bucket(settings: Settings, name: str) -> str:
    return f"{settings.s3_bucket_prefix.rstrip('-')}-{name}"
