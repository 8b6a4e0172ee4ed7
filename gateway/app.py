"""The only wiring: which parts the gateway is made of, and in which order a request meets them."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import api, beginnings, brief_calls, conversation, errors, health, kept_pages, pages, templating, town
from gateway.beginnings import Beginnings
from gateway.clients import Clients
from gateway.http import assets, compression, security
from gateway.http.assets import Assets
from gateway.http.bodies import OrjsonProvider, WholeRequest
from gateway.http.security import Security
from gateway.kept_pages import KeptPages
from gateway.routes import FORM_BYTES, Pages, served_in
from gateway.sessions import identity
from gateway.sessions.cookies import CookieJar
from gateway.sessions.identity import Identity, Sessions
from gateway.sessions.list_changes import ListChanges
from gateway.sessions.open_files import OpenFiles
from gateway.sessions.published_changes import PublishedChanges
from gateway.town import TownBook
from services.chassis.clock import Clock, Ids
from services.chassis.settings import Settings, WrongSetting

PAGES = Path(pages.__file__).parent


def create_app(
    settings: Settings,
    clients: Clients,
    sessions: Sessions | None = None,
    changes: ListChanges | None = None,
    published: PublishedChanges | None = None,
) -> Flask:
    """The WSGI application. `sessions`, `changes` and `published` are shared with what listens to the broker."""
    if not settings.signing_key:
        raise WrongSetting("SIGNING_KEY : sans clé, n’importe qui pourrait signer un formulaire.")
    app = Flask("gateway", static_folder=None, template_folder=str(PAGES / "templates"))
    app.json = OrjsonProvider(app)
    app.request_class = WholeRequest
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=1000,
        PUBLIC_URL=settings.public_url,
        PARTNERS_AMQP_URL=settings.partners_public_url or settings.partners_amqp_url,
        MAIL_INBOX_URL=settings.mail_inbox_url,
        RPC_TIMEOUT_SECONDS=settings.rpc_timeout_seconds,
    )
    app.extensions["parvis.clients"] = clients
    app.extensions["parvis.new_id"] = Ids().new
    app.extensions["parvis.now"] = Clock().now

    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    compression.install(app)
    errors.install(app)
    conversation.install(app)
    app.before_request(errors.refuse_malformed)
    security.install(app, Security(settings))
    jar = CookieJar(secure=settings.public_url.startswith("https://"), secret=settings.signing_key)
    identity.install(app, Identity(clients, sessions or Sessions(), jar))
    app.extensions["parvis.list_changes"] = changes or ListChanges()
    app.extensions["parvis.open_files"] = OpenFiles()
    published = published or PublishedChanges()
    book = TownBook(clients, published, now=app.extensions["parvis.now"], state_folder=settings.state_folder)
    town.install(app, book)
    kept_pages.install(app, KeptPages(published))
    brief_calls.install(app, clients, published)
    beginnings.install(app, Beginnings(clients, published))
    assets.install(app, Assets(PAGES / "static", watch=settings.development))
    templating.install(app)
    app.register_blueprint(health.health)
    api.install(app)
    for blueprint in served_in(pages.__path__, pages.__name__, Pages):
        app.register_blueprint(blueprint)
    return app
