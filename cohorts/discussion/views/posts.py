"""One post with what its reader can do about it, and what moderators have to look at."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from .. import moderating
from ..actions import change_post, remove_own_post
from ..forms import AppealForm, DecisionForm, HideForm, PostForm, ReportForm
from ..models import DiscussionAppeal, DiscussionPost, DiscussionReport
from ..queries import appeals_to_decide, reports_to_look_at, with_names
from ..rules import (
    may_appeal,
    may_change,
    may_decide_appeal,
    may_hide,
    may_moderate,
    may_moderate_post,
    may_report,
)
from ..states import AppealState, PostState, ReportState
from .spaces import of_member, write


def post_of(space, pk) -> DiscussionPost:
    rows = DiscussionPost.objects.select_related("thread__space__cohort", "author")
    return get_object_or_404(rows, pk=pk, thread__space=space)


@require_safe
@of_member
def post(request, space, pk):
    return show(request, space, post_of(space, pk))


def show(request, space, subject, *, status=200, **bound):
    person = request.user
    with_names([subject], space.cohort)
    is_moderator, is_own = bool(may_moderate(person, space)), subject.author_id == person.pk
    appeal = DiscussionAppeal.objects.filter(post=subject).first()
    is_reported = DiscussionReport.objects.filter(post=subject, person=person).exists()
    is_read = subject.state == PostState.SHOWN or (
        subject.state == PostState.HIDDEN and (is_moderator or is_own)
    )
    offered = {
        "change": may_change(person, subject),
        "report": not is_reported and may_report(person, subject),
        "appeal": appeal is None and may_appeal(person, subject),
        "hide": subject.state == PostState.SHOWN and may_hide(person, subject),
        "restore": subject.state == PostState.HIDDEN
        and appeal is None
        and may_moderate_post(person, subject),
        "decide": appeal is not None
        and appeal.state == AppealState.OPEN
        and may_decide_appeal(person, subject),
    }
    return render(
        request,
        "cohorts/discussion/post.html",
        {
            "space": space,
            "post": subject,
            "is_read": is_read,
            "is_moderator": is_moderator,
            "is_own": is_own,
            "is_reported": is_reported,
            "appeal": appeal if is_moderator or is_own else None,
            "reports": list(subject.reports.filter(state=ReportState.OPEN))
            if may_moderate_post(person, subject)
            else [],
            # Of a form that is offered no more, since the post is another by now.
            "faults": [
                fault
                for name, form in bound.items()
                if not offered[name]
                for fault in form.non_field_errors()
            ],
            "offered": {name: bool(may) for name, may in offered.items()},
            "forms": {
                "report": ReportForm(prefix="report"),
                "hide": HideForm(prefix="hide"),
                "appeal": AppealForm(prefix="appeal"),
                "decide": DecisionForm(prefix="decide"),
            }
            | bound,
        },
        status=status,
    )


@require_http_methods(["GET", "POST"])
@of_member
def edit(request, space, pk):
    found = post_of(space, pk)
    if request.method == "GET" or found.author_id != request.user.pk:
        insist(may_change(request.user, found))
    form = PostForm(
        request.POST if request.method == "POST" else None,
        initial={"text": found.text, "content_note": found.content_note},
    )
    findings = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made, findings = write(
            request, form, change_post, found, data["content_note"], data["text"]
        )
        if made:
            messages.success(request, _("The post is changed."))
            return redirect("cohorts:discussion_post", space.cohort.code, pk)
    return render(
        request,
        "cohorts/discussion/edit.html",
        {"space": space, "post": found, "form": form, "findings": findings},
        status=422 if form.errors or findings else 200,
    )


def _decide(post, words, by, data):
    if data.get("decision") not in ("show", "hide"):
        raise Refused(_("Choose whether the post is shown again or stays hidden."))
    return moderating.decide_appeal(post, data["decision"] == "show", words, by=by)


WITH_WORDS = {
    "report": (
        ReportForm,
        lambda post, words, by, data: moderating.report_post(post, words, by=by),
        gettext_lazy(
            "Thank you. A moderator will look at it. The author is not told who reported it."
        ),
    ),
    "hide": (
        HideForm,
        lambda post, words, by, data: moderating.hide_post(post, words, by=by),
        gettext_lazy("The post is hidden, and the author has been told."),
    ),
    "appeal": (
        AppealForm,
        lambda post, words, by, data: moderating.appeal(post, words, by=by),
        gettext_lazy("A registrar who did not hide the post will decide. You get a message."),
    ),
    "decide": (
        DecisionForm,
        _decide,
        gettext_lazy("The author has been told."),
    ),
}
AT_ONCE = {
    "remove": (
        lambda post, by: remove_own_post(post, by=by),
        gettext_lazy("Your post is removed."),
    ),
    "restore": (
        lambda post, by: moderating.restore_post(post, by=by),
        gettext_lazy("The post is shown again, and the author has been told."),
    ),
    "keep": (
        lambda post, by: moderating.keep_post(post, by=by),
        gettext_lazy("The post stays, and its reports are closed."),
    ),
}


@require_POST
@of_member
def post_action(request, space, pk, action):
    found = post_of(space, pk)
    if action in AT_ONCE:
        do, words = AT_ONCE[action]
        do(found, request.user)
    elif action in WITH_WORDS:
        make, do, words = WITH_WORDS[action]
        form = make(request.POST, prefix=action)
        if not form.is_valid():
            return show(request, space, found, status=422, **{action: form})
        try:
            do(found, form.cleaned_data["words"], request.user, request.POST)
        except Refused as why:
            form.add_error(None, str(why))
            return show(request, space, post_of(space, pk), status=409, **{action: form})
    else:
        raise Http404
    messages.success(request, words)
    return redirect("cohorts:discussion_post", space.cohort.code, pk)


@require_safe
@of_member
def moderation(request, space):
    """What was reported, and appeals that wait."""
    insist(may_moderate(request.user, space))
    reports = page_of(reports_to_look_at(space, request.user), request.GET.get("page"))
    with_names([report.post for report in reports.object_list], space.cohort)
    appeals = list(appeals_to_decide(space)[:50])
    with_names([one.post for one in appeals], space.cohort)
    return render(
        request,
        "cohorts/discussion/moderation.html",
        {"space": space, "page": reports, "appeals": appeals},
    )
