"""The purposes of mails to holders of spaces and to agents: accounts knows what each needs, messaging writes it."""

from enum import StrEnum


class Mail(StrEnum):
    """What a mail about a personal space, or an agent's access, is about. Stored and sent by these words."""

    ACCOUNT_ACTIVATION = "account_activation"
    EMAIL_USED_AGAIN = "email_used_again"
    ABOUT_A_REQUEST = "about_a_request"
    """Name and address of a holder, for a mail that is about a request."""
    AGENT_INVITATION = "agent_invitation"
    EMAIL_CHANGE_LINK = "email_change_link"
    """To the new address of a space, which counts once its link is followed; the three below go to the old one."""
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    EMAIL_CHANGE_UNDONE = "email_change_undone"
    PASSWORD_RESET = "password_reset"  # noqa: S105 a purpose
    RECOVERY_CODE_USED = "recovery_code_used"
    USERNAME_REMINDER = "username_reminder"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 a purpose
    USERNAME_CHANGED = "username_changed"
    ACCOUNT_INACTIVE = "account_inactive"
    ARCHIVE_READY = "archive_ready"
    CLOSURE_ASKED = "closure_asked"
    """A space is to be erased: until when its holder can return, and how; those below follow it."""
    CLOSURE_NEAR = "closure_near"
    CLOSURE_DONE = "closure_done"
    CLOSURE_WITHDRAWN = "closure_withdrawn"
    STORED_FILE_REJECTED = "stored_file_rejected"
