"""A process of ours finds a server again that came back under another address."""

import subprocess
import sys

# A name server whose answer claims to hold for an hour, and is another one each time.
ASK_TWICE = """
from services.chassis.process import patched
import eventlet, socket, dns.message, dns.rrset
from eventlet.support import greendns

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))

def serve():
    number = 0
    while True:
        asked, whom = server.recvfrom(512)
        query = dns.message.from_wire(asked)
        answer = dns.message.make_response(query)
        if query.question[0].rdtype == 1:
            number += 1
            answer.answer.append(dns.rrset.from_text(query.question[0].name, 3600, "IN", "A", f"192.0.2.{number}"))
        server.sendto(answer.to_wire(), whom)

eventlet.spawn_n(serve)
resolver = greendns.resolver._resolver
resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
print([socket.getaddrinfo("postgres.example", 5432, socket.AF_INET)[0][4][0] for _ in range(2)])
"""


def test_a_name_is_asked_anew_however_long_its_answer_claims_to_hold() -> None:
    done = subprocess.run([sys.executable, "-c", ASK_TWICE], capture_output=True, text=True, timeout=60, check=False)

    assert done.stdout.strip() == "['192.0.2.1', '192.0.2.2']", done.stderr
