"""`/_composants`: every part of the pages in every state, in development only."""

import re
from pathlib import Path
from typing import Any

from flask import abort, current_app, render_template

from gateway.dates import local
from gateway.pages import Pages, now, samples
from gateway.permissions import PUBLIC

page = Pages("catalogue", __name__)

PICTURES = Path(__file__).parent / "static" / "icons.svg"
NO_ICONS = {"crest", "scene"}


@page.get(samples.HERE, permission=PUBLIC)
def parts() -> str:
    """The parts of the citizens' pages; header and footer are those of the page itself."""
    return _shown("_composants/index.html", icons=_icons(), **samples.citizens(local(now())))


@page.get(samples.FOR_AGENTS, permission=PUBLIC)
def agents_parts() -> str:
    """The parts that only agents see, in the agents' own frame."""
    return _shown("_composants/agents.html", **samples.agents(local(now())))


def _shown(template: str, **parts: Any) -> str:
    if not current_app.config["DEVELOPMENT"]:
        abort(404)
    return render_template(template, **parts)


def _icons() -> list[str]:
    return [name for name in re.findall(r'<symbol id="([\w-]+)"', PICTURES.read_text("utf-8")) if name not in NO_ICONS]
