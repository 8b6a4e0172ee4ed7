"""The address of a server as it may be shown: without its password."""

from urllib.parse import urlsplit, urlunsplit

from services.chassis.hosts import host_of


def without_password(url: str) -> str:
    """The whole address; the user is named, the password left out."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{host_of(url)}"))
