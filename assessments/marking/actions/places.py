"""Takes a marker's comments at places of a script; it refuses to change them once the marks are sealed."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused
from lms.record.actions import write

from ..models import Annotation
from ..places import count_of, quote_of
from .marks import conflicts_reported, lock_draft

LONGEST, MOST = 2000, 300


def annotate(task, place, text, *, by, annotation=None) -> Annotation:
    """Say something at a page or paragraph, or, with `annotation` (a key), change what is said there.

    1. the comment, 2. a record entry without its words. The same again: the comment there is. Raises Refused for a place that the script does not
    have, for words that are none or too many, and once the marks are sealed; Conflict where the marker may not go on.
    """
    with conflicts_reported(task, by=by):
        return _annotate(task, place, text, by=by, annotation=annotation)


@transaction.atomic
def _annotate(task, place, text, *, by, annotation):
    locked, text = lock_draft(task, by=by), text.strip()
    copy, sha = locked.submission.copy, locked.submission.copy_sha256
    insist_place(place, count_of(copy, sha), copy)
    if not text or len(text) > LONGEST:
        raise Refused(
            _("Write a comment of up to %(longest)s characters for this place.")
            % {"longest": LONGEST}
        )
    facts = {"place": place, "quote": quote_of(copy, sha, place), "text": text}
    there = locked.annotations.filter(place=place, text=text).first()
    if there:
        return there
    if annotation is None:
        if locked.annotations.count() >= MOST:
            raise Refused(_("A script has room for %(most)s comments at places.") % {"most": MOST})
        made = Annotation.objects.create(allocation=locked, **facts)
        write("assessments.annotate", made, by=by, after={"place": place})
        return made
    changed = locked.annotations.filter(pk=annotation).first()
    if changed is None:
        raise Refused(_("That comment is not there any more. Load the page again."))
    before = changed.place
    for name, value in facts.items():
        setattr(changed, name, value)
    changed.save(update_fields=list(facts))
    write("assessments.annotate", changed, by=by, before={"place": before}, after={"place": place})
    return changed


def insist_place(place, count, copy):
    """Raises Refused for a page or paragraph that there is none of. Where it is not known how many there are, any number is right."""
    if place >= 1 and (count is None or place <= count):
        return
    about = {"count": count}
    if count is None:
        raise Refused(_("Give the number of a page or paragraph, such as 3."))
    if copy.endswith(".docx"):
        raise Refused(_("Give a paragraph from 1 to %(count)s.") % about)
    raise Refused(_("Give a page from 1 to %(count)s.") % about)


def remove_annotation(task, annotation, *, by):
    """Take a comment at a place (a key) away. 1. the comment goes, 2. a record entry. Twice is once. Raises as `annotate`."""
    with conflicts_reported(task, by=by), transaction.atomic():
        locked = lock_draft(task, by=by)
        there = locked.annotations.filter(pk=annotation).first()
        if there:
            write("assessments.remove_annotation", there, by=by, before={"place": there.place})
            there.delete()
