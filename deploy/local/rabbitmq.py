"""A private RabbitMQ, from Debian's packages unpacked in a folder.

Strict on purpose: what the next release of RabbitMQ denies by default is denied here already, so that a habit of a
library that will break one day breaks today, on a developer's machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.command.layout import DAMAGED
from deploy.command.trouble import Trouble
from deploy.local.probes import listens
from deploy.local.processes import Program
from deploy.operator.management import USER, Management

NAME = "RabbitMQ"
VHOST = "parvis"
PARTNERS_VHOST = "partners"
PORTS = ("amqp", "management", "distribution", "epmd")
CONFIGURATION = """\
# Written at every start by `parvis up`: change deploy/local/rabbitmq.py instead.
listeners.tcp.local = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
default_user = {user}
default_pass = {password}
default_vhost = {vhost}
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = warning
log.file = false
deprecated_features.permit.transient_nonexcl_queues = false
deprecated_features.permit.global_qos = false
deprecated_features.permit.queue_master_locator = false
deprecated_features.permit.ram_node_type = false
deprecated_features.permit.amqp_address_v1 = false
deprecated_features.permit.management_metrics_collection = false
management_agent.disable_metrics_collector = true
collect_statistics_interval = 60000
"""

ERLANG = (
    # Without it the distribution port would listen on all addresses of the machine.
    "-kernel inet_dist_use_interface {127,0,0,1}",
    # How often each queue reports what it holds, to a management interface that keeps no such figures.
    "-rabbit quorum_tick_interval 60000",
)


@dataclass(frozen=True)
class RabbitMQ:
    """One node in `folder`, its programs in `unpacked`; `ports` holds one number for each name of PORTS."""

    folder: Path
    unpacked: Path
    ports: Mapping[str, int]
    password: str
    log: Path
    remedy: str = "vérifiez celui de cette instance"
    """What to do where the node refuses the password that it was made with."""

    def url(self, vhost: str = VHOST) -> str:
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.ports['amqp']}/{vhost}"

    @property
    def management(self) -> Management:
        return Management(f"http://{USER}:{self.password}@127.0.0.1:{self.ports['management']}")

    def prepare(self) -> None:
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        cookie = home / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(self.password, encoding="utf-8")
            cookie.chmod(0o400)
        configuration = self.folder / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            CONFIGURATION.format(**self.ports, user=USER, password=self.password, vhost=VHOST), encoding="utf-8"
        )
        (self.folder / "plugins").write_text("[rabbitmq_management].\n", encoding="utf-8")

    def environment(self) -> dict[str, str]:
        here = self.folder
        return {
            "PATH": f"{self.unpacked}/usr/lib/erlang/bin:/usr/bin:/bin",
            "HOME": str(here / "home"),
            "LC_ALL": "C.UTF-8",
            "RABBITMQ_NODENAME": "parvis@localhost",
            "RABBITMQ_MNESIA_BASE": str(here / "data"),
            "RABBITMQ_LOG_BASE": str(here / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(here / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(here / "plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(here / "generated"),
            "RABBITMQ_DIST_PORT": str(self.ports["distribution"]),
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": "/dev/null",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(ERLANG),
            # The script then becomes the node itself, instead of a shell that stands between it and our signals.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def port_mapper(self) -> Program:
        """Erlang's epmd: started by us, for the one that a node starts by itself stays behind when the node ends."""
        return Program(
            name="RabbitMQ (epmd)",
            argv=[f"{self.unpacked}/usr/lib/erlang/bin/epmd", "-port", str(self.ports["epmd"])],
            env=self.environment(),
            log=self.log,
            ready=lambda: listens(self.ports["epmd"]),
            ready_seconds=15,
        )

    def program(self) -> Program:
        return Program(
            name=NAME,
            argv=[f"{self.unpacked}/usr/lib/rabbitmq/bin/rabbitmq-server"],
            env=self.environment(),
            cwd=self.folder,  # where it leaves a dump when it breaks
            log=self.log,
            ready=lambda: answers(self.url(), self.management.url),
            refusal=self._refusal,
            remedy=DAMAGED,
            port=self.ports["management"],
            ready_seconds=90,
            orphan_signal="TERM",
            stop_seconds=7,  # one takes it; what its disk has stays whole if it is killed, as its queues are quorum queues
            unresponsive_seconds=30,  # it goes on for ever without its log of writes, as after a full disk
            loses_early_signals=True,
        )

    def _refusal(self) -> Trouble | None:
        if self.management.refuses():
            return Trouble(f"{NAME} n’a pas démarré, il refuse le mot de passe du compte « {USER} » : {self.remedy}.")
        return None


def answers(amqp_url: str, management_url: str) -> bool:
    """True when a server on this machine listens on both ports; that of management opens last."""
    ports = [urlsplit(url).port for url in (management_url, amqp_url)]
    return all(port and listens(port) for port in ports) and Management(management_url).answers()
