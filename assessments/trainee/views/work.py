"""Handing work in: the list, the quiz, the file and the receipt."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock, files
from lms.kit.refusals import Refused, insist, no
from lms.kit.templatetags.kit import moment
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...attempts.queries import due_of
from ...marking.models import Allocation
from ...setting.queries import criteria_for, questions_for
from ...taking.actions.quizzes import Unanswered, begin_quiz, hand_in_quiz, save_answers
from ...taking.actions.submissions import drop_file, keep_file, save_note, submit, submit_kept
from ...taking.downloads import download
from ...taking.forms import HandInForm
from ...taking.models import QuizAttempt, Submission
from ...taking.queries import has_words, own_names
from ...taking.rules import may_hand_in, may_read_note
from ...taking.states import AttemptState, SubmissionState
from ..queries import (
    comments_for_author,
    earlier_attempts,
    enrolment_of,
    least_needed,
    penalty_on,
    work_in,
)

DECLARED = ("is_anonymised", "is_own")
MOST_PLACES = 8
KINDS = {"pdf": "PDF", "docx": gettext_lazy("Word file")}


@login_required
@require_GET
def pieces(request):
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    return render(
        request,
        "assessments/work.html",
        {"enrolment": enrolment, "work": work_in(enrolment), "today": clock.today()},
    )


@login_required
@require_http_methods(["GET", "POST"])
def piece(request, code):
    """One assessment: a quiz or a file to hand in, and afterwards what came of it."""
    context = _context(request, code)
    if not context["work"].is_open and request.method == "GET":
        return render(request, "assessments/not_open.html", context)
    return (quiz if context["assessment"].is_quiz else paper)(request, context)


@login_required
@require_GET
def check(request, code):
    """What is about to be handed in, to look at once more. Its button posts to the work's own page."""
    context = _context(request, code)
    if not context["work"].is_open:
        return redirect("assessments:piece", code)
    return (check_quiz if context["assessment"].is_quiz else check_paper)(request, context)


def _context(request, code):
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        raise Http404("No one without an enrolment has work here.")
    work = next((w for w in work_in(enrolment) if w.assessment.code == code), None)
    if work is None:
        raise Http404("This programme has no such work.")
    assessment = work.assessment
    context = {
        "assessment": assessment,
        "enrolment": enrolment,
        "work": work,
        "earlier": [_earlier(a) for a in earlier_attempts(assessment, enrolment)],
        "may": may_hand_in(request.user, assessment, enrolment),
        "needed": least_needed(assessment, enrolment),
        "today": clock.today(),
    }
    if context["may"] and not work.is_open:
        context["may"] = no(
            _("This opens on %(moment)s. You can hand it in from then on.")
            % {"moment": moment(assessment.opens_at)}
        )
    if context["may"] and not context["work"].is_in and not context["work"].is_to_do:
        context["may"] = no(
            _("This was recorded as not handed in. Speak to the programme office if that is wrong.")
        )
    return context


def _earlier(attempt):
    """An attempt that is over: what came of it, and the markers' words."""
    work = getattr(attempt, "submission", None)
    return {
        "kind": attempt.get_kind_display(),
        "mark": attempt.standing_mark,
        **penalty_on(attempt),
        "was_missed": attempt.not_submitted_at,
        "receipt": getattr(work or getattr(attempt, "quiz", None), "receipt", ""),
        "comments": _comments(work) if work else [],
    }


# ---- the quiz ----


def quiz(request, context):
    assessment, enrolment = context["assessment"], context["enrolment"]
    attempt = QuizAttempt.objects.filter(
        assessment=assessment, enrolment=enrolment, attempt__is_current=True
    ).first()
    missing = ()
    if request.method == "POST":
        insist(context["may"])
        answers = {
            key.removeprefix("answer-"): value
            for key, value in request.POST.items()
            if key.startswith("answer-")
        }
        attempt = begin_quiz(assessment, enrolment, by=request.user)
        action = request.POST.get("action")
        if action in ("save", "check"):
            save_answers(attempt, answers, by=request.user)
            if action == "check":
                return redirect("assessments:check", assessment.code)
            messages.success(request, _("Your answers so far are saved. Nothing is handed in yet."))
            return redirect("assessments:piece", assessment.code)
        try:
            hand_in_quiz(attempt, answers, by=request.user)
            return redirect("assessments:piece", assessment.code)
        except Unanswered as refusal:
            save_answers(attempt, answers, by=request.user)
            missing, context["refusal"] = refusal.missing, str(refusal)
    is_in = bool(attempt and attempt.state != AttemptState.OPEN)
    context |= {
        "attempt": attempt,
        "is_in": is_in,
        "is_decided": is_in and attempt.state == AttemptState.RATIFIED,
    }
    context["questions"] = _questions(assessment, enrolment, attempt, is_in, missing)
    context["right"] = sum(question["is_right"] for question in context["questions"])
    context["answered"] = sum(question["is_answered"] for question in context["questions"])
    return render(request, "assessments/quiz.html", context)


def check_quiz(request, context):
    """The answers as they are saved; what is shown is what the button hands in."""
    assessment, enrolment = context["assessment"], context["enrolment"]
    attempt = QuizAttempt.objects.filter(
        assessment=assessment,
        enrolment=enrolment,
        attempt__is_current=True,
        state=AttemptState.OPEN,
    ).first()
    if attempt is None:
        return redirect("assessments:piece", assessment.code)
    context["questions"] = _questions(assessment, enrolment, attempt, is_in=False)
    context["open"] = [question for question in context["questions"] if not question["is_answered"]]
    return render(request, "assessments/check_quiz.html", context)


def _questions(assessment, enrolment, attempt, is_in, missing=()):
    asked = questions_for(assessment, enrolment)
    if is_in:
        asked = [question for question in asked if question.key in attempt.answers]
    return [
        _question(question, n, len(asked), attempt, is_in, missing)
        for n, question in enumerate(asked, start=1)
    ]


def _question(question, number, total, attempt, is_in, missing):
    """A question as components/question.html takes it. Before handing in it carries no answer."""
    chosen = attempt.answers.get(question.key) if attempt else None
    choices = list(question.choices.all())
    is_right = is_in and any(c.is_right and c.pk == chosen for c in choices)
    return {
        "text": question.text,
        "kind": "one",
        "name": f"answer-{question.key}",
        "number": number,
        "total": total,
        "key": question.key,
        "is_right": is_right,
        "is_answered": chosen is not None,
        "chosen": chosen,
        "answer": next((c.text for c in choices if c.pk == chosen), ""),
        "fault": _("Choose an answer to this question.") if question.key in missing else "",
        "options": [
            {
                "value": c.pk,
                "label": c.text,
                "checked": c.pk == chosen,
                "right": is_in and c.is_right,
            }
            for c in choices
        ],
        "feedback": question.why if is_in else "",
        "tone": "good" if is_right else "info",
    }


# ---- the file ----


def paper(request, context):
    assessment, enrolment = context["assessment"], context["enrolment"]
    own = _own(request, context).select_related("attempt").prefetch_related("allocations")
    there = own.first()
    form = HandInForm(initial={"note": there.note if there else ""})
    if request.method == "POST":
        insist(context["may"])
        note, action = request.POST.get("note", ""), request.POST.get("action")
        if action == "save" and len(note.strip()) <= HandInForm.base_fields["note"].max_length:
            save_note(assessment, enrolment, note, by=request.user)
            messages.success(request, _("Your note is saved. Nothing is handed in yet."))
            return redirect("assessments:piece", assessment.code)
        if action == "drop":
            drop_file(assessment, enrolment, by=request.user)
            messages.success(request, _("Your file is removed. Nothing is handed in."))
            return redirect("assessments:piece", assessment.code)
        if action == "hand_in" and "fingerprint" in request.POST:
            return _hand_in_kept(request, context)
        form = HandInForm(request.POST, request.FILES)
        if form.is_valid():
            take = submit if action == "hand_in" else keep_file
            try:
                submission = take(
                    assessment, enrolment, form.cleaned_data["file"], note, by=request.user
                )
                return _onward(submission)
            except files.BadFile as refusal:
                form.add_error("file", _("%(refusal)s Your note is kept.") % {"refusal": refusal})
        elif (not there or there.state == SubmissionState.DRAFT) and "note" in form.errors:
            # It comes back as it was typed, with why it is not kept; to save a note asks for nothing else.
            for name in [name for name in form.errors if action == "save" and name != "note"]:
                del form.errors[name]
        elif not there or there.state == SubmissionState.DRAFT:
            save_note(assessment, enrolment, note, by=request.user)
        else:
            raise Refused(
                _("You have already handed this in. Your receipt is %(receipt)s.")
                % {"receipt": there.receipt}
            )
    is_in = bool(there and there.state != SubmissionState.DRAFT)
    context |= {
        "form": form,
        "submission": there,
        "is_in": is_in,
        "kept": there if there and not is_in and there.original else None,
        "criteria": criteria_for(assessment.pk, enrolment.cohort_id),
        "comments": _comments(there) if is_in else [],
    }
    return render(request, "assessments/paper.html", context)


def check_paper(request, context):
    """The file that was chosen, as we hold it; the button hands in the one with this fingerprint."""
    kept = _own(request, context).filter(state=SubmissionState.DRAFT).exclude(original="").first()
    if kept is None:
        return redirect("assessments:piece", context["assessment"].code)
    kind = kept.original.rpartition(".")[2]
    try:
        length = files.measured(kind, files.read(kept.original))
    except FileNotFoundError:
        raise Refused(_("The file you chose is not here any more. Choose it again.")) from None
    declared = [(name, HandInForm.base_fields[name].label) for name in DECLARED]
    context |= _names_in(kept, kind)
    context["is_wordless"] = has_words(kept.copy, kept.copy_sha256) is False
    context |= {
        "kept": kept,
        "kind": KINDS[kind],
        "length": length,
        "declared": declared,
        "days": settings.IMSA_KEPT_FILE_DAYS,
    }
    return render(request, "assessments/check_paper.html", context)


def _names_in(kept, kind):
    """Where the author's own names still stand in what the markers will read: advice, never a refusal."""
    names = own_names(kept.enrolment)
    try:
        found = files.mentions_of(
            kind, files.read(kept.copy or kept.original), names.whole, names.alone
        )
    except FileNotFoundError:
        found = None
    rows, seen = [], set()
    for one in found or ():
        label = names.label(one.words)
        places = [
            place for place in one.places if (label, place) not in seen
        ]  # a whole name is not said again by its parts
        seen |= {(label, place) for place in places}
        if places:
            rows.append(
                {
                    "words": one.words,
                    "label": label,
                    "places": places[:MOST_PLACES],
                    "more": len(places[MOST_PLACES:]),
                }
            )
    return {"mentions": rows, "is_unread": found is None}


def _own(request, context):
    own = Submission.objects.visible_to(request.user)
    return own.filter(
        assessment=context["assessment"], enrolment=context["enrolment"], attempt__is_current=True
    )


def _hand_in_kept(request, context):
    if not all(request.POST.get(name) for name in DECLARED):
        raise Refused(
            _("Confirm that no one can be recognised, and that the work is yours. Then hand it in.")
        )
    fingerprint = request.POST["fingerprint"]
    is_meant = bool(request.POST.get("is_wordless_meant"))
    return _onward(
        submit_kept(
            context["assessment"],
            context["enrolment"],
            fingerprint,
            by=request.user,
            is_wordless_meant=is_meant,
        )
    )


def _onward(submission):
    """To the check while it is a draft, else to the receipt."""
    if submission.state == SubmissionState.DRAFT:
        return redirect("assessments:check", submission.assessment.code)
    return redirect("assessments:receipt", submission.receipt)


def _comments(submission):
    """The markers' comments under their stage, never their names."""
    return [
        {"who": dict(Allocation.STAGES)[task.stage], "comment": task.comment}
        for task in comments_for_author(submission)
    ]


@login_required
@require_GET
def receipt(request, receipt):
    """What was handed in, when, and its fingerprint. The author's own; registrars see all."""
    papers = Submission.objects.visible_to(request.user).exclude(state=SubmissionState.DRAFT)
    papers = papers.exclude(
        allocations__marker_id=request.user.pk
    )  # a registrar who marks it does not learn whose it is
    about = ("assessment__module", "attempt", "enrolment__person")
    found = papers.filter(receipt=receipt).select_related(*about).first()
    quizzes = QuizAttempt.objects.visible_to(request.user).exclude(state=AttemptState.OPEN)
    found = found or quizzes.filter(receipt=receipt).select_related(*about).first()
    if found is None:
        raise Http404("There is no such receipt.")
    return render(
        request,
        "assessments/receipt.html",
        {
            "found": found,
            "due_at": due_of(found.attempt),
            "assessment": found.assessment,
            "is_quiz": found.assessment.is_quiz,
            "may_read_note": not found.assessment.is_quiz and may_read_note(request.user, found),
            "is_own": found.enrolment.person_id == request.user.pk,
            "enrolment": found.enrolment,
            "today": clock.today(),
        },
    )


@login_required
@require_GET
def own_file(request, code):
    """The author's file, byte for byte as it was handed in, or as it was chosen: the newest, or the one with `?receipt=`."""
    own = Submission.objects.filter(enrolment__person_id=request.user.pk, assessment__code=code)
    if receipt := request.GET.get("receipt"):
        own = own.filter(receipt=receipt)
    there = own.exclude(original="").order_by("pk").last()
    if there is None:
        raise Http404("There is no file here.")
    return download(there.original, there.original_name)
