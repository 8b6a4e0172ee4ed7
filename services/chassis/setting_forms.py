"""What the text of a setting may be: a number within limits, or words of a form. Each says so in French, and never repeats a value."""

import re
from dataclasses import dataclass

LARGEST_PORT = 65535
LOGIN = r"([^\s/@]+@)?"
NAME = r"[\w-]+(\.[\w-]+)*\.?"
HOST = rf"(\[[0-9A-Fa-f:.]+\]|{NAME})"
PORT = r"(:(?P<port>\d{1,5}))?"
SERVERS = rf"(?P<servers>{HOST}(:\d{{1,5}})?(,{NAME}(:\d{{1,5}})?)*)"
"""One server, or those of one cluster. Python reads no address in which brackets come after the first."""


@dataclass(frozen=True)
class Words:
    """A text of a form; a group named « port » must be a port as well, and so what follows each name of a group « servers »."""

    pattern: str
    expected: str

    def admits(self, raw: str) -> bool:
        found = re.fullmatch(self.pattern, raw)
        if found is None:
            return False
        named = found.groupdict()
        ports = [named.get("port"), *re.findall(r":(\d+)(?:,|$)", named.get("servers") or "")]
        return all(port is None or 1 <= int(port) <= LARGEST_PORT for port in ports)


@dataclass(frozen=True)
class Between:
    """A number from `lowest` to `highest`. No other text is one."""

    lowest: float
    highest: float

    @property
    def expected(self) -> str:
        return f"un nombre entre {self.lowest} et {self.highest}"

    def admits(self, raw: str) -> bool:
        try:
            return self.lowest <= float(raw) <= self.highest
        except ValueError:
            return False


Limit = Words | Between

DATABASE = Words(
    r"postgres(ql)?://(?![^\s/]*,\[)[^\s/]*/[^\s/?]+(\?\S*)?",
    "postgresql://compte:mot-de-passe@hôte:port/base ; les serveurs d’un groupe, séparés par des virgules",
)
BROKER = Words(
    rf"amqps?://{LOGIN}{SERVERS}(/[^\s/]*)?",
    "amqp://compte:mot-de-passe@hôte:port/espace, ou amqps:// ; les serveurs d’un groupe, séparés par des virgules",
)
PUBLIC_BROKER = Words(
    rf"amqps?://{SERVERS}(/[^\s/]*)?",
    "amqps://hôte:port/espace, sans compte ni mot de passe ; les serveurs d’un groupe, séparés par des virgules",
)
MANAGEMENT = Words(
    rf"https?://{LOGIN}{SERVERS}(/\S*)?",
    "http://compte:mot-de-passe@hôte:port, ou https:// ; les serveurs d’un groupe, séparés par des virgules",
)
PORTAL = Words(rf"https?://{HOST}{PORT}", "https://nom-du-portail, sans rien après le nom")
PAGE = Words(rf"https?://{HOST}{PORT}(/\S*)?", "une adresse http:// ou https://")
MAIL_RELAY = Words(rf"smtps?://{LOGIN}{HOST}{PORT}/?", "smtp://hôte:port ou smtps://hôte:port")
SENDER = Words(
    r"([^<>@\r\n]+ ?<[^\s<>@]+@[\w-]+(\.[\w-]+)*>|[^\s<>@]+@[\w-]+(\.[\w-]+)*)",
    "une adresse de courriel, ou « Nom <adresse> »",
)
PARTNER_PROXY = Words(rf"http://{HOST}{PORT}/?", "http://hôte:port")
PARTNER_SITES = Words(
    rf"({HOST}=https?://{HOST}(:\d{{1,5}})?(>https?://{HOST}(:\d{{1,5}})?)?(,\s*|$))*",
    "hôte=http://adresse, ou hôte=http://adresse>http://autre-adresse, séparés par des virgules",
)
# Standard Base64 of 32 bytes.
KEYS = Words(
    r"[A-Za-z0-9+/]{43}=(\s+[A-Za-z0-9+/]{43}=)*",
    "une ou plusieurs clés de 32 octets en base64, séparées par des espaces",
)
KEYS_OR_NO_OTHER = Words(
    r"[A-Za-z0-9+/]{43}=(\s+[A-Za-z0-9+/]{43}=)*(\s+none)?",
    "une ou plusieurs clés de 32 octets en base64, séparées par des espaces, puis « none » où elles sont les seules",
)
SERVER = Words(rf"{HOST}:(?P<port>\d{{1,5}})", "hôte:port")
STORE = Words(rf"{HOST}{PORT}", "hôte:port, sans http://")
LISTENER = Words(rf"({HOST}|[0-9A-Fa-f]*(:[0-9A-Fa-f.]*){{2,}})", "un nom ou une adresse de cette machine, sans port")
REGION = Words(r"[a-z0-9-]{1,40}", "un nom de région, comme us-east-1")
# With what follows it, a bucket's name has 63 characters at most.
BUCKETS = Words(r"[a-z0-9][a-z0-9-]{0,39}", "jusqu’à 40 minuscules, chiffres et tirets")
TOWN = Words(r"[a-z0-9]+(-[a-z0-9]+)*", "des minuscules sans accent, des chiffres et des traits d’union")
PORTS = Between(1, LARGEST_PORT)
PORTS_OR_NONE = Between(0, LARGEST_PORT)
