"""The virus scan, where the town runs a ClamAV daemon: its INSTREAM protocol over TCP. Without one, files say so."""

import socket
import struct
from pathlib import Path

from services.chassis.errors import Unavailable
from services.documents.inspection.rejection import Rejected, Rejection

CHUNK_BYTES = 64 * 1024
CONNECT_SECONDS = 1
ANSWER_SECONDS = 3


class ScannerUnavailable(Unavailable):
    message = "Le contrôle des fichiers ne répond pas pour l’instant : réessayez dans un moment."


class Scanner:
    """`address` is host:port of the daemon; empty, nothing is scanned."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port) if port else 0

    @property
    def configured(self) -> bool:
        return bool(self._port)

    def scan(self, file: Path) -> str:
        """`clean`, or `not_scanned` where no daemon is set; raises Rejected(INFECTED) or ScannerUnavailable."""
        if not self.configured:
            return "not_scanned"
        try:
            answer = self._ask(file)
        except OSError as error:
            raise ScannerUnavailable from error
        if answer.endswith("FOUND"):
            raise Rejected(Rejection.INFECTED)
        if not answer.endswith("OK"):
            raise ScannerUnavailable
        return "clean"

    def _ask(self, file: Path) -> str:
        with (
            socket.create_connection((self._host or "127.0.0.1", self._port), timeout=CONNECT_SECONDS) as daemon,
            file.open("rb") as content,
        ):
            daemon.settimeout(ANSWER_SECONDS)
            daemon.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK_BYTES):
                daemon.sendall(struct.pack("!I", len(chunk)) + chunk)
            daemon.sendall(struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (received := daemon.recv(4096)):
                answer += received
            return answer.rstrip(b"\0").decode(errors="replace").strip()
