"""What a citizen is known by at partners' sites: checked and saved, also at the sign-up, removed, used once, rewrapped."""

from uuid import UUID

from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import digest, new_token
from services.accounts.partners import rows as kept_rows, rules
from services.accounts.partners.partner_check import PartnerSites, Verdict
from services.accounts.partners.partner_vault import Credentials, KeyRing
from services.accounts.partners.rules import FindPartner
from services.accounts.partners.views import open
from services.accounts.schemas import partner_credentials as asking, refusals
from services.accounts.sign_up import pending
from services.accounts.spaces import records
from services.accounts.spaces.rules import NotYours, own
from services.accounts.throttling.rows import take_back
from services.accounts.throttling.rules import AN_ACCOUNT
from services.accounts.throttling.use_cases import count_try
from services.chassis.actors import only_ourselves
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.errors import Unavailable
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.schemas.partner_spaces import PartnerConnection

PAGE = 200
SAVED, USED, REMOVED = "saved", "used", "removed"
CHECKING, REFUSED, UNREACHABLE = "checking", "refused", "unreachable"
NOT_KNOWN_THERE = "Le site « {} » n’a pas reconnu les identifiants donnés à la création de votre espace : ils sont retirés. Indiquez-les de nouveau dans « Mon profil », « Autres espaces »."
NOT_CONNECTED = "Le site « {} » n’a pas pu vérifier vos identifiants : la connexion n’a pas eu lieu. Réessayez plus tard, ou prévenez la mairie."
UNCHECKED: dict[Verdict, type[refusals.PartnerSilent | refusals.PartnerElsewhere | refusals.PartnerUnclear]] = {
    Verdict.SILENT: refusals.PartnerSilent,
    Verdict.ELSEWHERE: refusals.PartnerElsewhere,
    Verdict.UNCLEAR: refusals.PartnerUnclear,
}


def save_partner_credentials(
    store: Store, call: Call, asked: asking.SavePartnerCredentials, find: FindPartner, sites: PartnerSites
) -> Done:
    """Where the portal connects, the partner is asked first, outside every transaction. Wrong tries wait as at the log-in."""
    account_id, ring = own(call.actor), _ring(store)
    partner = find(asked.slug)
    values = rules.read_values(partner, asked.values)
    if done := store.done(call, Done):
        return done
    if partner.space.connects:
        _check(store, call, account_id, partner, values, sites)

    def save(tx: Transaction) -> Done:
        records.known(tx, account_id, locked=True)
        keep(tx, ring, account_id, partner, values)
        if not partner.space.connects:
            kept_rows.note(tx.conn, tx.new_id(), account_id, partner.space.slug, SAVED, tx.now)
        elif call.command_id is not None:
            kept_rows.ended(tx.conn, call.command_id, SAVED)
        return Done()

    return store.run_declared(call, Done, save)


def keep(
    tx: Transaction,
    ring: KeyRing,
    account_id: UUID,
    partner: PartnerConnection,
    values: dict[str, str],
    *,
    checked: bool = True,
) -> None:
    """The row, sealed; what the partner has not `checked` yet is checked when it is first used. Raises VaultClosed, KeyDestroyed."""
    given = Credentials(site=partner.site, values=values, checked=checked)
    sealed = ring.seal(tx.keys.take(str(account_id)), account_id, partner.space.slug, vars(given))
    kept_rows.save(tx.conn, account_id, partner.space.slug, sealed, tx.now, reminder=not partner.space.connects)


def remove_partner_credentials(tx: Transaction, _: Settings, asked: asking.RemovePartnerCredentials) -> None:
    account_id = own(tx.actor)
    if kept_rows.remove(tx.conn, account_id, asked.slug):
        kept_rows.note(tx.conn, tx.new_id(), account_id, asked.slug, REMOVED, tx.now)


def keep_pending_credentials(store: Store, call: Call, asked: asking.KeepPendingCredentials, find: FindPartner) -> Done:
    """Sealed with the space that waits, gone with it, checked when first used. Raises SignUpOver, PartnerFormRefused,
    VaultClosed."""
    account_id, ring = pending.account_of_token(asked.pending, DerivedKeys(store.settings)), _ring(store)
    partner = find(asked.slug)
    values = rules.read_values(partner, asked.values)

    def save(tx: Transaction) -> Done:
        pending.waiting(tx, account_id)
        keep(tx, ring, account_id, partner, values, checked=not partner.space.connects)
        kept_rows.note(tx.conn, tx.new_id(), account_id, partner.space.slug, SAVED, tx.now)
        return Done()

    return store.run_declared(call, Done, save)


def open_partner_connection(
    store: Store, call: Call, asked: asking.OpenPartnerConnection, find: FindPartner, sites: PartnerSites
) -> asking.PartnerPass:
    """A pass for a minute. What was given at the sign-up is checked first, once; what the partner refuses of it is removed.

    Raises NothingSaved, PartnerMoved, VaultClosed, NotYours, and of a first use PartnerRefused, PartnerSilent,
    PartnerElsewhere, PartnerUnclear.
    """
    account_id, ring = own(call.actor), KeyRing(store.settings.partner_keys)
    partner = find(asked.slug)
    if done := store.done(call, asking.PartnerPass):
        return done
    with store.viewing(call.actor) as tx:
        kept = _kept(tx, ring, account_id, partner)  # what cannot be used is refused before another page opens
    first = not kept.checked
    if first:
        _check_first(store, call, account_id, partner, kept.values, sites)

    def open_it(tx: Transaction) -> asking.PartnerPass:
        values = _kept(tx, ring, account_id, partner).values
        if first:
            keep(tx, ring, account_id, partner, values)
        token, expires_at = new_token(), tx.now + rules.PASS_LIFETIME
        pass_of: dict[str, object] = {"digest": digest(token), "account_id": account_id, "space": partner.space.slug}
        tx.conn.execute(kept_rows.ADD_OPENING, {**pass_of, "expires_at": expires_at})
        return asking.PartnerPass(token=token, expires_at=expires_at.isoformat())

    return store.run_declared(call, asking.PartnerPass, open_it)


def use_partner_pass(store: Store, call: Call, asked: asking.UsePartnerPass, find: FindPartner) -> asking.PartnerForm:
    account_id, ring = own(call.actor), KeyRing(store.settings.partner_keys)
    named = digest(asked.token)
    with store.read() as conn:
        found = kept_rows.find_pass(conn, named, account_id)
    if found is None:
        raise rules.PassUnknown
    partner = find(found.space)
    with store.transaction(actor=call.actor, correlation_id=call.correlation_id) as tx:
        if not kept_rows.use_pass(tx.conn, named, account_id, tx.now):
            raise rules.PassUsed if found.used_at or tx.now < found.expires_at else rules.PassExpired
        values = _kept(tx, ring, account_id, partner).values
        kept_rows.note(tx.conn, tx.new_id(), account_id, partner.space.slug, USED, tx.now)
    sent = {**partner.hidden, **values}
    return asking.PartnerForm(
        title=partner.space.title,
        url=partner.form_url,
        origins=tuple(partner.form_origins),
        fields=tuple(asking.HiddenField(name=name, value=value) for name, value in sent.items()),
    )


def import_partner_credentials(
    store: Store, call: Call, asked: asking.ImportPartnerCredentials, find: FindPartner
) -> Done:
    only_ourselves(call.actor, NotYours)
    ring = KeyRing(store.settings.partner_keys)
    partners = {slug: find(slug) for slug in sorted({entry.slug for entry in asked.entries})}

    def bring_in(tx: Transaction) -> Done:
        for entry in sorted(asked.entries, key=lambda one: (one.account_id, one.slug)):
            records.known(tx, entry.account_id, locked=True)
            partner = partners[entry.slug]
            keep(tx, ring, entry.account_id, partner, rules.read_values(partner, entry.values))
            kept_rows.note(tx.conn, tx.new_id(), entry.account_id, partner.space.slug, SAVED, tx.now)
        return Done()

    return store.run_declared(call, Done, bring_in)


def rotate_partner_keys(store: Store, call: Call, asked: asking.RotatePartnerKeys) -> asking.Rotated:
    """One page of rows under the first key; readers of other rows wait for nothing. Raises NotYours, VaultClosed."""
    only_ourselves(call.actor, NotYours)
    ring = _ring(store)
    account, _, space = asked.after.partition(" ")
    rewrapped = lost = 0
    with store.transaction(actor=call.actor) as tx:
        page = kept_rows.page(tx.conn, UUID(account or "0" * 32), space, PAGE)
        for kept in page:
            if kept.key_id == ring.first:
                continue
            try:
                kept_rows.rewrap(tx.conn, kept, ring.rewrap(kept.account_id, kept.space, kept))
                rewrapped += 1
            except refusals.VaultClosed:
                lost += 1
    after = f"{page[-1].account_id} {page[-1].space}" if len(page) == PAGE else ""
    return asking.Rotated(rewrapped=rewrapped, lost=lost, after=after)


def forget_partner_uses(store: Store) -> None:
    """Passes that are over, and uses that are no longer kept."""
    with store.transaction() as tx:
        kept_rows.sweep(tx.conn, tx.now)


def _ring(store: Store) -> KeyRing:
    """Raises VaultClosed where there is no key to save under."""
    ring = KeyRing(store.settings.partner_keys)
    if not ring.first:
        raise refusals.VaultClosed
    return ring


def _check(
    store: Store, call: Call, account_id: UUID, partner: PartnerConnection, values: dict[str, str], sites: PartnerSites
) -> None:
    """Passes where the partner accepts. The check is noted before it begins: asked again by the same command, whose answer
    was lost, the partner is not asked twice."""
    slug, command_id = partner.space.slug, call.command_id or str(store.ids.new())
    with store.transaction(actor=call.actor) as tx:
        records.known(tx, account_id)
        begun = kept_rows.note(tx.conn, tx.new_id(), account_id, slug, CHECKING, tx.now, command_id=command_id)
        if not begun:
            refused = kept_rows.act_of(tx.conn, command_id) == REFUSED
            raise rules.refused_by(partner) if refused else refusals.CheckInterrupted
        bucket = count_try(tx, store.settings, AN_ACCOUNT, "partner check", str(account_id), slug)
    try:
        verdict = sites.check(partner, values)
    except Unavailable:
        verdict = Verdict.SILENT
    with store.transaction(actor=call.actor) as tx:
        if verdict is not Verdict.REFUSED:
            take_back(tx.conn, tx.now, one_on=[bucket])
        # Wrong tries before stay counted: one's own card buys no more tries at another's.
        if verdict is Verdict.ACCEPTED:
            return
        kept_rows.ended(tx.conn, command_id, REFUSED if verdict is Verdict.REFUSED else UNREACHABLE)
    if verdict is Verdict.REFUSED:
        raise rules.refused_by(partner)
    refusal = UNCHECKED[verdict]
    raise refusal(refusal.message.format(partner.space.title))


def _check_first(
    store: Store, call: Call, account_id: UUID, partner: PartnerConnection, values: dict[str, str], sites: PartnerSites
) -> None:
    try:
        _check(store, call, account_id, partner, values, sites)
    except refusals.PartnerRefused as refusal:
        ring = KeyRing(store.settings.partner_keys)
        with store.transaction(actor=call.actor) as tx:
            records.known(tx, account_id, locked=True)
            kept = kept_rows.one(tx.conn, account_id, partner.space.slug)
            # Another page may have saved others meanwhile, which the partner knows.
            if kept is not None and not open(tx, ring, kept).checked:
                kept_rows.remove(tx.conn, account_id, partner.space.slug)
        raise refusals.PartnerRefused(NOT_KNOWN_THERE.format(partner.space.title)) from refusal
    except (refusals.PartnerSilent, refusals.PartnerElsewhere, refusals.PartnerUnclear) as refusal:
        refusal.message = NOT_CONNECTED.format(partner.space.title)
        raise
    with store.transaction(actor=call.actor) as tx:
        if call.command_id is not None:
            kept_rows.ended(tx.conn, call.command_id, SAVED)


def _kept(tx: Transaction, ring: KeyRing, account_id: UUID, partner: PartnerConnection) -> Credentials:
    kept = kept_rows.one(tx.conn, account_id, partner.space.slug)
    if kept is None or not partner.space.connects:
        raise rules.NothingSaved
    data = open(tx, ring, kept)
    if data.site != partner.site:
        raise refusals.PartnerMoved
    return data
