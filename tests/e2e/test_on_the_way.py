"""A file on its way through the services: beside the broker, whole or not at all."""

import io
import json
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import amqp
import pytest
import requests
from PIL import Image

from deploy.operator.management import Management
from gateway.conversation import PATIENCE_SECONDS
from tests.servers.broker import channel_to
from tests.servers.portal import Portal
from tests.support.people import Person, eventually, photograph

pytestmark = pytest.mark.e2e

TRACE = "amq.rabbitmq.trace"
SLUG = "signalement-voirie"


@dataclass(frozen=True)
class Tapped:
    """All that is published at the broker from now on, in the vhost of our services."""

    channel: amqp.Channel
    queue: str
    seen: list[amqp.Message]

    def until_now(self) -> list[amqp.Message]:
        """What was published so far."""
        self.channel.basic_publish(amqp.Message("now"), routing_key=self.queue)
        while not self.seen or self.seen[-1].body != "now":
            self.channel.connection.drain_events(timeout=20)
        return [message for message in self.seen if message.delivery_info["exchange"] == TRACE]


@pytest.fixture
def tapped(portal: Portal) -> Iterator[Tapped]:
    inner = urlsplit(portal.setting("AMQP_URL"))
    port = json.loads((portal.home / "ports.json").read_text("utf-8"))["management"]
    management = Management(f"http://{inner.username}:{inner.password}@127.0.0.1:{port}")
    vhost = f"/api/vhosts{inner.path}"
    seen: list[amqp.Message] = []
    management.call("PUT", vhost, {"tracing": True})
    try:
        with channel_to(portal.setting("AMQP_URL")) as channel:
            queue = channel.queue_declare(exclusive=True).queue
            channel.queue_bind(queue, TRACE, routing_key="publish.#")
            channel.basic_consume(queue, no_ack=True, callback=seen.append)
            yield Tapped(channel, queue, seen)
    finally:
        management.call("PUT", vhost, {"tracing": False})


def noise() -> bytes:
    """A photograph that nothing makes smaller: half a megabyte and more."""
    out = io.BytesIO()
    Image.frombytes("RGB", (640, 480), os.urandom(640 * 480 * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_photograph_does_not_go_through_the_broker(tapped: Tapped, a_visitor: Person, agent: Person) -> None:
    sent = noise()
    filed = a_visitor.file_with_photograph(SLUG, sent)
    [piece] = eventually(
        lambda: agent.get(f"/requests/{filed['number']}/documents")["documents"], "the photograph in the request"
    )
    read = agent.ask("GET", f"/requests/{filed['number']}/files/{piece['files'][0]['id']}").content
    assert len(read) > 100_000

    passed = tapped.until_now()
    handed = [message for message in passed if message.headers["routing_keys"][0].startswith("documents.")]

    assert {f"documents.{name}" for name in ("begin_upload", "finish_upload", "download")} <= {
        message.headers["routing_keys"][0] for message in handed
    }
    assert sum(len(message.body) for message in handed) < len(sent) / 10
    assert max(len(message.body) for message in passed) < len(read) / 4, "neither does it come back by an answer"


@contextmanager
def half_sent(portal: Portal, whole: requests.PreparedRequest) -> Iterator[socket.socket]:
    """A connection over which the head and the first half of the body have gone."""
    address = urlsplit(portal.url)
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": address.netloc, **whole.headers}.items())
    with socket.create_connection((address.hostname, address.port), timeout=20) as line:
        line.sendall(f"POST {whole.path_url} HTTP/1.1\r\n{head}\r\n".encode() + whole.body[: len(whole.body) // 2])
        yield line


def test_an_upload_cut_half_way_to_the_portal_leaves_nothing(portal: Portal, a_visitor: Person) -> None:
    most = next(field["max_files"] for field in a_visitor.definition(SLUG)["fields"] if field["name"] == "photo")
    draft = a_visitor.do("POST", "/drafts", {"procedure": SLUG, "anew": True})["id"]
    request = requests.Request(
        "POST", f"{portal.url}/api/v1/drafts/{draft}/files", data={"piece": "photo"}, files={"file": ("a.jpg", noise())}
    )
    whole = a_visitor.session.prepare_request(request)

    for _ in range(most):
        with half_sent(portal, whole) as line:
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100).startswith(b"HTTP/1.1 408 ")

    assert a_visitor.get(f"/drafts/{draft}/documents")["documents"] == []
    for number in range(most):
        assert a_visitor.upload(draft, "photo", f"{number}.jpg", photograph()).status_code == 201


def test_a_photograph_that_takes_long_on_a_slow_line_is_kept(portal: Portal, a_visitor: Person) -> None:
    draft = a_visitor.do("POST", "/drafts", {"procedure": SLUG, "anew": True})["id"]
    request = requests.Request(
        "POST",
        f"{portal.url}/api/v1/drafts/{draft}/files",
        headers={"Idempotency-Key": str(uuid.uuid4())},
        data={"piece": "photo"},
        files={"file": ("a.jpg", photograph())},
    )
    whole = a_visitor.session.prepare_request(request)

    with half_sent(portal, whole) as line:
        time.sleep(PATIENCE_SECONDS + 1)  # the line's own slowness: longer than an answer may take
        line.sendall(whole.body[len(whole.body) // 2 :])
        assert line.recv(100).startswith(b"HTTP/1.1 201 ")

    assert len(a_visitor.get(f"/drafts/{draft}/documents")["documents"]) == 1
