"""A holder in front of their own space: what is asked and changed, in one line each."""

from dataclasses import dataclass
from typing import Any

from services.accounts.credentials.usernames import fold
from services.accounts.disclosure import views as people
from services.accounts.email_changes import use_cases as email_changes
from services.accounts.own_space import use_cases as own_space, views as own_space_views
from services.accounts.schemas import profile as calls
from services.accounts.spaces import rules as account
from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from tests.integration.accounts.conftest import MESSAGING, PASSWORD, VISITOR, House

OLD, NEW = "camille.exemple@courriel.example", "camille.nouvelle@courriel.example"


@dataclass
class Holder:
    house: House
    actor: Actor

    def space(self) -> calls.Space:
        return self.house.send(own_space_views.read_space, calls.ReadSpace(), self.actor)

    def profile(self, **changes: Any) -> calls.ChangeProfile:
        """The profile as it is, with these fields of it changed; `seen` is the one that is there now unless given."""
        space = to_json(self.space())
        sections = {
            name: space[name] for name in ("identity", "address", "phones", "preferred_contact", "organisation")
        }
        for name, value in changes.items():
            sections[name] = {**(sections[name] or {}), **value} if isinstance(value, dict) else value
        return from_json(calls.ChangeProfile, {"seen": space["mark"], **sections})

    def change(self, asked: calls.ChangeProfile, command_id: str | None = None) -> None:
        self.house.send(own_space.change_profile, asked, self.actor, command_id)

    def change_credentials(self, *, command_id: str | None = None, **wish: str) -> calls.CredentialsChange:
        asked = calls.ChangeCredentials(**{"current_password": PASSWORD, **wish})
        return self.house.send(own_space.change_credentials, asked, self.actor, command_id)

    def ask_for(self, email: str) -> str:
        """The id of the change."""
        self.change_credentials(email=email)
        [*_, row] = self.house.rows("SELECT change_id FROM email_changes ORDER BY ordinal")
        return str(row["change_id"])

    def mailed(self, purpose: str, change_id: str) -> dict[str, Any]:
        call = self.house.call(MESSAGING, account_id=self.account_id, purpose=purpose, about=change_id)
        return self.house.ask(people.notice_details, call)

    def moved_to(self, email: str) -> str:
        """The address confirmed; the id of the change."""
        change_id = self.ask_for(email)
        confirm(self.house, self.mailed("email_change_link", change_id)["token"], self.actor)
        return change_id

    @property
    def account_id(self) -> Any:
        return account.own(self.actor)


def holder_of(house: House, username: str = "camille.exemple") -> Holder:
    with house.store.read() as conn:
        statement = "SELECT person_id FROM credentials WHERE username = %(username)s"
        [row] = conn.execute(statement, {"username": fold(username)}).fetchall()
    return Holder(house, Actor(kind="citizen", id=str(row["person_id"])))


def another_space(house: House, username: str, email: str, *, active: bool = True) -> Holder:
    """A space of somebody else, with the same password."""
    house.create(
        contact={"email": email},
        credentials={"username": username, "password": PASSWORD},
        address_seen=f"of {username}",
    )
    holder = holder_of(house, username)
    if active:
        call = house.call(MESSAGING, account_id=holder.account_id, purpose="account_activation", about="")
        house.activate_and_leave(house.ask(people.notice_details, call)["token"])
    return holder


def confirm(
    house: House, token: str, actor: Actor = VISITOR, password: str = "", command_id: str | None = None
) -> None:
    house.send(email_changes.confirm_email, calls.ConfirmEmail(token=token, password=password), actor, command_id)


def undo(house: House, token: str, command_id: str | None = None) -> None:
    house.send(email_changes.undo_email_change, calls.UndoEmailChange(token=token), VISITOR, command_id)
