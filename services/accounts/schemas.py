"""Arguments of the calls that accounts answers. Shapes only: what a value may be is said by the rules beside each matter,
so that a person reads every fault of a form at once."""

from marshmallow import EXCLUDE, Schema, fields, validate

LONGEST_ADDRESS = 64  # an IPv6 address with its zone
LONGEST_TOKEN = 512


class Shape(Schema):
    """What is not known is left out: a newer gateway may say more."""

    class Meta(Schema.Meta):
        unknown = EXCLUDE


def _text(longest: int, **options: object) -> fields.String:
    return fields.String(validate=validate.Length(max=longest), load_default="", **options)  # type: ignore[arg-type]


def _token() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TOKEN))


class Nothing(Shape):
    pass


class CaptchaAudio(Shape):
    id = fields.UUID(required=True)


class NewCredentials(Shape):
    username = _text(200)
    password = _text(1000)


class CaptchaAnswer(Shape):
    id = _text(40)
    answer = _text(40)


class CreateAccount(Shape):
    """The four sections of the form, and the security code. `address_seen` is where the HTTP request came from."""

    identity = fields.Dict(keys=fields.String(), load_default=dict)
    address = fields.Dict(keys=fields.String(), load_default=dict)
    contact = fields.Dict(keys=fields.String(), load_default=dict)
    preferred_contact = _text(40)
    credentials = fields.Nested(NewCredentials, load_default=lambda: {"username": "", "password": ""})
    captcha = fields.Nested(CaptchaAnswer, load_default=lambda: {"id": "", "answer": ""})
    address_seen = _text(LONGEST_ADDRESS)


class Activate(Shape):
    token = _token()


class SendActivation(Shape):
    email = _text(254)
    address_seen = _text(LONGEST_ADDRESS)


class LogIn(Shape):
    username = _text(200)
    password = _text(1000)
    address_seen = _text(LONGEST_ADDRESS)


class SecondFactor(Shape):
    challenge = _token()
    code = _text(40)


class SessionToken(Shape):
    session = _token()


class AccountId(Shape):
    account_id = fields.UUID(required=True)


class ProfileOf(Shape):
    """Without an id, the caller's own."""

    account_id = fields.UUID(load_default=None)


class NoticeDetails(Shape):
    account_id = fields.UUID(required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(["account_activation", "email_used_again"]))


class AgentsOf(Shape):
    department = fields.String(required=True, validate=validate.Length(min=1, max=100))


class AccountIds(Shape):
    usernames = fields.List(fields.String(), required=True, validate=validate.Length(max=1000))


class AddAgent(Shape):
    username = _text(200)
    email = _text(254)
    function = _text(200)
    role = _text(40)
    departments = fields.List(fields.String(), load_default=list)
    permissions = fields.List(fields.String(), load_default=list)


class ImportAccounts(Shape):
    """The town's file of people: `citizens` and `agents`."""

    citizens = fields.List(fields.Dict(keys=fields.String()), load_default=list)
    agents = fields.List(fields.Dict(keys=fields.String()), load_default=list)
