"""A partner of the town: `python -m tests.load.partner AMQP_URL`, a plain AMQP client with rights to read and no code of ours.

Prints `ready`; when its standard input ends, one line for each request filed that it received: the seconds between the
fact and its hands. They are not read before that, and a pipe holds three thousand lines.
"""

import json
import sys
import threading
import time
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

STREAM = "parvis.events"
PREFETCH = 500


def main() -> None:
    parts = urlsplit(sys.argv[1])
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        virtual_host=unquote(parts.path[1:]),
    )
    connection.connect()
    channel = connection.channel()
    channel.basic_qos(0, PREFETCH, False)
    delays: list[float] = []

    def take(message: Any) -> None:
        received = time.time()
        channel.basic_ack(message.delivery_tag)
        event = json.loads(message.body)
        if event["type"].startswith("requests.RequestSubmitted"):
            delays.append(received - datetime.fromisoformat(event["time"]).timestamp())

    channel.basic_consume(STREAM, callback=take, arguments={"x-stream-offset": "next"})
    show("ready")
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.is_set():
        try:
            connection.drain_events(timeout=0.2)
        except TimeoutError:
            continue
    for delay in delays:
        show(delay)


def show(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
