"""The servers that an address names: one, or those of one cluster, as in `amqp://login@a:5672,b:5672,c/parvis`.

libpq writes several servers so; every address of ours that may name several is read here.
"""

from urllib.parse import urlsplit, urlunsplit


def one_each(url: str) -> list[str]:
    """The same address for each of its servers, in their order: same login, path and query."""
    parts = urlsplit(url)
    login, at, servers = parts.netloc.rpartition("@")
    return [urlunsplit(parts._replace(netloc=f"{login}{at}{server}")) for server in servers.split(",")]


def host_of(url: str) -> str:
    """Host and port alone, of all that it names; also of an address that urlsplit does not understand."""
    return urlsplit(url).netloc.rpartition("@")[2] or url.rpartition("@")[2]
