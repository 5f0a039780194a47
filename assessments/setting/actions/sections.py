"""Writes the sections of a quiz's draft."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused

from ..queries import questions_in
from ..sections import QuizSection, possible_beginnings
from .versions import lock_draft, save_draft

LONGEST_TITLE, LONGEST_TEXT = 200, 4000


@transaction.atomic
def write_section(version, title, text, first, *, by, section=None, seen=None) -> QuizSection:
    """A new section of a draft, or other words or another beginning of one. `first`: the key of the question it begins with.

    1. the section, 2. a record entry. Nothing new to say: nothing is written. Refused where another section begins there, or it is within a scenario. Raises Outdated when the draft
    was saved after `seen`.
    """
    draft = lock_draft(version, by=by, seen=seen)
    title, text = " ".join(title.split()), "\n".join(text.strip().splitlines())
    if not draft.assessment.is_quiz:
        raise Refused(_("Only a quiz has sections."))
    if not title or len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        raise Refused(
            _(
                "Give the section a title of up to %(title)s and instructions of up to %(text)s letters."
            )
            % {"title": LONGEST_TITLE, "text": LONGEST_TEXT}
        )
    if section is not None:
        section = draft.sections.filter(pk=section.pk).first()
        if section is None:
            raise Refused(_("This section is no longer in the draft. Load the page again."))
    place = _beginning(draft, first, section)
    made = section or QuizSection(version=draft)
    if section and (made.first_id, made.title, made.text) == (place.pk, title, text):
        return made
    made.first, made.title, made.text = place, title, text
    made.save()
    save_draft(draft, "assessments.write_section", by=by, after={"section": made.pk})
    return made


def _beginning(draft, key, section):
    place = draft.places.filter(question__key=key).first()
    if place is None:
        raise Refused(_("This question is no longer in the draft. Load the page again."))
    if key not in dict(possible_beginnings(draft, questions_in(draft))):
        raise Refused(
            _("This question belongs to a scenario. Begin the section at its first question.")
        )
    other = draft.sections.filter(first=place).first()
    if other and other != section:
        raise Refused(_("Section “%(title)s” begins there already.") % {"title": other.title})
    return place


@transaction.atomic
def remove_section(version, section, *, by, seen=None):
    """A section leaves a draft; its questions stay, in the section before it. 1. the section, 2. a record entry. Twice is once."""
    draft = lock_draft(version, by=by, seen=seen)
    there = draft.sections.filter(pk=section.pk).first()
    if there:
        title = there.title
        there.delete()
        save_draft(draft, "assessments.remove_section", by=by, after={"title": title})
