"""What content may be asked by RPC."""

from services.chassis.french_fields import FrenchSchema, Named, Text, Whole, YesNo, one_of


class ListArguments(FrenchSchema):
    category = Text(allow_none=True)
    audience = Text(allow_none=True, checks=[one_of({"public", "account"})])
    page = Whole(least=1, most=10000, allow_none=True)


class FindArguments(FrenchSchema):
    q = Text(required=True, blank=True)
    limit = Whole(least=1, most=100, required=True)


class SlugArguments(FrenchSchema):
    slug = Text(required=True)


class PollsArguments(FrenchSchema):
    """`browser`: its own name, the same before and after a log-in."""

    browser = Text(load_default="", blank=True)


class PollArguments(PollsArguments):
    slug = Text(required=True)


class VoteArguments(PollArguments):
    """`answers`: by name of question, a value, a list of values, a number or a text. `address_seen`: where the HTTP request
    came from; `code_given`: whether accounts took a security code for this vote."""

    answers = Named(keys=Text(), required=True)
    address_seen = Text(load_default="", blank=True)
    code_given = YesNo(load_default=False)


class ImportArguments(FrenchSchema):
    """The files, as YAML reads them; one that is not given is left as it is. `images`: in base64, by name."""

    images = Named(keys=Text(), values=Text())
    news, activities, practical_info, polls, partner_spaces = (Named() for _ in range(5))
