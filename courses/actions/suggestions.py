"""What survivor consultants suggest, and what comes of it."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.names import public_name
from lms.people.roles import holders_of, is_operator
from lms.record.actions import write

from .. import rules
from ..models import Suggestion
from ..states import SuggestionState


@transaction.atomic
def suggest(version, *, by, text) -> Suggestion:
    """Offer a change to a unit.

    1. the suggestion, 2. the record is written, 3. the authors are told, or the tutors where
    there is no author. The same words about the same version are one suggestion.
    """
    insist(rules.may_suggest(by))
    words = text.strip()
    if not words:
        raise Refused(_("Write what you would change, then send it."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    suggestion, made = Suggestion.objects.get_or_create(version=version, person=by, text=words)
    if made:
        write("courses.suggest", suggestion, by=by)
        for person in holders_of(Role.AUTHOR) or holders_of(Role.TUTOR):
            tell(
                person,
                _("A suggestion about %(version)s") % {"version": version.title},
                _(
                    "A survivor consultant has suggested a change to %(version)s, version %(version_number)s."
                )
                % {"version": version.title, "version_number": version.number},
                f"/suggestions/{suggestion.pk}/",
            )
    return suggestion


def take_up(suggestion, *, by, answer) -> Suggestion:
    """Say that a suggestion is taken up: as `answer_to`."""
    return answer_to(suggestion, "take_up", by=by, answer=answer)


def set_aside(suggestion, *, by, answer) -> Suggestion:
    """Say that a suggestion is not taken up, and why: as `answer_to`."""
    return answer_to(suggestion, "set_aside", by=by, answer=answer)


@transaction.atomic
def answer_to(suggestion, action, *, by, answer) -> Suggestion:
    """1. the suggestion moves and keeps the answer, 2. the record is written, 3. the consultant is told."""
    insist(rules.may_answer(by))
    if is_operator(by):
        raise NotAllowed(_("An answer needs a person to stand behind it."))
    words = answer.strip()
    if not words:
        raise Refused(_("Write an answer: the person who suggested this will read it."))
    locked = (
        Suggestion.objects.select_for_update(no_key=True)
        .select_related("person", "version")
        .get(pk=suggestion.pk)
    )
    if locked.state == Suggestion.TRANSITIONS[(SuggestionState.OFFERED, action)]:
        return locked
    make_transition(locked, action, by=by, answer=words, answered_by=by, answered_at=clock.now())
    tell(
        locked.person,
        _("Your suggestion about %(version)s") % {"version": locked.version.title},
        _("%(state)s. %(full_name)s writes: %(words)s")
        % {"state": locked.get_state_display(), "full_name": public_name(by), "words": words},
        "/consult/",
    )
    suggestion.refresh_from_db()
    return suggestion


@transaction.atomic
def publish_response(suggestion, *, by, you_said, we_did) -> Suggestion:
    """Put an answered suggestion on the public page, in words its consultant agreed to.

    1. the words, 2. since when they are shown, 3. the record is written, 4. the consultant is told. The page
    shows no name, and words that hold the consultant's are refused.
    """
    insist(rules.may_publish(by))
    locked = (
        Suggestion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "version")
        .get(pk=suggestion.pk)
    )
    words = {"you_said": you_said.strip(), "we_did": we_did.strip()}
    if locked.state == SuggestionState.OFFERED:
        raise Refused(_("Answer the suggestion first. Then it can be shown to everyone."))
    if not all(words.values()):
        raise Refused(_("Write both: what was said, and what you did."))
    person, said = locked.person, " ".join(words.values())
    names = (
        person.first_name,
        person.last_name,
        person.known_as,
        person.display_name,
        person.email,
    )
    if any(re.search(rf"\b{re.escape(name)}\b", said) for name in names if len(name) > 1):
        raise Refused(
            _("These words hold the consultant’s name. No one is named on the public page.")
        )
    if locked.told_on and all(getattr(locked, name) == value for name, value in words.items()):
        return locked
    locked.you_said, locked.we_did, locked.told_on = (
        words["you_said"],
        words["we_did"],
        locked.told_on or clock.today(),
    )
    locked.save(update_fields=["you_said", "we_did", "told_on"])
    write("courses.tell_all", locked, by=by, reason="The consultant agreed to these words.")
    tell(
        person,
        _("Your suggestion is on the public page"),
        _(
            "Without your name, “You said, we did” now says: %(you_said)s %(we_did)s "
            "If you want it taken off, tell a course author at any time."
        )
        % {"you_said": words["you_said"], "we_did": words["we_did"]},
        "/you-said/",
    )
    suggestion.refresh_from_db()
    return locked


@transaction.atomic
def withdraw_response(suggestion, *, by) -> Suggestion:
    """Take it off the public page: 1. the day, 2. the record is written. The words are kept for whoever wrote them."""
    insist(rules.may_publish(by))
    locked = Suggestion.objects.select_for_update(no_key=True).get(pk=suggestion.pk)
    if locked.told_on:
        locked.told_on = None
        locked.save(update_fields=["told_on"])
        write("courses.untell", locked, by=by)
    suggestion.told_on = None
    return locked
