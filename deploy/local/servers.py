"""The three private servers together: prepared, started side by side, and the addresses under which they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.command.console import Console
from deploy.command.layout import ANEW, Layout
from deploy.local import object_store, postgres, rabbitmq
from deploy.local.object_store import ObjectStore
from deploy.local.packages import Packages
from deploy.local.postgres import Postgres
from deploy.local.processes import Program
from deploy.local.rabbitmq import RabbitMQ

PORTS = ("postgres", *rabbitmq.PORTS, *object_store.PORTS)
PORTS_WITH_INNER = object_store.PORTS
Secret = Callable[[str], str]


@dataclass(frozen=True)
class Servers:
    """What of the three servers is private to this instance; None where the environment names one."""

    postgres: Postgres | None
    rabbitmq: RabbitMQ | None
    object_store: ObjectStore | None

    def prepare(self, console: Console) -> None:
        if self.postgres:
            self.postgres.prepare(console)
        if self.rabbitmq:
            self.rabbitmq.prepare()
        if self.object_store:
            self.object_store.prepare()

    def programs(self) -> tuple[list[Program], list[Program]]:
        """In two waves: those of the second start side by side, once those of the first answer.

        PostgreSQL is in the first, the slow ones are in the second.
        """
        first = [self.postgres.program()] if self.postgres else []
        second = [self.object_store.program()] if self.object_store else []
        if self.rabbitmq:
            first.append(self.rabbitmq.port_mapper())
            second.append(self.rabbitmq.program())
        return first, second

    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.services_url("{service}")
            found["OWNER_DATABASE_URL"] = self.postgres.url("{service}")
        if self.rabbitmq:
            found["AMQP_URL"] = self.rabbitmq.url()
            found["PARTNERS_AMQP_URL"] = self.rabbitmq.url(rabbitmq.PARTNERS_VHOST)
            found["RABBITMQ_MANAGEMENT_URL"] = self.rabbitmq.management.url
        if self.object_store:
            found |= {
                "S3_ENDPOINT": self.object_store.endpoint,
                "S3_SECURE": "0",
                "S3_REGION": object_store.REGION,
                "S3_ACCESS_KEY": object_store.ACCESS_KEY,
                "S3_SECRET_KEY": self.object_store.secret,
            }
        return found


def answers(name: str, settings: Mapping[str, str], seconds: float) -> bool | None:
    """Whether the private server whose process has this name serves; None for any other process."""
    match name:
        case postgres.NAME:
            return postgres.answers(settings["OWNER_DATABASE_URL"].replace("{service}", "postgres"))
        case rabbitmq.NAME:
            return rabbitmq.answers(settings["AMQP_URL"], settings["RABBITMQ_MANAGEMENT_URL"])
        case object_store.NAME:
            return object_store.answers(settings["S3_ENDPOINT"], seconds)
        case _:
            return None


def private_servers(
    folder: Path,
    *,
    given: Mapping[str, str],
    ports: Mapping[str, int],
    secret: Secret,
    packages: Packages,
    console: Console,
) -> Servers:
    """The servers that `given` (the environment) does not name, with their data and logs under `folder`."""
    logs = folder / "log"
    logs.mkdir(parents=True, exist_ok=True)

    def own_postgres() -> Postgres:
        passwords = secret("postgres"), secret(postgres.SERVICES_SECRET)
        log, remedy = logs / "postgresql.log", _put_back("postgres", folder)
        return Postgres(folder / "postgres", ports["postgres"], *passwords, log, remedy)

    def own_rabbitmq() -> RabbitMQ:
        own = {name: ports[name] for name in rabbitmq.PORTS}
        unpacked, remedy = packages.unpacked("broker", console), _put_back("rabbitmq", folder)
        return RabbitMQ(folder / "rabbitmq", unpacked, own, secret("rabbitmq"), logs / "rabbitmq.log", remedy)

    def own_object_store() -> ObjectStore:
        own = {name: ports[name] for name in object_store.PORTS}
        return ObjectStore(folder / "s3", own, secret("s3"), logs / "s3.log")

    return Servers(
        None if given.get("DATABASE_URL") else own_postgres(),
        None if given.get("AMQP_URL") else own_rabbitmq(),
        None if given.get("S3_ENDPOINT") else own_object_store(),
    )


def _put_back(secret: str, folder: Path) -> str:
    """What to do where a server refuses the password that it was made with."""
    return f"remettez « {secret} » d’alors dans {Layout(folder).secrets}, ou {ANEW}"
