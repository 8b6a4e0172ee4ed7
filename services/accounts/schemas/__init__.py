"""Arguments of the calls that accounts answers. Shapes only: what a value may be is said by the rules beside each matter,
so that a person reads every fault of a form at once."""

from collections.abc import Callable
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Length

from services.accounts.schemas.sign_up import LONGEST_PATH
from services.chassis.french_fields import Listed, Named, Part, Text, one_of

LONGEST_ADDRESS = 64  # an IPv6 address with its zone
LONGEST_TOKEN = 512
LONGEST_DEVICE = 60

PURPOSES = (
    "account_activation",
    "email_used_again",
    "about_a_request",
    "agent_invitation",
    "email_change_link",
    "email_change_asked",
    "email_changed",
    "email_change_undone",
    "password_reset",
    "username_reminder",
    "password_changed",
    "username_changed",
    "account_inactive",
    "archive_ready",
    "closure_asked",
    "closure_near",
    "closure_done",
    "closure_withdrawn",
    "stored_file_rejected",
)


class Shape(Schema):
    """What is not known is left out: a newer gateway may say more."""

    class Meta:
        unknown = EXCLUDE


def _at_most(length: int) -> Callable[[str], Any]:
    return Length(max=length, error="Écrivez {max} caractères au plus.")


def _text(longest: int) -> Text:
    return Text(blank=True, checks=[_at_most(longest)], load_default="")


def _token() -> Text:
    return Text(required=True, checks=[_at_most(LONGEST_TOKEN)])


def _id(*, required: bool = True) -> fields.UUID:
    said: dict[str, Any] = {"invalid_uuid": "Cet identifiant n’est pas valable."}
    if required:
        return fields.UUID(required=True, error_messages=said)
    return fields.UUID(load_default=None, error_messages=said)


class Nothing(Shape):
    """A call without arguments."""


class CaptchaAudio(Shape):
    id = _id()


class NewCredentials(Shape):
    username = _text(200)
    password = _text(1000)


class CaptchaAnswer(Shape):
    id = _text(40)
    answer = _text(40)
    proof = _text(20)


class SpendCaptcha(Shape):
    """`address_seen`: where the HTTP request came from."""

    captcha = Part(CaptchaAnswer, load_default=lambda: {"id": "", "answer": "", "proof": ""})
    address_seen = _text(LONGEST_ADDRESS)


class CreateAccount(Shape):
    """The four sections of the form, and the security code: its answer, or the token of one that is solved. `continue_to`: the page of the portal on which the holder goes
    on after the activation. `address_seen` is where the HTTP request came from."""

    identity = Named(keys=fields.String(), load_default=dict)
    address = Named(keys=fields.String(), load_default=dict)
    contact = Named(keys=fields.String(), load_default=dict)
    preferred_contact = _text(40)
    credentials = Part(NewCredentials, load_default=lambda: {"username": "", "password": ""})
    captcha = Part(CaptchaAnswer, load_default=lambda: {"id": "", "answer": "", "proof": ""})
    solved = _text(LONGEST_TOKEN)
    organisation = Named(keys=fields.String(), load_default=None, allow_none=True)
    continue_to = _text(LONGEST_PATH)
    address_seen = _text(LONGEST_ADDRESS)


class ActivationLink(Shape):
    token = _token()


class SendActivation(Shape):
    email = _text(254)
    address_seen = _text(LONGEST_ADDRESS)


class LogIn(Shape):
    """`presented`: the session that came with the request, if any; the new one takes its place. `device`: browser and
    system in words, for the holder's list of sessions."""

    username = _text(200)
    password = _text(1000)
    address_seen = _text(LONGEST_ADDRESS)
    presented = _text(LONGEST_TOKEN)
    device = _text(LONGEST_DEVICE)


class SecondFactor(Shape):
    challenge = _token()
    code = _text(40)
    presented = _text(LONGEST_TOKEN)
    device = _text(LONGEST_DEVICE)


class SessionToken(Shape):
    session = _token()


class AccountId(Shape):
    account_id = _id()


class ProfileOf(Shape):
    """Without an id, the caller's own."""

    account_id = _id(required=False)


class NoticeDetails(Shape):
    """`about`: the change that the mail is about, where it is about one."""

    account_id = _id()
    purpose = Text(required=True, checks=[one_of(PURPOSES)])
    about = _text(40)


class AccountIds(Shape):
    usernames = Listed(Text(), required=True)


class AddAgent(Shape):
    username = _text(200)
    email = _text(254)
    function = _text(200)
    role = _text(40)
    departments = Listed(Text(), load_default=list)
    permissions = Listed(Text(), load_default=None)  # none given: those of the role


class Agents(Shape):
    """Without a name, all of them."""

    username = _text(200)


class Invitation(Shape):
    token = _token()


class AcceptInvitation(Shape):
    token = _token()
    password = _text(1000)
    code = _text(40)


class OneAgent(Shape):
    """By user name, or by id where one is given."""

    username = _text(200)
    agent_id = _id(required=False)


class ChangeRights(Shape):
    """Added to the rights held and taken from them; `departments` takes the place of the present ones, None leaves them."""

    username = _text(200)
    role = _text(40)
    add = Listed(Text(), load_default=list)
    remove = Listed(Text(), load_default=list)
    departments = Listed(Text(), load_default=None, allow_none=True)


class ImportAccounts(Shape):
    """The town's file of people: `citizens` and `agents`. `invite`: nobody is given a password; new agents are mailed a link.
    `apply`: the file wins over what a page or a command changed."""

    citizens = Listed(Named(keys=fields.String()), load_default=list)
    agents = Listed(Named(keys=fields.String()), load_default=list)
    invite = fields.Boolean(load_default=False)
    apply = fields.Boolean(load_default=False)


class CheckAccounts(Shape):
    """The town's file of people as YAML reads it; `departments`: the slugs of those there are, None if not known; `apply`
    as in the import."""

    document = Named(required=True)
    departments = Listed(Text(), load_default=None, allow_none=True)
    apply = fields.Boolean(load_default=False)
