"""Makes and ends keys of the Hub's own programs, and knows whose key was sent."""

import secrets
from datetime import date
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import has_role, holders_of
from lms.record.actions import write

from ..accreditation.facts import months_after
from ..accreditation.sentences import in_words
from ..hub_client import HubClient
from ..models import HubKey
from ..rules import may_keep_hub_keys
from .api_access import SHOWN, digest

PREFIX = "imsahub_"  # no key of an organisation begins so


@transaction.atomic
def make_hub_key(name, ends_on: date, *, by) -> tuple[HubKey, str]:
    """A key for a program of the Hub, and the only time its secret is told.

    1. its hash, 2. a record entry, 3. the other Hub officers are told, for it opens the whole register. Raises Refused beyond a year.
    """
    insist(may_keep_hub_keys(by))
    name, today = " ".join(name.split())[:80], clock.today()
    if not name:
        raise Refused(_("Name the key after the program that uses it."))
    if not today <= ends_on <= months_after(today, 12):
        raise Refused(
            _("A key lasts a year at most: choose a last day up to %(day)s.")
            % {"day": in_words(months_after(today, 12))}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    made = HubKey.objects.create(
        name=name, beginning=secret[:SHOWN], sha256=digest(secret), made_by=by, ends_on=ends_on
    )
    write("certificates.make_hub_key", made, by=by, after={"ends_on": ends_on.isoformat()})
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != by.pk:
            tell(
                officer,
                _("A key to the register was made"),
                _(
                    "%(full_name)s made a key for “%(name)s”, until %(day)s. A program with it reads and supplies posts of every organisation. If you do not expect this, end the key."
                )
                % {"full_name": by.full_name, "name": name, "day": in_words(ends_on)},
                reverse("certificates:hub_keys"),
            )
    return made, secret


@transaction.atomic
def end_hub_key(key, *, by) -> HubKey:
    """End a key at once, whoever made it. 1. it opens nothing any more, 2. a record entry, 3. its maker is told, if another officer did it. Twice is once."""
    insist(may_keep_hub_keys(by))
    locked = HubKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    if locked.ended_at:
        return locked
    locked.ended_at, locked.ended_by = clock.now(), by
    locked.save(update_fields=["ended_at", "ended_by"])
    write("certificates.end_hub_key", locked, by=by)
    if locked.made_by_id != by.pk:
        tell(
            locked.made_by,
            _("Your key to the register was ended"),
            _("%(full_name)s ended the key for “%(name)s”. The program that uses it is refused.")
            % {"full_name": by.full_name, "name": locked.name},
            reverse("certificates:hub_keys"),
        )
    return locked


def hub_client_of(secret: str) -> HubClient | None:
    """Whose key this is, while it holds and its maker is a Hub officer. Two questions; on its first use in a day one more, to note that."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    key, today = _key_that_holds(sha256=digest(secret)), clock.today()
    if key is None:
        return None
    if key.used_on != today:
        HubKey.objects.filter(pk=key.pk).update(used_on=today)
    return HubClient(key.pk, key.made_by_id, partial(_may_act, key.pk))


def _key_that_holds(**which) -> HubKey | None:
    key = HubKey.objects.select_related("made_by").filter(ended_at=None, **which).first()
    if key is None or key.ends_on < clock.today():
        return None
    return key if key.made_by.is_active and has_role(key.made_by, Role.HUB_OFFICER) else None


def _may_act(key_id) -> May:
    """It may have ended since it was sent: a program waits for locks too. Two questions."""
    if _key_that_holds(pk=key_id):
        return YES
    return no(_("This key has ended, or the officer who made it has left."))


def note_supply(client):
    """When the program was last heard from."""
    HubKey.objects.filter(pk=client.key_id).update(heard_at=clock.now())
