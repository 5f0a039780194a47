"""The employer's posts, each with “Is this still true?”; for the Hub, who has not answered and what was reported."""

import re
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.kit import clock
from lms.kit.list_files import downloads
from lms.kit.lists import address, page_of
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day

from ..employment.posts_outside_approval import lines_outside_approval
from ..employment.register import last_lines, post_of, posts_of
from ..employment.states import PostKind
from ..fields import fields_sent
from ..organisations.queries import (
    approvals_of,
    approved_on,
    contacts_by_organisation,
    organisations_of_contact,
)
from ..permissions import open_to
from .actions import (
    close_report,
    confirm_by_employer,
    needs_the_hub,
    report_difference,
    report_leaver,
)
from .forms import DIFFERENT, LEFT, YES, AnswerForm, CloseForm, RefuseForm
from .models import PostReport, PostsRequest, SuppliedPost
from .queries import (
    counts_due,
    is_due,
    last_heard_of,
    lines_for_the_hub,
    lines_to_answer,
    reports_open,
    requests_open,
    silent_since,
    supplied_open,
)
from .rules import may_answer_for, may_follow_up, may_follow_up_on, may_see_posts
from .states import Way
from .supplying import (
    CHANGED_SINCE,
    accept_supplied,
    link_supplied,
    person_of,
    refuse_supplied,
    version_of,
)

ON_A_PAGE = 20


@login_required
@never_cache
def posts(request):
    """The posts of one organisation the reader acts for, those to confirm first; what was answered is done when nothing is wrong with any of it."""
    insist(may_see_posts(request.user))
    today = clock.today()
    organisations = organisations_of_contact(request.user, today)
    chosen = next(
        (o for o in organisations if o.code == request.GET.get("organisation")),
        organisations[0] if organisations else None,
    )
    if request.GET.get("organisation") and (
        not chosen or chosen.code != request.GET["organisation"]
    ):
        raise Http404
    may = chosen and may_answer_for(request.user, chosen)
    if not may:
        if request.method == "POST" and chosen:
            insist(may)
        return render(
            request,
            "cohorts/posts.html",
            {"organisations": organisations, "organisation": chosen, "may": may, "lines": []},
        )
    everything = lines_to_answer(chosen, today)
    page = page_of(everything, request.GET.get("page"), length=ON_A_PAGE)
    lines = []
    if request.method == "POST":
        # By what was sent, not by the page of now: the order changes while somebody reads.
        keys = keys_sent(request)
        lines = as_shown(request, chosen, everything.filter(employment__in=keys), request.POST)
        answer = answered(request, chosen, lines, keys)
        if answer:
            return answer
    lines = lines or as_shown(request, chosen, page)
    open_request = PostsRequest.objects.filter(organisation=chosen, closed_on=None).first()
    return render(
        request,
        "cohorts/posts.html",
        {
            "organisations": organisations,
            "organisation": chosen,
            "may": may,
            "lines": lines,
            "faulty": [line for line in lines if line["form"].is_bound and line["form"].errors],
            "page": page,
            "query": address(organisation=chosen.code),
            "due": counts_due([chosen.pk], today)[chosen.pk],
            "request_open": open_request,
            "is_silent": bool(open_request and open_request.asked_on <= silent_since(today)),
            "heard": last_heard_of([chosen.pk])[chosen.pk].get(Way.PAGE),
            "today": today,
        },
    )


def keys_sent(request) -> list[int]:
    """Keys of the posts that were on the page that was sent."""
    found = [re.fullmatch("post-([0-9]{1,18})-number", name) for name in request.POST]
    return [int(one[1]) for one in found if one][:ON_A_PAGE]


def as_shown(request, organisation, rows, data=None, only=None) -> list[dict]:
    """Posts with their forms; with what was sent, of all or of `only` these."""
    rows, today, reports = list(rows), clock.today(), {}
    for report in PostReport.objects.filter(
        employment__in=[line.employment_id for line in rows],
        organisation=organisation,
        closed_at=None,
    ):
        reports.setdefault(report.employment_id, []).append(report)
    return [
        {
            "line": line,
            "post": post_of(line),
            "is_due": is_due(line, today),
            "is_own": line.employment.person_id == request.user.pk,
            "reports": reports.get(line.employment_id, ()),
            "form": AnswerForm(
                data if only is None or line.employment_id in only else None,
                prefix=f"post-{line.employment_id}",
                initial={"number": line.number},
            ),
        }
        for line in rows
    ]


def answered(request, organisation, lines, keys):
    """Do what was answered and say what came of it; None where `lines` are to be shown again, with what was typed."""
    sent = [line for line in lines if not line["is_own"]]
    if not all([line["form"].is_valid() for line in sent]):
        return None
    given = {
        line["line"].employment_id: line for line in sent if line["form"].cleaned_data["answer"]
    }
    here = f"{reverse('cohorts:posts')}?{address(organisation=organisation.code)}page={request.GET.get('page', '')}"
    lost = answers_lost(request, organisation, {*keys} - {x["line"].employment_id for x in lines})
    if not given and not lost:
        messages.info(request, _("Nothing was chosen, so nothing has changed."))
        return redirect(here)
    if request.POST.get("step") == "edit":
        return None
    leavers = [x for x in given.values() if x["form"].cleaned_data["answer"] == LEFT]
    if leavers and request.POST.get("step") != "do":
        return look_first(request, organisation, given.values(), here)
    refused = {}
    for key, line in given.items():
        try:
            do_answer(line["line"], line["form"].cleaned_data, by=request.user)
        except Refused as why:
            refused[key] = str(why)
    if done := len(given) - len(refused):
        messages.success(
            request,
            ngettext("%(count)s answer is recorded.", "%(count)s answers are recorded.", done)
            % {"count": done},
        )
    if lost:
        messages.warning(
            request,
            ngettext(
                "%(count)s answer is not recorded: the post is not open at your organisation any more. If the register is wrong, tell the IMSA Model Hub.",
                "%(count)s answers are not recorded: the posts are not open at your organisation any more. If the register is wrong, tell the IMSA Model Hub.",
                lost,
            )
            % {"count": lost},
        )
    if not refused:
        return redirect(here)
    lines[:] = lines_again(request, organisation, keys, refused)
    return None


def lines_again(request, organisation, keys, refused):
    """The posts as the register has them now: what was refused with what was typed and why, ready to be sent again; what was done without."""
    rows = list(lines_to_answer(organisation, clock.today()).filter(employment__in=keys))
    data = request.POST.copy()
    for line in rows:
        data[f"post-{line.employment_id}-number"] = str(line.number)
    lines = as_shown(request, organisation, rows, data, refused)
    for line in lines:
        if why := refused.pop(line["line"].employment_id, ""):
            line["form"].add_error(None, why)
    for why in refused.values():
        messages.error(request, why)
    return lines


def answers_lost(request, organisation, keys) -> int:
    """How many answers are about posts that are open here no more. A leaver whose last day the register has is none: the same press twice."""
    ends = dict(
        last_lines()
        .filter(organisation=organisation, employment__in=keys)
        .values_list("employment_id", "ends_on")
    )
    lost = 0
    for key in keys:
        form = AnswerForm(request.POST, prefix=f"post-{key}")
        data = form.cleaned_data if form.is_valid() else {"answer": YES}
        is_there = data["answer"] == LEFT and data["left_on"] == ends.get(key)
        lost += bool(data["answer"] and not is_there)
    return lost


def do_answer(line, data, *, by):
    employment, number = line.employment, data["number"]
    if data["answer"] == YES:
        return confirm_by_employer(employment, number, by=by)
    if data["answer"] == LEFT:
        return report_leaver(employment, number, data["left_on"], by=by)
    return report_difference(employment, number, data["text"], by=by)


def look_first(request, organisation, answers, here):
    """What each answer does, before somebody's post ends. The employer is shown nothing of posts elsewhere, so no standing either."""
    rows = []
    for line in answers:
        data, post, name = (
            line["form"].cleaned_data,
            line["line"],
            line["line"].employment.person.full_name,
        )
        if data["answer"] == YES:
            words = _("The post is confirmed as the register says.")
        elif data["answer"] == DIFFERENT:
            words = _("The Hub reads what you wrote. The register stays as it is until then.")
        elif needs_the_hub(post, data["left_on"]):
            words = words_for_the_hub(post, data["left_on"])
        else:
            words = _(
                "The last day is %(day)s. From the day after, this post no longer lets %(full_name)s act as an IMSA. %(full_name)s is told, and so are your contacts."
            ) % {"day": short_day(data["left_on"]), "full_name": name}
        rows.append({"name": name, "post": post.post, "words": words})
    return render(
        request,
        "cohorts/posts_check.html",
        {"organisation": organisation, "rows": rows, "typed": fields_sent(request), "here": here},
    )


def words_for_the_hub(post, left_on):
    if post.ends_on == left_on:
        return _("The register has this last day already. Nothing changes.")
    if post.ends_on:
        return _(
            "The register has another last day: %(ends)s. The Hub checks the one you give (%(day)s); the register stays as it is until then."
        ) % {"ends": short_day(post.ends_on), "day": short_day(left_on)}
    return _(
        "The post was confirmed on %(confirmed)s, after the last day you give (%(day)s). The Hub checks it; the register stays as it is until then."
    ) % {"confirmed": short_day(post.confirmed_on), "day": short_day(left_on)}


@open_to(may_follow_up)
def unanswered(request):
    """For the Hub: what contacts reported, and which organisations have posts left to confirm, with when each was last heard from."""
    today = clock.today()
    only_silent = request.GET.get("silent") == "1"
    page = page_of(requests_open(today, only_silent=only_silent), request.GET.get("page"))
    reports = page_of(reports_open(), request.GET.get("reports"))
    keys = [row.organisation_id for row in page]
    due, heard = counts_due(keys, today), last_heard_of(keys)
    contacts, approvals = contacts_by_organisation(keys, today), approvals_of(keys)
    rows = [
        {
            "request": row,
            "due": due[row.organisation_id],
            "heard": heard[row.organisation_id],
            "is_silent": row.asked_on <= silent_since(today),
            "has_contact": any(
                contact.person.is_active for contact in contacts.get(row.organisation_id, ())
            ),
            "is_approved": approved_on(approvals[row.organisation_id], today),
        }
        for row in page
    ]
    return render(
        request,
        "cohorts/posts_unanswered.html",
        {
            "rows": rows,
            "page": page,
            "query": address(silent="1" if only_silent else ""),
            "only_silent": only_silent,
            "download": downloads("cohorts:posts_file", silent="1" if only_silent else ""),
            "reports": reports,
            "supplied": page_of(supplied_open(), request.GET.get("supplied")),
            "for_the_hub": page_of(lines_for_the_hub(today), request.GET.get("own")),
        },
    )


@require_safe
@open_to(may_follow_up)
def outside(request):
    """Posts of which no day lies within an approval of their organisation."""
    page = page_of(lines_outside_approval(), request.GET.get("page"))
    context = {"page": page, "download": downloads("cohorts:posts_outside_file")}
    return render(request, "cohorts/posts_outside.html", context)


@open_to(may_follow_up)
def supplied(request, pk):
    """A post that an employer's system sent: enter it, link it to one the register has, or refuse it."""
    sent = get_object_or_404(
        SuppliedPost.objects.select_related("organisation", "employment", "closed_by"), pk=pk
    )
    person = person_of(sent)
    posts = [
        post
        for post in (posts_of(person.pk) if person else [])
        if post.organisation_id == sent.organisation_id
        and not (sent.employment and post.reference == sent.employment.reference)
    ]
    form = RefuseForm()
    if request.method == "POST":
        here = redirect("cohorts:supplied_post", sent.pk)
        what = request.POST.get("what")
        try:
            if request.POST.get("version") != version_of(sent):
                raise Refused(_(CHANGED_SINCE))
            if what == "enter":
                accept_supplied(sent, by=request.user)
            elif what == "link":
                link_supplied(
                    sent,
                    request.POST.get("entry", ""),
                    by=request.user,
                    linked=request.POST.get("linked", ""),
                )
            else:
                form = RefuseForm(request.POST)
                if not form.is_valid():
                    here = None
                else:
                    refuse_supplied(sent, form.cleaned_data["note"], by=request.user)
        except Refused as why:
            messages.error(request, str(why))
        else:
            if here:
                messages.success(request, _("Recorded. The organisation’s system is answered so."))
        if here:
            return here
    starts_on = date.fromisoformat(sent.facts["starts_on"])
    return render(
        request,
        "cohorts/supplied_post.html",
        {
            "supplied": sent,
            "may": may_follow_up_on(request.user, person),
            "person": person,
            "posts": posts,
            "form": form,
            "version": version_of(sent),
            "starts_on": starts_on,
            "kind": sent.facts.get("kind") and PostKind(sent.facts["kind"]).label,
            "ends_on": sent.facts.get("ends_on") and date.fromisoformat(sent.facts["ends_on"]),
        },
    )


@open_to(may_follow_up)
def report(request, pk):
    """One report: what the employer says, the entry to put right, and what the officer did."""
    reported = get_object_or_404(
        PostReport.objects.select_related(
            "employment__person", "organisation", "reported_by", "closed_by"
        ),
        pk=pk,
    )
    form = CloseForm(request.POST or None, is_of_system=reported.reported_by is None)
    if request.method == "POST" and form.is_valid():
        close_report(reported, form.cleaned_data["note"], by=request.user)
        messages.success(
            request,
            _("Recorded. The person who reported it is told.")
            if reported.reported_by
            else _("Recorded. The organisation’s system is answered so."),
        )
        return redirect("cohorts:posts_unanswered")
    last = reported.employment.lines.order_by("-number").first()
    return render(
        request,
        "cohorts/post_report.html",
        {
            "report": reported,
            "form": form,
            "line": last,
            "may": may_follow_up_on(request.user, reported.employment.person),
        },
    )
