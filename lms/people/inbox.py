"""A person's messages: how many are unread, and that they were read. Nobody else reads them here, and no record says when somebody did."""

from django.db import transaction
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, insist, no

from .models import Notice


def unread_of(person):
    """How many messages somebody has not read, for a query that is asked anyway; `person`: a key, or an OuterRef to one."""
    rows = Notice.objects.filter(person=person, read_at=None).order_by()
    counted = rows.values("person").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def unread_count(person) -> int:
    """The same for whoever is signed in; they were read with it (`backends.get_user`), but for the request that signed them in."""
    if not getattr(person, "is_authenticated", False):
        return 0
    if getattr(person, "unread_count", None) is None:
        person.unread_count = Notice.objects.filter(person=person.pk, read_at=None).count()
    return person.unread_count


def may_read(by, person) -> May:
    if getattr(by, "pk", None) == person.pk:
        return YES
    return no(_("Each person reads their own messages."))


@transaction.atomic
def mark_read(notice: Notice, *, by) -> int:
    """Somebody read a message of theirs: 1. when. Twice is once, and the first time stays. How many changed."""
    insist(may_read(by, notice.person))
    return Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())


@transaction.atomic
def mark_all_read(person, newest: int, *, by) -> int:
    """Somebody read all their messages up to the one with the key `newest`; one that came after it stays unread. How many changed."""
    insist(may_read(by, person))
    rows = Notice.objects.filter(person=person.pk, pk__lte=newest, read_at=None)
    return rows.update(read_at=clock.now())
