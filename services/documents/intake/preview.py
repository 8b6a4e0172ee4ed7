"""A page of a file as a picture: drawn when it is looked at, in a child process, from a copy that is gone afterwards."""

import base64
from uuid import UUID

from services.chassis.calls import Call
from services.chassis.errors import Conflict, NotFound
from services.chassis.event_store.store import Store
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.inspection import examination
from services.documents.inspection.rejection import Rejected
from services.documents.intake import use_cases as examining
from services.documents.object_store.objects import Objects
from services.documents.schemas.pieces import DrawPage, PagePicture
from services.documents.schemas.refusals import UnknownFile
from services.townhall.file_formats import DRAWN


class NoSuchPage(NotFound):
    message = "Ce fichier n’a pas cette page."


class NotDrawn(Conflict):
    message = "Cette page ne peut pas être montrée ici : ouvrez le fichier."


def draw(store: Store, call: Call, asked: DrawPage, grant: Grant, objects: Objects) -> PagePicture:
    """No transaction is open while bytes move and the page is drawn; the look is recorded before."""
    with store.transaction() as tx:
        file = examining.view(tx, grant, UUID(asked.file_id), call.actor)
    if file.media_type not in DRAWN:
        raise NotDrawn
    if file.pages is not None and asked.page > file.pages:
        raise NoSuchPage
    with examination.workplace() as folder:
        source, target = folder / "kept", folder / "page"
        if not objects.fetch_kept(str(file.object_key), source):
            raise UnknownFile
        try:
            drawn = examination.draw(source, target, file.media_type, asked.page)
        except Rejected:
            raise NotDrawn from None
        if drawn is None:
            raise NoSuchPage
        content = base64.b64encode(target.read_bytes()).decode()
    if file.pages is None:
        with store.transaction() as tx:
            tx.conn.execute(rows.PAGES, {"id": file.id, "pages": drawn.pages})
    return PagePicture(content=content, width=drawn.width, height=drawn.height, pages=drawn.pages)
