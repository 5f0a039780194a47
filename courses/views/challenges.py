"""“I think mine is right”: a trainee sends an answer, an author accepts it or says why not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from lms.kit.refusals import insist, refusals_at

from .. import rules
from ..actions import accept_challenge, challenge_answer, decline_challenge
from ..actions.notes import Guarded
from ..forms.challenges import ReplyForm
from ..models import AnswerChallenge
from ..queries.challenges import open_groups, with_counts
from ..states import ChallengeState
from .study import open_variant, read_version


@login_required
@never_cache
def send(request, code, key, part):
    """Send the authors one's last answer to a check."""
    subject, *_unused = open_variant(request.user, code, key)
    back = subject.part_url(part)
    if request.method != "POST":
        return redirect(back)
    version = read_version(request, subject)
    try:
        challenge_answer(
            request.user, version, part, by=request.user, send_anyway="send" in request.POST
        )
    except Guarded as fault:
        context = {
            "variant": subject,
            "unit": subject.unit,
            "version": version,
            "part": part,
            "back": back,
            "findings": fault.findings,
        }
        return render(request, "courses/own/challenge.html", context, status=422)
    messages.success(
        request,
        _(
            "Your answer has been sent to the author, without your name. You will get a message with the reply."
        ),
    )
    return redirect(back)


@login_required
def challenges(request):
    """Answers that trainees think are right: those without a reply, the one that waits longest first."""
    insist(rules.may_answer(request.user))
    page = Paginator(open_groups(request.user), 20).get_page(request.GET.get("page"))
    page.object_list = with_counts(page.object_list)
    return render(request, "courses/authoring/challenges.html", {"page": page})


@login_required
def challenge(request, pk):
    """One answer to one question, of however many: accept it, or say why it is not right."""
    insist(rules.may_answer(request.user))
    subject = get_object_or_404(
        AnswerChallenge.objects.visible_to(request.user).select_related(
            "version__variant__unit", "variant__unit"
        ),
        pk=pk,
    )
    form = ReplyForm(request.POST if request.POST.get("action") == "decline" else None)
    if request.method == "POST":
        if request.POST.get("action") == "accept":
            insist(rules.may_publish(request.user))
            accept_challenge(subject, by=request.user)
            messages.success(
                request,
                _(
                    "Accepted. A new version of the unit is published, and everyone who sent it has a message."
                ),
            )
            return redirect("courses:challenges")
        if form.is_valid():
            with refusals_at(form):
                decline_challenge(subject, by=request.user, reply=form.cleaned_data["reply"])
                messages.success(request, _("Your reply has been sent."))
                return redirect("courses:challenges")
    alike = AnswerChallenge.objects.like(subject)
    count = alike.count()
    question = next((s for s in subject.version.segments if s["id"] == subject.key), {})
    return render(
        request,
        "courses/authoring/challenge.html",
        {
            "challenge": subject,
            "question": question,
            "how_often": ngettext("%(n)s person", "%(n)s people", count) % {"n": count},
            "form": form,
            "is_open": subject.state == ChallengeState.OPEN,
            "may_accept": bool(rules.may_publish(request.user)),
        },
        status=422 if form.errors else 200,
    )
