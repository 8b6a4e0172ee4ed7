"""Servers that a town has already: a PostgreSQL, a RabbitMQ, an S3 store and a mail relay, in containers that Compose knows
nothing of, reached as another machine's would be: through ports on an address of the host. All speak TLS, with a certificate of
an authority of their own; a HAProxy before them does, for their stand-ins cannot. The relay wants an account."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from deploy.local import ports

PARTS = ("postgres", "rabbitmq", "s3", "smtp", "tls")
START_SECONDS = 60
OWNER = "proprietaire"
# What is reached with TLS, and the protocol that its client names, as PostgreSQL's does where the server begins with TLS.
SECURED = {"postgres": "postgresql", "s3": "http/1.1", "amqps": "", "console": "http/1.1", "smtps": ""}


@dataclass(frozen=True)
class Elsewhere:
    """`host` and `ports` are where they are reached; `password` opens all of them."""

    name: str
    host: str
    ports: dict[str, int]
    folder: Path
    password: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    def place(self, part: str) -> str:
        return f"{self.host}:{self.ports[part]}"

    def inside(self, part: str, command: str) -> str:
        """What a command in that server's container prints."""
        return _docker(f"exec {self.name}-{part} {command}")

    @contextmanager
    def administered(self, database: str) -> Iterator[psycopg.Connection]:
        """That database, as the town's own administrator."""
        port, password = self.ports["plain_postgres"], self.password
        with psycopg.connect(host=self.host, port=port, user="dba", password=password, dbname=database) as conn:
            yield conn

    def sql(self, database: str, query: LiteralString, *values: str) -> object:
        """The one value that the town's own administrator is answered."""
        with self.administered(database) as conn:
            [[answer]] = conn.execute(query, values).fetchall()
            return answer

    def adapted(self, command: str) -> str:
        """A command of the documentation, for these servers."""
        for documented, ours in {
            "bd.ville.example:5432": self.place("postgres"),
            "courtier.ville.example:5672": self.place("rabbitmq"),
            "courtier.ville.example:5671": self.place("amqps"),
            "courtier.ville.example:15671": self.place("console"),
            "courtier.ville.example:15672": self.place("management"),
            "s3.ville.example:9000": self.place("s3"),
            "smtp://relais.ville.example:25": f"smtps://{OWNER}:{self.password}@{self.place('smtps')}",
            "OWNER:PASSWORD": f"{OWNER}:{self.password}",
            "ACCESS KEY": OWNER,
            "SECRET KEY": self.password,
            "authority.pem": str(self.authority),
            # What stands before it begins with TLS at once, which PostgreSQL 17 and later do too.
            "sslrootcert=system": r"sslrootcert=system\&sslnegotiation=direct",
            "ADMIN:PASSWORD": f"{OWNER}:{self.password}",
        }.items():
            command = command.replace(documented, ours)
        return command

    # --- as their operator would start them

    def start(self, images: dict[str, str], sink: str) -> None:
        self.folder.chmod(0o755)  # read there by users of other numbers
        for name, content in (("password", self.password), ("user", OWNER)):
            (self.folder / name).write_text(content, "utf-8")
        given = f"-v {self.folder}:/given:ro"
        admin = "-e POSTGRES_USER=dba -e POSTGRES_PASSWORD_FILE=/given/password"
        self._run("postgres", {"plain_postgres": 5432}, f"{given} {admin}", images["postgres"])
        self._run("rabbitmq", {"rabbitmq": 5672, "management": 15672}, "--hostname courtier", images["rabbitmq"])
        key = "-e MINIO_ROOT_USER_FILE=/given/user -e MINIO_ROOT_PASSWORD_FILE=/given/password"
        self._run("s3", {"plain_s3": 9000}, f"{given} {key}", f"{images['object_store']} server /data")
        shutil.copy(Path(__file__).with_name("relay.py"), self.folder)
        taking = "relay --host=0.0.0.0 --smtp-port=2525 --http-port=8025 --folder=/tmp/mails"
        self._run("smtp", {"smtp": 2525, "mails": 8025}, f"{given} -e PYTHONPATH=/given", f"{sink} {taking}")
        self._secure(images["haproxy"])
        self._until("postgres", "pg_isready -q -h 127.0.0.1")
        # As in docker-compose.yml: not before the broker made its cookie.
        asked = "test -s /var/lib/rabbitmq/.erlang.cookie && rabbitmq-diagnostics -q check_port_connectivity"
        self._until("rabbitmq", f"sh -c '{asked}'")
        self.inside("rabbitmq", f"rabbitmqctl -q add_user {OWNER} {self.password}")
        self.inside("rabbitmq", f"rabbitmqctl -q set_user_tags {OWNER} administrator")
        self._until("s3", "mc ready local")
        with self.administered("postgres") as conn:
            role = SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}")
            conn.execute(role.format(Identifier(OWNER), Literal(self.password)))

    def _secure(self, image: str) -> None:
        """Entry points with TLS, before those that speak none."""
        subject = f"-subj /CN=serveurs -addext subjectAltName=IP:{self.host}"
        _shell(
            f"openssl req -x509 -newkey rsa:2048 -nodes -days 30 {subject} -keyout key.pem -out authority.pem",
            self.folder,
        )
        _shell("cat authority.pem key.pem >entry.pem && chmod 644 entry.pem", self.folder)
        behind = dict(zip(SECURED, ("plain_postgres", "plain_s3", "rabbitmq", "management", "smtp"), strict=True))
        config = ["defaults", "  mode tcp", "  timeout connect 5s", "  timeout client 5m", "  timeout server 5m"]
        for number, (name, protocol) in enumerate(SECURED.items()):
            named = f"alpn {protocol}" if protocol else ""
            config += [f"listen {name}", f"  bind :{9001 + number} ssl crt /given/entry.pem {named}"]
            config += [f"  server behind {self.place(behind[name])}"]
        (self.folder / "entries.cfg").write_text("\n".join([*config, ""]), "utf-8")
        published = {name: 9001 + number for number, name in enumerate(SECURED)}
        self._run("tls", published, f"-v {self.folder}:/given:ro", f"{image} haproxy -W -db -f /given/entries.cfg")

    def _run(self, part: str, published: dict[str, int], options: str, image: str) -> None:
        places = " ".join(f"-p {self.place(name)}:{port}" for name, port in published.items())
        _docker(f"run -d --name {self.name}-{part} {places} {options} {image}")

    def _until(self, part: str, check: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.inside(part, check)
            except AssertionError:
                assert time.monotonic() < deadline, _docker(f"logs {self.name}-{part}")
                time.sleep(0.5)
            else:
                return

    def away(self, part: str) -> None:
        _docker(f"stop {self.name}-{part}")

    def back(self, part: str) -> None:
        _docker(f"start {self.name}-{part}")

    def stop(self) -> None:
        for part in PARTS:
            subprocess.run(["docker", "rm", "-f", "-v", f"{self.name}-{part}"], capture_output=True, check=False)


@contextmanager
def elsewhere(
    name: str, images: dict[str, str], sink: str, folder: Path, host: str | None = None
) -> Iterator[Elsewhere]:
    """All of them, up and answering on that address of this machine; gone afterwards."""
    host = host or _docker("network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}'").strip()
    wanted = ["smtp", "mails", "rabbitmq", "management", "plain_postgres", "plain_s3", *SECURED]
    servers = Elsewhere(name, host, ports.choose(wanted, home=folder), folder)
    try:
        servers.start(images, sink)
        yield servers
    finally:
        servers.stop()


def _docker(arguments: str) -> str:
    return _shell(f"docker {arguments}")


def _shell(command: str, folder: Path | None = None) -> str:
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout
