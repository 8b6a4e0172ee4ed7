"""The address of a server as it may be shown: without its password."""

from urllib.parse import urlsplit, urlunsplit


def host_of(url: str) -> str:
    """Host and port alone, also of an address that urlsplit does not understand."""
    return urlsplit(url).netloc.rpartition("@")[2] or url.rpartition("@")[2]


def without_password(url: str) -> str:
    """The whole address; the user is named, the password left out."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{host_of(url)}"))
