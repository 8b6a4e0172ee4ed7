"""The part of requests' client about the link by which a visitor goes on with a draft on another device."""

from uuid import UUID

from gateway.clients.link import CommandId, Link
from services.requests.schemas.draft_links import (
    DraftBehindLink,
    MailDraftLink,
    OpenDraftLink,
    OpenedDraft,
    ReadDraftLink,
)
from services.townhall import mailed_links


class DraftLinksOfRequests:
    """What is presented is the token of the mail; what is asked by is its digest."""

    _link: Link

    def mail_draft_link(self, draft_id: UUID, email: str, *, command_id: CommandId) -> None:
        """To that address, of the actor's own draft; refused as invalid in `email`, or as too many for the mailbox."""
        self._link.send(MailDraftLink(draft_id=draft_id, email=email), command_id=command_id)

    def read_draft_link(self, token: str) -> DraftBehindLink:
        """What the link leads to; nothing is changed by it."""
        return self._link.send(ReadDraftLink(digest=mailed_links.digest(token)))

    def open_draft_link(self, token: str, *, replaces: bool = False, command_id: CommandId) -> OpenedDraft:
        """The draft is the actor's as well; `replaces`: in place of another one of the procedure."""
        asked = OpenDraftLink(digest=mailed_links.digest(token), replaces=replaces)
        return self._link.send(asked, command_id=command_id)
