"""RabbitMQ's management API, as far as the commands need it."""

import http
import json
from typing import Any
from urllib.parse import quote, urlsplit

from deploy.command.trouble import Trouble
from services.chassis.bus import management

USER = "parvis"
"""Our own account, where the address names none."""


class Management(management.Management):
    """One server, or those of a cluster, by the address that holds the account."""

    def answers(self) -> bool:
        return self.request("GET", "/api/overview")[0] == http.HTTPStatus.OK

    def refuses(self) -> bool:
        return self.request("GET", "/api/overview")[0] == http.HTTPStatus.UNAUTHORIZED

    def create_vhost(self, vhost: str) -> None:
        """Makes the vhost (its queues are classic unless they ask otherwise: RPC must not) and lets our user use it."""
        self.call("PUT", f"/api/vhosts/{quote(vhost, safe='')}", {"default_queue_type": "classic"})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        user = quote(urlsplit(self.url).username or USER, safe="")
        self.call("PUT", f"/api/permissions/{quote(vhost, safe='')}/{user}", everything)

    def delete_vhost(self, vhost: str) -> None:
        """Deletes the vhost with its queues. No process may be connected to it.

        One that makes its queues meanwhile breaks RabbitMQ 4.0: the supervisor of dead-letter workers ends on the whole node,
        rejected messages of every vhost stay where they are and no queue can be made until the node starts again.
        """
        self.call("DELETE", f"/api/vhosts/{quote(vhost, safe='')}", None)

    def ask(self, path: str) -> Any:
        """What is there; raises Trouble as `call` does."""
        return json.loads(self.call("GET", path, None))

    def call(self, method: str, path: str, body: dict[str, Any] | None) -> str:
        """One order, and the answer to it; raises Trouble with what RabbitMQ answered when it refuses."""
        status, answer = self.request(method, path, body)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Trouble(f"RabbitMQ refuse {method} {path} ({status} {answer[:200]}).")
        return answer
