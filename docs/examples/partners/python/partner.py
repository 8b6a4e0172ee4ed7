"""Reads the town hall's events for ever, and writes each of them once into a file: partner.py BROKER PORTAL FILE.

BROKER is the address that `parvis partner add` printed, PORTAL the portal's. Each line of FILE is what you would do with an event
and the place after which to go on, kept together: a database would hold both in one transaction. With `pip install amqp`.
"""

import json
import random
import ssl
import sys
import time
import urllib.request
from http.client import HTTPException
from urllib.parse import unquote, urlsplit

import amqp

address, portal, path = urlsplit(sys.argv[1]), sys.argv[2].rstrip("/"), sys.argv[3]
seen = set()  # the ids of the events that were dealt with
stream = place = None  # of which stream the next line is an offset
wait = 1  # seconds


class StreamChanged(Exception):
    """The place is that of another stream: begin again with the first message of this one."""


def load():
    global stream, place
    with open(path, "a+b") as file:
        file.seek(0)
        lines = file.read().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):  # cut off while it was written
            lines.pop()
            file.truncate(sum(map(len, lines)))
    for line in map(json.loads, lines):
        seen.add(line["event"]["id"])
        stream, place = line["stream"], line["offset"] + 1


def handle(message):
    global place, wait
    if message.headers.get("parvis-stream", stream) != stream:
        raise StreamChanged
    event, offset = json.loads(message.body), message.headers["x-stream-offset"]
    if event["id"] not in seen:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"stream": stream, "offset": offset, "event": event}) + "\n")
        seen.add(event["id"])
    place, wait = offset + 1, 1
    message.channel.basic_ack(message.delivery_tag)


def current():
    with urllib.request.urlopen(f"{portal}/api/v1/partners/stream", timeout=10) as answer:
        return json.load(answer)["stream"]


def listen():
    global stream, place
    now = current()
    if now != stream:
        stream, place = now, "first"
    [server] = random.sample(address.netloc.rpartition("@")[2].split(","), 1)  # it may name several
    with amqp.Connection(
        host=server,
        userid=address.username,
        password=unquote(address.password),
        virtual_host=unquote(address.path[1:]),
        ssl=address.scheme == "amqps"
        and {"server_hostname": urlsplit(f"//{server}").hostname, "cert_reqs": ssl.CERT_REQUIRED},
        heartbeat=30,
        connect_timeout=10,  # of each address of its name, for a dead machine answers nothing
    ) as connection:
        channel = connection.channel()
        channel.basic_qos(0, 100, False)
        channel.basic_consume("parvis.events", callback=handle, arguments={"x-stream-offset": place})
        if current() != stream:  # it may have changed between the question and the subscription
            raise StreamChanged
        while True:
            try:
                connection.drain_events(timeout=10)
            except TimeoutError:  # nothing happened
                connection.heartbeat_tick()


load()
while True:
    try:
        listen()
    except amqp.AccessRefused:
        sys.exit("Access refused: ask the town hall whether this user still exists.")
    except (OSError, amqp.AMQPError, HTTPException, ValueError, KeyError, StreamChanged) as error:
        print(f"Connection lost ({type(error).__name__}), made again in {wait} s.", file=sys.stderr)
        time.sleep(wait)
        wait = min(2 * wait, 60)
