"""Who may use a route. What a person may do with one request is decided by the service that owns it."""

from collections.abc import Callable
from dataclasses import dataclass

from services.chassis.actors import Actor


@dataclass(frozen=True)
class Permission:
    """Who may use a route, by a name; `log_in_page` is the page route where those who may not pass can become someone who may."""

    name: str
    allows: Callable[[Actor], bool]
    log_in_page: str = "/connexion"


def _is_staff(actor: Actor) -> bool:
    return actor.kind == "agent"


def _may(right: str) -> Callable[[Actor], bool]:
    return lambda actor: _is_staff(actor) and right in actor.permissions


def _follows_requests(actor: Actor) -> bool:
    return bool(actor.tokens) or actor.kind in ("citizen", "agent", "tracking")


PUBLIC = Permission("public", lambda actor: True)
FOLLOWER = Permission("follower", _follows_requests)
HOLDER = Permission("holder", lambda actor: actor.kind in ("citizen", "agent"))
CITIZEN = Permission("citizen", lambda actor: actor.kind == "citizen")
STAFF = Permission("staff", _is_staff, "/agent/connexion")
# Whatever the role, those who may read requests: the service then shows those of their departments only.
FILE_READER = Permission("file_reader", _may("read_requests"), "/agent/connexion")
AUDITOR = Permission("auditor", _may("read_audit_log"), "/agent/connexion")
ARCHIVIST = Permission("archivist", _may("run_retention"), "/agent/connexion")
TEAM = Permission(
    "team", lambda actor: _may("manage_agents")(actor) and "administrator" in actor.roles, "/agent/connexion"
)
