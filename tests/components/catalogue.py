"""`/_composants`: every component of the pages in every state, on the gateway's own templates and style sheets."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from flask import Flask, Response, render_template
from werkzeug.serving import make_server

from gateway import pages
from gateway.app import create_app
from gateway.clients import Clients
from gateway.conversation import request_context
from gateway.dates import local
from gateway.permissions import PUBLIC
from gateway.routes import Pages, now
from services.chassis.settings import Settings
from tests.components import samples
from tests.support.stubs import Stubs
from tests.support.town_hall import furnish

STATIC = Path(pages.__file__).parent / "static"
PICTURE = Path(__file__).parents[2] / "deploy" / "demo-town" / "images" / "aviron.webp"
NO_ICONS = {"crest", "scene"}


def catalogue() -> Pages:
    """The blueprint of both pages; another for each application, as Flask wants it."""
    page = Pages(
        "catalogue",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path=f"{samples.HERE}/static",
    )

    @page.get(samples.HERE, permission=PUBLIC)
    def parts() -> str:
        """The components of the citizens' pages; header and footer are those of the page itself."""
        return render_template(
            "_composants/index.html",
            icons=_symbols("icons"),
            drawings=_symbols("drawings"),
            **samples.citizens(local(now())),
        )

    @page.get(f"{samples.HERE}/image", permission=PUBLIC)
    def picture() -> Response:
        """The one that the examples show."""
        return Response(PICTURE.read_bytes(), content_type="image/webp")

    @page.get(samples.FOR_AGENTS, permission=PUBLIC)
    def agents_parts() -> str:
        """The components that only agents see, in the agents' own frame."""
        return render_template("_composants/agents.html", **samples.agents(local(now())))

    return page


def catalogue_app() -> Flask:
    """A gateway on stub services that shows the catalogue; style sheets and templates are read again when they change."""
    services = Stubs()
    furnish(services)
    app = create_app(Settings(signing_key=bytes(32), development=True), Clients(services, request_context))
    app.jinja_env.auto_reload = True
    app.register_blueprint(catalogue())
    return app


@contextmanager
def served(port: int = 0) -> Generator[str]:
    """The address at which the catalogue is served meanwhile; port 0: any that is free."""
    server = make_server("127.0.0.1", port, catalogue_app(), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def _symbols(file: str) -> list[str]:
    """The names of what that file of the static folder draws."""
    drawn = re.findall(r'<symbol id="([\w-]+)"', (STATIC / f"{file}.svg").read_text("utf-8"))
    return [name for name in drawn if name not in NO_ICONS]
