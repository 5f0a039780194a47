"""Keeps markers' own phrases; it shows and changes nobody else's."""

import hashlib

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ..models import Snippet
from ..rules import may_keep_snippets

LONGEST, MOST = 1000, 200


@transaction.atomic
def keep_snippet(text, *, by, snippet=None) -> Snippet:
    """Keep words to use again, or, with `snippet` (a key), put others in their place.

    1. the phrase, 2. a record entry without its words. The same words again: the phrase there is. Raises Refused for none or too many of them.
    """
    insist(may_keep_snippets(by))
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Refused(_("Write a phrase of up to %(longest)s characters.") % {"longest": LONGEST})
    own = Snippet.objects.filter(marker_id=by.pk)
    mark = hashlib.sha256(text.encode()).hexdigest()
    there = own.filter(fingerprint=mark).first()
    if there:
        return there
    if snippet is not None:
        changed = own.select_for_update(no_key=True).filter(pk=snippet).first()
        if changed is None:
            raise Refused(_("That phrase is not there any more. Load the page again."))
    elif own.count() >= MOST:
        raise Refused(_("There is room for %(most)s phrases. Remove one first.") % {"most": MOST})
    else:
        changed = Snippet(marker=by)
    changed.text, changed.fingerprint = text, mark
    try:
        with transaction.atomic():
            changed.save()
    except IntegrityError:  # from two pages at once
        return own.get(fingerprint=mark)
    write("assessments.keep_snippet", changed, by=by)
    return changed


@transaction.atomic
def remove_snippet(snippet, *, by):
    """Take a phrase (a key) of one's own away. 1. it goes, 2. a record entry. Twice is once; comments keep their words."""
    insist(may_keep_snippets(by))
    there = Snippet.objects.filter(marker_id=by.pk, pk=snippet).first()
    if there:
        write("assessments.remove_snippet", there, by=by)
        there.delete()
