"""Which services there are: every folder beside the chassis that has migrations of its own."""

from pathlib import Path

SERVICES = Path(__file__).resolve().parent.parent


def service_names() -> list[str]:
    """The names of all services, in alphabetical order."""
    return sorted(folder.parent.name for folder in SERVICES.glob("*/migrations") if folder.parent.name != "chassis")
