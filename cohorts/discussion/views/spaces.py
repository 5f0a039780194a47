"""A discussion with its threads, and the switch by which a registrar opens it."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.kit.keyset import SIZE
from lms.kit.lists import page_of
from lms.kit.refusals import NotAllowed, Refused

from ...enrolment.models import Cohort
from ...permissions import open_to
from ..actions import (
    Guarded,
    accept_code,
    add_post,
    choose_digest,
    close_space,
    mark_read,
    open_space,
    start_thread,
)
from ..forms import PostForm, ThreadForm
from ..models import DiscussionMember, DiscussionPost, DiscussionSpace, DiscussionThread
from ..queries import first_post_of, is_title_shown, posts_of, spaces_for, threads_of
from ..rules import may_moderate, may_open_spaces, may_read, may_write, readable


def of_space(view):
    """A page of one discussion; 404 for those who may not read it, as if there were none."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request, code, *args, **kwargs):
        rows = DiscussionSpace.objects.filter(is_cleared=False).select_related("cohort")
        space = get_object_or_404(rows, cohort__code__iexact=code)
        if not may_read(request.user, space):
            raise Http404
        return view(request, space, *args, **kwargs)

    return guarded


def of_member(view):
    """A page of one discussion for who has accepted its code of conduct, or moderates it; others read that first."""

    @of_space
    @wraps(view)
    def guarded(request, space, *args, **kwargs):
        is_member = DiscussionMember.objects.filter(space=space, person=request.user).exists()
        if not is_member and not may_moderate(request.user, space):
            return redirect("cohorts:discussion", space.cohort.code)
        return view(request, space, *args, **kwargs)

    return guarded


@never_cache
@require_safe
@login_required
def spaces(request):
    page = page_of(spaces_for(request.user), request.GET.get("page"))
    return render(
        request,
        "cohorts/discussion/spaces.html",
        {"page": page, "spaces": readable(request.user, page.object_list)},
    )


@require_safe
@of_space
def space(request, space):
    member = DiscussionMember.objects.filter(space=space, person=request.user).first()
    if member is None:
        return render(request, "cohorts/discussion/code.html", {"space": space})
    is_moderator = bool(may_moderate(request.user, space))
    page = threads_of(space, request.user, request.GET)
    for thread in page:
        thread.is_title_shown = is_title_shown(
            thread, thread.first_state, is_moderator or thread.first_author == request.user.pk
        )
    return render(
        request,
        "cohorts/discussion/space.html",
        {
            "space": space,
            "member": member,
            "page": page,
            "may_write": bool(may_write(request.user, space)),
            "is_moderator": is_moderator,
        },
    )


@require_POST
@of_space
def space_action(request, space, action):
    if action == "accept":
        accept_code(space, by=request.user)
    elif action == "digest":
        is_off = request.POST.get("digest") != "on"
        choose_digest(space, is_off, by=request.user)
        messages.success(
            request,
            _("You get no messages about new posts.")
            if is_off
            else _("You get at most one message a day about new posts."),
        )
    else:
        raise Http404
    return redirect("cohorts:discussion", space.cohort.code)


def write(request, form, action, *about):
    """(the post or None, what seems to tell who somebody is). A refusal stands at the form, which holds what was typed."""
    try:
        return action(*about, by=request.user, keep_anyway="keep" in request.POST), ()
    except Guarded as guarded:
        return None, guarded.findings
    except (NotAllowed, Refused) as why:  # the discussion may be closed meanwhile
        form.add_error(None, str(why))
    return None, ()


@require_http_methods(["GET", "POST"])
@of_space
def new_thread(request, space):
    may = may_write(request.user, space)
    if not may and request.method == "GET":
        messages.info(request, may.reason)
        return redirect("cohorts:discussion", space.cohort.code)
    form = ThreadForm(request.POST if request.method == "POST" else None)
    findings = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made, findings = write(
            request,
            form,
            start_thread,
            space,
            data["title"],
            data["content_note"],
            data["text"],
            data["token"],
        )
        if made:
            return redirect("cohorts:discussion_thread", space.cohort.code, made.thread_id)
    return render(
        request,
        "cohorts/discussion/new.html",
        {"space": space, "form": form, "findings": findings},
        status=422 if form.errors or findings else 200,
    )


@require_http_methods(["GET", "POST"])
@of_member
def thread(request, space, pk):
    """Its posts, and the form to answer. Opening it marks as read what is on the page."""
    found = get_object_or_404(
        DiscussionThread.objects.select_related("space__cohort"), pk=pk, space=space
    )
    form, findings = PostForm(request.POST if request.method == "POST" else None), ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made, findings = write(
            request, form, add_post, found, data["content_note"], data["text"], data["token"]
        )
        if made:
            return redirect(address_of(made))
    page = posts_of(found, request.GET)
    if page.rows:
        mark_read(found, page.rows[-1].pk, by=request.user)
    first, is_moderator = first_post_of(found), bool(may_moderate(request.user, space))
    return render(
        request,
        "cohorts/discussion/thread.html",
        {
            "space": space,
            "thread": found,
            "is_title_shown": is_title_shown(
                found, first.state, is_moderator or first.author_id == request.user.pk
            ),
            "page": page,
            "form": form,
            "findings": findings,
            "may_write": may_write(request.user, space),
            "is_moderator": is_moderator,
        },
        status=422 if form.errors or findings else 200,
    )


def address_of(post) -> str:
    """Where a post stands: on the first page of its thread, or on that which begins behind the post before it."""
    before = list(
        DiscussionPost.objects.filter(thread=post.thread_id, pk__lt=post.pk)
        .order_by("-pk")
        .values_list("pk", flat=True)[:SIZE]
    )
    rest = f"?after={before[0]}" if len(before) == SIZE else ""
    url = reverse("cohorts:discussion_thread", args=[post.thread.space.cohort.code, post.thread_id])
    return f"{url}{rest}#post-{post.pk}"


@never_cache
@require_http_methods(["GET", "POST"])
@open_to(may_open_spaces)
def switch(request, code):
    """A registrar opens or closes the discussion of a cohort."""
    cohort = get_object_or_404(Cohort, code__iexact=code)
    found = DiscussionSpace.objects.filter(cohort=cohort).select_related("cohort").first()
    fault = ""
    if request.method == "POST":
        try:
            if request.POST.get("action") == "close" and found:
                close_space(found, by=request.user)
                messages.success(request, _("The discussion is closed. People can still read it."))
            else:
                open_space(cohort, by=request.user)
                messages.success(request, _("The discussion is open."))
        except Refused as why:
            fault = str(why)
        else:
            return redirect("cohorts:discussion_switch", cohort.code)
    return render(
        request,
        "cohorts/discussion/switch.html",
        {"cohort": cohort, "space": found, "fault": fault},
        status=409 if fault else 200,
    )
