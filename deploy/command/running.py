"""The settings of the instance that runs, for the commands that act on it."""

from deploy.command import notes
from deploy.command.deployed import is_deployed
from deploy.command.layout import Layout
from deploy.command.trouble import Trouble
from services.chassis.settings import Settings

ALWAYS = ("DATABASE_URL", "AMQP_URL", "S3_ENDPOINT", "SMTP_URL", "GATEWAY_PORT")
"""The settings that name where an instance is: `up` always writes them."""


def running_settings(layout: Layout) -> Settings:
    """Those of the instance that is up; in a container, those of its environment."""
    if is_deployed():
        return Settings.load()
    if not layout.is_locked():
        raise Trouble(f"Parvis ne tourne pas : démarrez-le avec {layout.command('up')}.")
    return Settings.load(settings_file(layout))


def settings_file(layout: Layout) -> dict[str, str]:
    """What `up` wrote; raises Trouble for a file that is missing or damaged."""
    found = notes.read(layout.settings, _complete, notes.REWRITE)
    if found is None:
        raise Trouble(f"Le fichier {layout.settings} manque : démarrez Parvis avec ./parvis up.")
    return found


def _complete(text: str) -> dict[str, str]:
    found = notes.texts(text)
    Settings.for_serving(found)
    if any(setting not in found for setting in ALWAYS):
        raise ValueError  # a default would be the address of another's server
    return found
