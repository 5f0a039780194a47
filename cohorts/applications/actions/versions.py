"""Versions of the application form: a draft is changed question by question, then published. A published version is never changed."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.record.actions import write

from ..definition import ALWAYS_ASKED, MOST_QUESTIONS, Question, as_data
from ..models import ApplicationForm
from ..queries import draft_form, form_in_use
from ..rules import may_review
from ..states import FormState


@transaction.atomic
def begin_draft(*, by) -> ApplicationForm:
    """1. a draft with the questions and the checklist of the version in use, 2. a record entry. While there is a draft it is that one."""
    insist(may_review(by))
    there = draft_form()
    if there:
        return there
    current = form_in_use()
    newest = ApplicationForm.objects.order_by("-number").first()
    try:
        with transaction.atomic():
            made = ApplicationForm.objects.create(
                number=newest.number + 1 if newest else 1,
                definition=current.definition if current else {"questions": [], "checklist": []},
            )
    except IntegrityError:  # somebody else began one at this moment
        return ApplicationForm.objects.get(state=FormState.DRAFT)
    write("cohorts.begin_application_form", made, by=by, after={"number": made.number})
    return made


def _lock_draft() -> ApplicationForm:
    draft = (
        ApplicationForm.objects.select_for_update(no_key=True).filter(state=FormState.DRAFT).first()
    )
    if draft is None:
        raise Refused(_("There is no draft. Begin one first."))
    return draft


def _keep(draft, questions, *, by, what):
    draft.definition = {**draft.definition, "questions": as_data(questions)}
    draft.save(update_fields=["definition"])
    write("cohorts.change_application_form", draft, by=by, after=what)
    return draft


@transaction.atomic
def save_question(question: Question, *, by) -> ApplicationForm:
    """Put a question into the draft: in place of the one with its key, else (“”: one that is added) behind the last of its page. 1. the draft has it, 2. a record
    entry. Raises Refused for a list without two choices, beyond MOST_QUESTIONS, and where one of ALWAYS_ASKED would be asked otherwise."""
    insist(may_review(by))
    draft = _lock_draft()
    if not question.key:
        question = replace(question, key=_new_key())
    if question.kind == "choice" and len(set(question.options)) < 2:
        raise Refused(_("Enter at least two choices, one on each line."))
    questions = draft.questions
    there = next((n for n, one in enumerate(questions) if one.key == question.key), None)
    if there is not None:
        was = questions[there]
        if was == question:
            return draft
        if question.key in ALWAYS_ASKED and (was.kind, was.is_required) != (
            question.kind,
            question.is_required,
        ):
            raise Refused(_always_asked(was))
        questions[there] = question
    else:
        if len(questions) >= MOST_QUESTIONS:
            raise Refused(_("A form has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
        last = [n for n, one in enumerate(questions) if one.page == question.page]
        questions.insert(last[-1] + 1 if last else len(questions), question)
    return _keep(draft, questions, by=by, what={"question": question.key})


def _always_asked(question) -> str:
    return _(
        "“%(question)s” stays in every version as it is asked: by its answer the Hub finds the organisation. Only its words and its page can be changed."
    ) % {"question": question.label}


def _new_key() -> str:
    """Of a question that is added: a key that no version has, so that answers of other versions are never taken for its."""
    n = 1
    keys = {one.key for version in ApplicationForm.objects.all() for one in version.questions}
    while f"q{n}" in keys:
        n += 1
    return f"q{n}"


@transaction.atomic
def remove_question(key: str, *, by) -> ApplicationForm:
    """1. the draft asks it no more, 2. a record entry. Applications of other versions keep question and answer. One that is gone is no fault. Raises Refused
    for one of ALWAYS_ASKED."""
    insist(may_review(by))
    draft = _lock_draft()
    question = next((one for one in draft.questions if one.key == key), None)
    if question and key in ALWAYS_ASKED:
        raise Refused(_always_asked(question))
    questions = [one for one in draft.questions if one.key != key]
    if len(questions) == len(draft.questions):
        return draft
    return _keep(draft, questions, by=by, what={"removed": key})


@transaction.atomic
def move_question(key: str, *, by, up: bool) -> ApplicationForm:
    """One place up or down in the draft; the first stays first. A record entry."""
    insist(may_review(by))
    draft = _lock_draft()
    questions = draft.questions
    here = next((n for n, one in enumerate(questions) if one.key == key), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(questions):
        return draft
    questions[here], questions[there] = questions[there], questions[here]
    return _keep(draft, questions, by=by, what={"moved": key})


@transaction.atomic
def save_checklist(labels: list[str], *, by) -> ApplicationForm:
    """The lines of the review's checklist, in their order; a line that stays keeps its key. 1. the draft has them, 2. a record entry. Raises Refused
    for none."""
    insist(may_review(by))
    draft = _lock_draft()
    labels = list(dict.fromkeys(filter(None, (label.strip()[:200] for label in labels))))
    if not labels:
        raise Refused(_("Enter at least one line."))
    keys = {line["label"]: line["key"] for line in draft.checklist}
    lines, used = [], set(keys.values())
    for label in labels:
        key, n = keys.get(label), 1
        while key is None:
            key = None if f"c{n}" in used else f"c{n}"
            n += 1
        used.add(key)
        lines.append({"key": key, "label": label})
    if lines == draft.checklist:
        return draft
    draft.definition = {**draft.definition, "checklist": lines}
    draft.save(update_fields=["definition"])
    write("cohorts.change_application_form", draft, by=by, after={"checklist": len(lines)})
    return draft


def _insist_seen(draft, seen):
    if seen is not None and draft.fingerprint != seen:
        raise Refused(
            _(
                "Another officer changed the draft while you had the page open. Look at it below before you press again."
            )
        )


@transaction.atomic
def publish_form(draft, *, by, seen=None) -> ApplicationForm:
    """1. who begins from now on answers this version; applications begun before keep theirs, 2. a record entry. Twice is once. Raises Refused without a
    question or a checklist, and for a draft that was deleted, or changed from the fingerprint that was `seen`, meanwhile."""
    insist(may_review(by))
    locked = ApplicationForm.objects.select_for_update(no_key=True).filter(pk=draft.pk).first()
    if locked is None:
        raise Refused(_("There is no draft. Begin one first."))
    if locked.state == FormState.PUBLISHED:
        return locked
    _insist_seen(locked, seen)
    if not locked.questions or not locked.checklist:
        raise Refused(_("The form needs at least one question and one line of the checklist."))
    return make_transition(
        locked, "publish_form", by=by, published_at=clock.now(), published_by=by.record_label
    )


@transaction.atomic
def drop_draft(*, by, seen=None) -> None:
    """1. the draft goes; the version in use stays, 2. a record entry. None is no fault. Raises Refused where it was changed from the fingerprint that was `seen`."""
    insist(may_review(by))
    draft = (
        ApplicationForm.objects.select_for_update(no_key=True).filter(state=FormState.DRAFT).first()
    )
    if draft:
        _insist_seen(draft, seen)
        write("cohorts.drop_application_form", draft, by=by, after={"number": draft.number})
        draft.delete()
