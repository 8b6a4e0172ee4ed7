"""A holder in front of their own space: what is asked and changed, in one line each."""

from dataclasses import dataclass
from typing import Any

from services.accounts.closures import use_cases as closures
from services.accounts.credentials.usernames import fold
from services.accounts.email_changes import use_cases as email_changes
from services.accounts.own_space import use_cases as own_space, views as own_space_views
from services.accounts.schemas import profile as calls
from services.accounts.schemas.closures import Closure, RequestClosure
from services.accounts.spaces import rules as account
from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from tests.integration.accounts.service import PASSWORD, VISITOR, Accounts

OLD, NEW = "camille.exemple@courriel.example", "camille.nouvelle@courriel.example"


@dataclass
class Holder:
    accounts: Accounts
    actor: Actor

    def space(self) -> calls.Space:
        return self.accounts.send(own_space_views.read_space, calls.ReadSpace(), self.actor)

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
        self.accounts.send(own_space.change_profile, asked, self.actor, command_id)

    def change_credentials(self, *, command_id: str | None = None, **wish: str) -> calls.CredentialsChange:
        asked = calls.ChangeCredentials(**{"current_password": PASSWORD, **wish})
        return self.accounts.send(own_space.change_credentials, asked, self.actor, command_id)

    def close(self, password: str = PASSWORD, command_id: str | None = None) -> Closure:
        return self.accounts.send(closures.request_closure, RequestClosure(password=password), self.actor, command_id)

    def ask_for(self, email: str) -> str:
        """The id of the change."""
        self.change_credentials(email=email)
        return self.last_asked()

    def last_asked(self) -> str:
        """The id of the change of address that was asked for last, by whomever."""
        [*_, row] = self.accounts.rows("SELECT change_id FROM email_changes ORDER BY ordinal")
        return str(row["change_id"])

    def link(self, change_id: str = "") -> str:
        """The token that the new address gets: of the last change, unless another is given."""
        return self.mailed("email_change_link", change_id or self.last_asked())["token"]

    def way_back(self, change_id: str = "") -> str:
        """The token that the old address gets."""
        return self.mailed("email_change_asked", change_id or self.last_asked())["token"]

    def waiting(self) -> str | None:
        """The address that waits to be confirmed."""
        asked = self.space().email_to_confirm
        return asked.email if asked else None

    def mailed(self, purpose: str, change_id: str) -> dict[str, Any]:
        return self.accounts.notice(purpose, self.account_id, change_id)

    def moved_to(self, email: str) -> str:
        """The address confirmed; the id of the change."""
        change_id = self.ask_for(email)
        confirm(self.accounts, self.link(change_id), self.actor)
        return change_id

    @property
    def account_id(self) -> Any:
        return account.own(self.actor)


def holder_of(accounts: Accounts, username: str = "camille.exemple") -> Holder:
    return Holder(accounts, Actor(kind="citizen", id=str(accounts.account_of(fold(username)))))


def another_space(accounts: Accounts, username: str, email: str, *, active: bool = True) -> Holder:
    """A space of somebody else, with the same password."""
    accounts.create(
        contact={"email": email},
        credentials={"username": username, "password": PASSWORD},
        address_seen=f"of {username}",
    )
    holder = holder_of(accounts, username)
    if active:
        accounts.activate_and_leave(accounts.notice("account_activation", holder.account_id)["token"])
    return holder


def confirm(
    accounts: Accounts, token: str, actor: Actor = VISITOR, password: str = "", command_id: str | None = None
) -> None:
    accounts.send(email_changes.confirm_email, calls.ConfirmEmail(token=token, password=password), actor, command_id)


def undo(accounts: Accounts, token: str, command_id: str | None = None) -> None:
    accounts.send(email_changes.undo_email_change, calls.UndoEmailChange(token=token), VISITOR, command_id)
