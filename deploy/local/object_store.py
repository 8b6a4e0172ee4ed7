"""A private S3 server: SeaweedFS, from its pinned wheel, closed to all but its one key.

Of its parts only master, volumes, filer and the S3 endpoint are started. They speak to each other over TLS and ask each for a
certificate that lies in the store's private folder: on a machine that others use too, only the S3 endpoint answers, and it asks
for the S3 key.
"""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from deploy.command.layout import DAMAGED, rewrite_private
from deploy.local import probes
from deploy.local.processes import Program

NAME = "Stockage S3"
ACCESS_KEY = "parvis"
PORTS = ("s3", "filer", "master", "volume")
REGION = "us-east-1"
GRPC = 10_000  # added to the port of each part
CERTIFICATE, KEY = "inner.pem", "inner.key"
CERTIFICATE_BEGINS = datetime(2025, 1, 1, tzinfo=UTC)  # long past, whatever the clocks are set to
CERTIFICATE_LASTS = timedelta(days=3650)
CALLS = ("master", "volume", "filer", "s3", "client")
SERVING = ("master", "volume", "filer", "client")
VACUUM_SECONDS = 600  # what was erased is off the disk within the hour
WEED = str(Path(sys.executable).parent / "weed")


# What could be left at its default and is not:
# - log to stderr: it also leaves files in the shared temporary folder else;
# - no peers: it looks for others before it leads, and the volumes wait 5 s for it;
# - no resumed state: a master that resumes it looks a thousand times a second for others; without, it learns from the
#   volumes what they hold;
# - a threshold near zero: until whatever holds a deleted byte is vacuumed, the byte stays in the files of the store;
# - volumes of 128 MB, as many as fit: one is rewritten when it is vacuumed, and each bucket has its own;
# - no HTTP and local sockets: the filer would serve every object to anyone on the machine, and the sockets would lie in
#   the shared temporary folder under a name that another user can take.
OPTIONS = """
-logtostderr server -filer -s3 -dir=data -ip=127.0.0.1 -ip.bind=127.0.0.1
-s3.port={s3} -filer.port={filer} -master.port={master} -volume.port={volume}
-s3.config=s3.json -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0 -master.telemetry=false -master.peers=none
-master.resumeState=false -master.garbageThreshold=0.000001 -master.vacuumIntervalSeconds={vacuum}
-master.volumeSizeLimitMB=128 -volume.max=0
-disableHttp -s3.localSocket=s3.sock -filer.localSocket=filer.sock -idleTimeout=5
"""


@dataclass(frozen=True)
class ObjectStore:
    """One store in `folder`; `ports` holds one number for each name of PORTS."""

    folder: Path
    ports: dict[str, int]
    secret: str
    log: Path
    vacuum_seconds: int = VACUUM_SECONDS

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.ports['s3']}"

    @property
    def sockets(self) -> list[Path]:
        """Where its parts speak to each other: named by their port, in a folder that no option changes."""
        return [Path(f"/tmp/seaweedfs-{name}-grpc-{port + GRPC}.sock") for name, port in self.ports.items()]  # noqa: S108 # nosec B108 (their place, not ours)

    def prepare(self) -> None:
        for forgotten in self.sockets:  # by one that was killed
            forgotten.unlink(missing_ok=True)
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        _make_inner_key(self.folder / CERTIFICATE, self.folder / KEY)
        rewrite_private(self.folder / "security.toml", security())  # read from where it is started
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        key = {"accessKey": ACCESS_KEY, "secretKey": self.secret}
        config = self.folder / "s3.json"
        config.touch(mode=0o600)
        config.write_text(
            json.dumps({"identities": [{"name": "parvis", "credentials": [key], "actions": actions}]}),
            encoding="utf-8",
        )

    def program(self) -> Program:
        return Program(
            name=NAME,
            argv=[WEED, *OPTIONS.format(**self.ports, vacuum=self.vacuum_seconds).split()],
            cwd=self.folder,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.folder),
                # Its buffers alone come to some 180 MiB, mostly never touched: a limit near that has it collect for ever.
                "GOMEMLIMIT": "320MiB",
                "GOMAXPROCS": "1",  # with more, its timers wake two threads where one would do
                "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",  # volumes at a time for a bucket that has none left, else 7
                # Without an address its reporter of errors sends nothing, but looks ten times a second
                # for something to send; with a malformed one it is not started.
                "SENTRY_DSN": "none",
            },
            log=self.log,
            ready=lambda: answers(self.endpoint),
            remedy=DAMAGED,
            # Asked to stop, it stops its parts in any order and waits 15 s and more for some to leave others. When those who
            # use it have ended, it has a second's work left, the deletion of what was erased last; killed after that, it
            # loses nothing.
            stop_signal=None,
            stop_seconds=2,
            unresponsive_seconds=30,
            leaves=self.sockets,
        )


def _make_inner_key(certificate: Path, key: Path) -> None:
    """Writes both anew, readable by their owner alone. The certificate is its own authority: it vouches for no other."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "parvis")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(CERTIFICATE_BEGINS)
        .not_valid_after(datetime.now(UTC) + CERTIFICATE_LASTS)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(secret, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    rewrite_private(key, secret.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode())
    rewrite_private(certificate, signed.public_bytes(pem).decode())


def security() -> str:
    """Every part serves and calls with the one certificate, and takes no other."""
    own = f'cert = "{CERTIFICATE}"\nkey = "{KEY}"\n'
    calls = "".join(f"[grpc.{part}]\n{own}" for part in CALLS)
    servers = "".join(f'[https.{part}]\n{own}ca = "{CERTIFICATE}"\nenabled = true\n' for part in SERVING)
    return f'[grpc]\nca = "{CERTIFICATE}"\n{calls}{servers}'


def answers(endpoint: str, seconds: float = 0.5) -> bool:
    """True when a store on this machine says that it serves."""
    return probes.answers(int(endpoint.rpartition(":")[2]), seconds, "/healthz")
