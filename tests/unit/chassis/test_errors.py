"""A refusal on the way between processes."""

from services.chassis.errors import Conflict, NotFound
from services.chassis.rpc.wire import from_wire, to_wire
from services.requests.schemas.refusals import DraftFiled


def test_a_declared_refusal_arrives_as_its_class() -> None:
    arrived = from_wire(to_wire(DraftFiled(details={"number": "1"})))

    assert type(arrived) is DraftFiled
    assert (arrived.message, arrived.details) == (DraftFiled.message, {"number": "1"})


def test_any_other_refusal_arrives_as_its_kind_with_its_code() -> None:
    arrived = from_wire({**to_wire(Conflict()), "code": "of_another_release"})
    renamed = from_wire({**to_wire(NotFound()), "code": DraftFiled.code})

    assert (type(arrived), arrived.code) == (Conflict, "of_another_release")
    assert (type(renamed), renamed.code) == (NotFound, DraftFiled.code)
