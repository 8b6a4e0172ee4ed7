"""What is saved of partners' sites: checked by the partner once, sealed under keys kept apart, used once a click."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.command.partner_spaces import spaces_of
from deploy.partner_sites import PartnerSite
from services.accounts.partners import partner_check, use_cases as vault, views as partners_views
from services.accounts.partners.partner_check import PartnerSites
from services.accounts.partners.rules import NothingSaved, PassExpired, PassUnknown, PassUsed
from services.accounts.schemas import partner_credentials as asking, refusals
from services.accounts.spaces.rules import NotYours, SignUpOver
from services.accounts.throttling.rules import TryLater
from services.chassis.actors import Actor
from services.chassis.contracts import from_json, to_json
from services.chassis.errors import Refusal
from services.chassis.event_store.store import Store
from services.content.schemas.partner_spaces import PartnerConnection, PartnerSpace
from tests.integration.accounts.own_space import holder_of
from tests.integration.accounts.service import VISITOR, Accounts
from tests.integration.accounts.staff import IMPORTER

ROOT = Path(__file__).parents[3]
TOWN = ROOT / "deploy" / "demo-town" / "partner_spaces.yaml"
FAMILY, WATER = "portail-famille", "regie-eau"
RIGHT = {"code_famille": "100001", "mot_de_passe": "clé <du> foyer"}
WRONG = {**RIGHT, "mot_de_passe": "autre chose"}
KEYS = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerSite]:
    logins = tmp_path_factory.mktemp("partners") / "logins.json"
    logins.write_text(json.dumps({FAMILY: {RIGHT["code_famille"]: RIGHT["mot_de_passe"]}}))
    with PartnerSite(spaces_of(TOWN)[FAMILY], logins, 0) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield served
        served.stopped.set()
        served.shutdown()


@dataclass
class Vault:
    """Camille in front of the other spaces."""

    accounts: Accounts
    store: Store
    site: PartnerSite
    actor: Actor
    town_host: str = "portail-famille.saint-aubin-sur-orne.example"

    def partner(self, slug: str) -> PartnerConnection:
        space = spaces_of(TOWN)[slug]
        connection, origin = space["connection"], f"http://127.0.0.1:{self.site.server_port}"
        shown = {
            **space,
            "kind": connection["kind"],
            "url": connection["login_url"],
            "fields": [one for one in space["form"]["fields"] if one.get("stored", True)],
        }
        return PartnerConnection(
            space=from_json(PartnerSpace, shown),
            site=self.town_host,
            form_url=origin + self.site.login_path,
            form_origins=(origin,),
            check_url=origin + self.site.login_path,
            check_origins=(origin,),
            success_marker=connection.get("success_marker", ""),
            failure_marker=connection.get("failure_marker", ""),
            hidden=space["form"]["hidden"],
        )

    def save(self, values: dict[str, str], slug: str = FAMILY, command_id: str | None = None) -> None:
        self.accounts.clock.move(seconds=1)  # each act has an instant of its own
        asked = asking.SavePartnerCredentials(slug=slug, values=values)
        call = self.accounts.call(self.actor, command_id, **to_json(asked))
        vault.save_partner_credentials(self.store, call, asked, self.partner, PartnerSites())

    def guess(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises(refusals.PartnerRefused):
                self.save(WRONG)

    def remove(self, slug: str = FAMILY) -> None:
        self.accounts.clock.move(seconds=1)
        self.accounts.send(vault.remove_partner_credentials, asking.RemovePartnerCredentials(slug=slug), self.actor)

    def kept(self) -> list[asking.KeptCredentials]:
        return list(self.listed().kept)

    def acts(self) -> list[str]:
        return [use.act for use in reversed(self.listed().uses)]

    def listed(self) -> asking.OwnPartnerSpaces:
        accounts, asked = replace(self.accounts, store=self.store), asking.ListPartnerCredentials(with_uses=True)
        return accounts.send(partners_views.list_partner_credentials, asked, self.actor)

    def open(self) -> str:
        asked = asking.OpenPartnerConnection(slug=FAMILY)
        call = self.accounts.call(self.actor, slug=FAMILY)
        return vault.open_partner_connection(self.store, call, asked, self.partner, PartnerSites()).token

    def use(self, token: str, actor: Actor | None = None) -> asking.PartnerForm:
        self.accounts.clock.move(seconds=1)
        asked = asking.UsePartnerPass(token=token)
        call = replace(self.accounts.call(actor or self.actor), command_id=None)
        return vault.use_partner_pass(self.store, call, asked, self.partner)

    def rotate(self, actor: Actor) -> asking.Rotated:
        return vault.rotate_partner_keys(self.store, self.accounts.call(actor), asking.RotatePartnerKeys())

    def with_keys(self, *keys: str) -> "Vault":
        settings = replace(self.store.settings, partner_keys=" ".join(keys))
        return replace(self, store=Store(settings, "accounts", clock=self.accounts.clock, pool=self.store.pool))


@pytest.fixture
def camille(active: Accounts, site: PartnerSite) -> Vault:
    return vault_of(active, site)


def vault_of(accounts: Accounts, site: PartnerSite) -> Vault:
    site.received.clear()
    return Vault(accounts, accounts.store, site, holder_of(accounts).actor).with_keys(KEYS[0])


def test_accepted_credentials_are_saved_and_connect_with_every_field_of_the_form(camille: Vault) -> None:
    camille.save(RIGHT)
    form = camille.use(camille.open())

    sent = {"origine": "espace-citoyens", **RIGHT}
    assert camille.site.received == [sent]
    assert {field.name: field.value for field in form.fields} == sent
    assert form.url.startswith(form.origins[0])
    assert camille.acts() == ["saved", "used"]


def test_a_refusal_of_the_partner_is_answered_at_its_field_and_nothing_is_saved(camille: Vault) -> None:
    command_id = str(uuid4())
    for _ in range(2):  # the answer was lost: the partner is not asked again
        with pytest.raises(refusals.PartnerRefused) as refused:
            camille.save(WRONG, command_id=command_id)

    assert "n’a pas reconnu" in refused.value.fields["mot_de_passe"]
    assert len(camille.site.received) == 1
    assert (camille.kept(), camille.acts()) == ([], ["refused"])


@pytest.mark.parametrize(
    ("code", "refusal", "seconds"),
    [
        ("999500", refusals.PartnerSilent, 60),
        ("999504", refusals.PartnerSilent, 0.6),  # which hangs
        ("999302", refusals.PartnerElsewhere, 60),
        ("999204", refusals.PartnerUnclear, 60),
    ],
)
def test_a_partner_that_does_wrong_has_its_sentence_and_what_was_saved_stays(
    camille: Vault, code: str, refusal: type[Refusal], seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    camille.save(RIGHT)
    monkeypatch.setattr(partner_check, "SECONDS", seconds)

    with pytest.raises(refusal) as refused:
        camille.save({**RIGHT, "code_famille": code})

    assert "Portail famille" in refused.value.message
    assert "rien n’a été enregistré" in refused.value.message.lower()
    assert camille.acts() == ["saved", "unreachable"]
    assert {field.value for field in camille.use(camille.open()).fields} >= set(RIGHT.values())


def test_an_absent_partner_is_silent_and_a_malformed_answer_unclear(
    camille: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = camille.partner(FAMILY)
    gone = replace(there, check_url="http://127.0.0.1:9/connexion", check_origins=("http://127.0.0.1:9",))
    assert PartnerSites().check(gone, RIGHT) is partner_check.Verdict.SILENT
    monkeypatch.setattr("deploy.partner_sites.ELSEWHERE", "http://[")
    with pytest.raises(refusals.PartnerUnclear):
        camille.save({**RIGHT, "code_famille": "999302"})


# Six people at once, and a site that takes their connections and never answers.
SILENT_SITE = """
from services.chassis.process import patched
import socket
from eventlet import GreenPool
from services.accounts.partners import partner_check
from services.chassis.contracts import from_json
from services.chassis.errors import Unavailable
from services.content.schemas.partner_spaces import PartnerConnection

partner_check.SECONDS = 1.0
site = socket.create_server(("127.0.0.1", 0))
origin = "http://127.0.0.1:%d" % site.getsockname()[1]
partner = from_json(PartnerConnection, GIVEN | {"check_url": origin, "check_origins": [origin]})
sites = partner_check.PartnerSites()

def come(_):
    try:
        return sites.check(partner, {}).value
    except Unavailable:
        return "refused"

print(",".join(GreenPool(6).imap(come, range(6))), come(0), sep=",")
"""


def test_a_partner_that_hangs_holds_four_at_a_time_and_the_next_are_refused(camille: Vault) -> None:
    script = f"GIVEN = {to_json(camille.partner(FAMILY))!r}\n{SILENT_SITE}"
    line = [sys.executable, "-W", "ignore", "-c", script]
    said = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout

    assert said.strip().split(",") == [*["silent"] * 4, *["refused"] * 2, "silent"]


def test_a_command_does_not_begin_its_interrupted_check_again(camille: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Any) -> None:
        raise SystemExit

    command_id = str(uuid4())
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(PartnerSites, "check", killed)
        camille.save(RIGHT, command_id=command_id)

    with pytest.raises(refusals.CheckInterrupted):
        camille.save(RIGHT, command_id=command_id)
    assert camille.site.received == []


def test_wrong_tries_at_a_partner_wait_as_at_the_log_in(camille: Vault) -> None:
    camille.guess(times=5)
    with pytest.raises(TryLater):
        camille.save(RIGHT)
    assert len(camille.site.received) == 5


def test_credentials_of_ones_own_buy_no_more_tries_at_those_of_another(camille: Vault) -> None:
    camille.guess(times=4)
    camille.save(RIGHT)
    camille.guess(times=1)
    with pytest.raises(TryLater):
        camille.save(WRONG)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"code_famille", "mot_de_passe"}),
        ({**RIGHT, "code_famille": "12 34"}, {"code_famille"}),
        ({**RIGHT, "mot_de_passe": "x" * 201}, {"mot_de_passe"}),
    ],
)
def test_an_invalid_form_is_refused_by_field_and_no_partner_is_asked(
    camille: Vault, values: dict[str, str], wrong: set[str]
) -> None:
    with pytest.raises(refusals.PartnerFormRefused) as refused:
        camille.save(values)
    assert set(refused.value.fields) == wrong
    assert camille.site.received == []


def test_where_the_site_is_only_opened_the_reference_is_recalled_and_nothing_is_sent(camille: Vault) -> None:
    camille.save({"reference_abonne": "061-000031", "code_acces": "jamais gardé"}, WATER)

    assert [(one.slug, one.reminder) for one in camille.kept()] == [(WATER, "061-000031")]
    assert camille.site.received == []
    asked = asking.OpenPartnerConnection(slug=WATER)
    with pytest.raises(NothingSaved):
        call = camille.accounts.call(camille.actor)
        vault.open_partner_connection(camille.store, call, asked, camille.partner, PartnerSites())


def test_no_answer_kept_row_or_listing_holds_a_secret(camille: Vault) -> None:
    camille.save(RIGHT)
    camille.use(camille.open())

    rows = [
        row
        for table in ("partner_credentials", "partner_uses", "partner_passes", "commands", "events")
        for row in camille.accounts.rows(f"SELECT t::text AS text, to_jsonb(t)::text AS json FROM {table} AS t")
    ]
    text = str(rows) + str(to_json(camille.listed()))
    for secret in RIGHT.values():
        assert secret not in text
        assert secret.encode().hex() not in text


def test_a_page_of_connection_opens_once_in_time_and_for_its_holder_alone(camille: Vault) -> None:
    camille.save(RIGHT)
    token, late = camille.open(), camille.open()

    with pytest.raises(PassUnknown):
        camille.use(token, Actor(kind="citizen", id=str(uuid4())))
    camille.use(token)  # that another tried it took nothing from its holder
    with pytest.raises(PassUsed):
        camille.use(token)
    camille.accounts.clock.move(seconds=60)
    with pytest.raises(PassExpired):
        camille.use(late)
    with pytest.raises(PassUnknown):
        camille.use("forged-forged")
    assert camille.acts() == ["saved", "used"]


def test_removed_credentials_connect_no_more_also_from_an_open_page(camille: Vault) -> None:
    camille.save(RIGHT)
    token = camille.open()
    camille.remove()

    with pytest.raises(NothingSaved):
        camille.use(token)
    with pytest.raises(NothingSaved):
        camille.open()
    camille.remove()  # it is gone already
    assert (camille.kept(), camille.acts()) == ([], ["saved", "removed"])


def test_credentials_go_to_no_other_host_than_when_they_were_saved(camille: Vault) -> None:
    camille.save(RIGHT)
    camille.town_host = "autre.example"
    with pytest.raises(refusals.PartnerMoved):
        camille.open()


def test_keys_are_rotated_while_rows_are_read_and_the_old_one_opens_nothing(camille: Vault) -> None:
    camille.save(RIGHT)
    both, new = camille.with_keys(KEYS[1], KEYS[0]), camille.with_keys(KEYS[1])

    with pytest.raises(refusals.VaultClosed):
        new.open()
    both.use(both.open())  # the old key is readable meanwhile
    done, again = both.rotate(IMPORTER), both.rotate(IMPORTER)

    assert (done, again.rewrapped) == (asking.Rotated(rewrapped=1, lost=0), 0)
    new.use(new.open())
    with pytest.raises(refusals.VaultClosed):
        camille.open()


def test_keys_missing_or_of_another_save_and_rotate_nothing(camille: Vault) -> None:
    with pytest.raises(refusals.VaultClosed):
        camille.with_keys().save(RIGHT)
    assert camille.site.received == []
    camille.save(RIGHT)
    assert camille.with_keys(KEYS[1]).rotate(IMPORTER) == asking.Rotated(rewrapped=0, lost=1)
    camille.open()


@pytest.mark.parametrize("actor", [VISITOR, Actor(kind="agent", id=str(uuid4())), Actor(kind="tracking", id="t")])
def test_only_a_citizen_has_partner_credentials_and_no_citizen_rotates_keys(camille: Vault, actor: Actor) -> None:
    other = replace(camille, actor=actor)
    for act in (lambda: other.save(RIGHT), other.remove, other.kept, other.open, lambda: other.use("a token")):
        with pytest.raises(NotYours):
            act()
    with pytest.raises(NotYours):
        camille.rotate(camille.actor)


def test_a_demonstration_brings_in_what_its_own_sites_accept(camille: Vault) -> None:
    entry = asking.DemoCredentials(account_id=UUID(camille.actor.id), slug=FAMILY, values=RIGHT)
    asked = asking.ImportPartnerCredentials(entries=(entry,))
    call = camille.accounts.call(IMPORTER)
    vault.import_partner_credentials(camille.store, call, asked, camille.partner)

    assert [one.slug for one in camille.kept()] == [FAMILY]
    assert camille.site.received == []


def signed_up(accounts: Accounts, site: PartnerSite, values: dict[str, str]) -> Vault:
    """Camille, who gave these values when the space was made, and has activated it since."""
    pending, camille = accounts.create()["pending"], vault_of(accounts, site)
    asked = asking.KeepPendingCredentials(pending=pending, slug=FAMILY, values=values)
    with pytest.raises(SignUpOver):
        forged = replace(asked, pending=pending[:-4] + "AAAA")
        vault.keep_pending_credentials(camille.store, accounts.call(), forged, camille.partner)
    vault.keep_pending_credentials(camille.store, accounts.call(), asked, camille.partner)
    accounts.activate(accounts.token_mailed())
    with pytest.raises(SignUpOver):
        vault.keep_pending_credentials(camille.store, accounts.call(), asked, camille.partner)
    return camille


def test_credentials_of_a_sign_up_are_checked_once_at_their_first_use(accounts: Accounts, site: PartnerSite) -> None:
    camille = signed_up(accounts, site, RIGHT)
    assert site.received == []  # no partner is called for an unknown person

    for _ in range(2):
        camille.use(camille.open())

    assert len(site.received) == 1
    assert sorted(camille.acts()) == ["saved", "saved", "used", "used"]


def test_credentials_of_a_sign_up_are_removed_when_the_partner_refuses_them(
    accounts: Accounts, site: PartnerSite
) -> None:
    camille = signed_up(accounts, site, WRONG)

    with pytest.raises(refusals.PartnerRefused) as refused:
        camille.open()

    assert "ils sont retirés" in refused.value.message
    assert camille.kept() == []
    with pytest.raises(NothingSaved):
        camille.open()


def test_unchecked_credentials_stay_for_the_next_click(
    accounts: Accounts, site: PartnerSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    camille = signed_up(accounts, site, RIGHT)
    with monkeypatch.context() as patch, pytest.raises(refusals.PartnerSilent):
        patch.setattr(PartnerSites, "check", lambda *_: partner_check.Verdict.SILENT)
        camille.open()
    camille.use(camille.open())


def test_passes_and_uses_are_forgotten_in_the_end_and_all_with_a_closed_space(camille: Vault) -> None:
    camille.save(RIGHT)
    camille.open()
    camille.accounts.clock.move(days=184)
    vault.forget_partner_uses(camille.store)

    assert camille.accounts.rows("SELECT digest FROM partner_passes") == []
    assert camille.acts() == []
    assert len(camille.kept()) == 1
    camille.save(RIGHT)
    camille.open()
    camille.accounts.erase(camille.actor.id)
    for table in ("partner_credentials", "partner_uses", "partner_passes"):
        assert camille.accounts.rows(f"SELECT * FROM {table}") == []
