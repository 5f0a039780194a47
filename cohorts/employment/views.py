"""The employment register on a page: asked for one exact entry or address, never browsed."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lms.kit import clock, nations
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day, short_day

from ..fields import fields_sent
from ..imports.models import Import
from ..organisations.queries import approval_in_words, approvals_of
from ..organisations.rules import may_approve
from ..permissions import home_of, open_to
from .actions import confirm_post, end_post, reopen_post
from .entering import (
    CHANGES,
    change_post,
    enter_post,
    overlapping_posts,
    record_leave_from_post,
    same_post,
    void_post,
)
from .forms import (
    ChangePostForm,
    ConfirmForm,
    EndPostForm,
    EnterPostForm,
    LeaveForm,
    LookupForm,
    ReopenForm,
    VoidForm,
)
from .models import Employment, EmploymentLine
from .queries import names_of_actors, remarks_on
from .register import posts_and_voided_of
from .rules import (
    may_be_at,
    may_export_register,
    may_keep_post_of,
    may_keep_register,
    nations_beyond,
    remarks_about_approval,
)


@open_to(may_keep_register)
def register(request):
    """Ask for an address or an entry."""
    form = LookupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("cohorts:entry", form.entry.reference)
    return render(
        request,
        "cohorts/register.html",
        {
            "form": form,
            "home": home_of(request.user),
            "may_export": may_export_register(request.user),
        },
    )


def entry_of(reference):
    return get_object_or_404(
        Employment.objects.select_related("person"), reference__iexact=reference
    )


@open_to(may_keep_register)
def entry(request, reference):
    """One post: what the register says, what it said before, and what can be done."""
    return show(request, entry_of(reference))


def show(request, employment, **bound):
    today = clock.today()
    lines = list(employment.lines.select_related("organisation").order_by("-number"))
    posts = posts_and_voided_of(employment.person_id)
    post = next(p for p in posts if p.reference == employment.reference)
    approvals = approvals_of([post.organisation_id])[post.organisation_id]
    forms = {
        "end": EndPostForm(prefix="end", initial={"ends_on": post.ends_on or today}),
        "reopen": ReopenForm(prefix="reopen"),
        "confirm": ConfirmForm(prefix="confirm", initial={"on": today}),
        "change": ChangePostForm(prefix="change", initial=model_to_dict(lines[0], CHANGES)),
        "leave": LeaveForm(
            prefix="leave", initial=model_to_dict(lines[0], ["leave_from", "leave_until"])
        ),
        "void": VoidForm(prefix="void"),
    } | bound
    sources = sources_of(lines)
    for line, before in zip(lines, [*lines[1:], None], strict=True):
        line.said, line.source_words = differences(line, before), sources[line.source]
    return render(
        request,
        "cohorts/entry.html",
        {
            "entry": employment,
            "post": post,
            "line": lines[0],
            "confirmed_by": sources.get(post.confirmed_by, ""),
            "evidence_seen_by": sources.get(lines[0].evidence_seen_by, ""),
            "is_open": post.is_open_on(today),
            "is_on_leave": post.is_on_leave_on(today),
            "lines": lines,
            "forms": forms,
            "today": today,
            "may_keep": may_keep_post_of(request.user, employment.person),
            "approval": approval_in_words(approvals, today),
            "to_look_at": remarks_about_approval(
                lines[0].organisation, approvals, post.starts_on, post.ends_on
            ),
            "links_to_organisation": may_approve(request.user),
            "others": [p for p in posts if p.reference != employment.reference],
            "remarks": remarks_on(employment),
        },
    )


def sources_of(lines):
    """Where each line came from, in words."""
    words = names_of_actors(
        {line.source for line in lines}
        | {name for line in lines for name in (line.confirmed_by, line.evidence_seen_by) if name}
    )
    keys = {source: source.partition(":")[2] for source in words if source.startswith("import:")}
    names = dict(
        Import.objects.filter(pk__in=[k for k in keys.values() if k.isdigit()]).values_list(
            "pk", "file_name"
        )
    )
    return words | {
        source: _("File %(name)s") % {"name": names[int(key)]}
        for source, key in keys.items()
        if key.isdigit() and int(key) in names
    }


LABELS = {
    "post": gettext_lazy("Post"),
    "nations": gettext_lazy("Nations"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "line_manager": gettext_lazy("Line manager"),
    "confirmed_on": gettext_lazy("Confirmed"),
    "kind": gettext_lazy("Kind of post"),
    "hours": gettext_lazy("Hours a week"),
    "evidence_kind": gettext_lazy("Evidence"),
    "evidence_on": gettext_lazy("Date of the evidence"),
    "leave_from": gettext_lazy("Leave from"),
    "leave_until": gettext_lazy("Leave until"),
    "is_void": gettext_lazy("Entered by mistake"),
}
SHOWN_AS = {
    "kind": lambda line: line.get_kind_display(),
    "evidence_kind": lambda line: line.get_evidence_kind_display(),
    "hours": lambda line: plain_number(line.hours),
    "is_void": lambda line: _("yes") if line.is_void else _("no"),
}


def differences(line, before):
    """What a line says that the one before did not: (label, field, value) for the template."""
    if before is None:
        return []
    return [
        {
            "label": label,
            "field": field,
            "value": SHOWN_AS[field](line) if field in SHOWN_AS else getattr(line, field),
        }
        for field, label in LABELS.items()
        if getattr(line, field) != getattr(before, field)
    ]


def plain_number(hours):
    """37.5, and 35 for 35.0."""
    return "" if hours is None else f"{hours.normalize():f}"


ACTIONS = {
    "end": (
        EndPostForm,
        lambda e, data, by: end_post(e, data["ends_on"], by=by, reason=data["reason"]),
        gettext_lazy("The last day of the post is in the register."),
    ),
    "reopen": (
        ReopenForm,
        lambda e, data, by: reopen_post(e, by=by, reason=data["reason"]),
        gettext_lazy("The post has no last day any more."),
    ),
    "confirm": (
        ConfirmForm,
        lambda e, data, by: confirm_post(e, by=by, on=data["on"]),
        gettext_lazy("The post is confirmed."),
    ),
    "change": (
        ChangePostForm,
        lambda e, data, by: change_post(e, by=by, **data),
        gettext_lazy("The register is changed. What it said before stays below."),
    ),
    "leave": (
        LeaveForm,
        lambda e, data, by: record_leave_from_post(
            e, data["leave_from"], data["leave_until"], by=by
        ),
        gettext_lazy("The leave is recorded. The post goes on counting."),
    ),
    "void": (
        VoidForm,
        lambda e, data, by: void_post(e, by=by, reason=data["reason"]),
        gettext_lazy(
            "The post is voided and counts on no day. The person and the employer are told."
        ),
    ),
}
# What the post would be, for the page that shows the person's standing before and after; a confirmation and a leave change none.
SUPPOSED = {
    "end": lambda data: {"ends_on": data["ends_on"]},
    "reopen": lambda data: {"ends_on": None},
    "change": lambda data: {"nations": data["nations"], "starts_on": data["starts_on"]},
    "void": lambda data: None,
}
CHECK_WORDS = {
    "end": (gettext_lazy("Check before you end the post"), gettext_lazy("End the post")),
    "reopen": (
        gettext_lazy("Check before you take the last day away"),
        gettext_lazy("Take the last day away"),
    ),
    "change": (gettext_lazy("Check before you change the post"), gettext_lazy("Change the post")),
    "void": (gettext_lazy("Check before you void the post"), gettext_lazy("Void the post")),
}


@require_POST
@open_to(may_keep_register)
def entry_action(request, reference, action):
    """Do one of the actions of the entry's page; with step=check, show first what it changes."""
    if action not in ACTIONS:
        raise Http404
    found = entry_of(reference)
    insist(may_keep_post_of(request.user, found.person))
    form_of, do, words = ACTIONS[action]
    own = {"person": found.person} if form_of is ChangePostForm else {}
    form = form_of(request.POST, prefix=action, **own)
    if not form.is_valid() or request.POST.get("step") == "edit":
        return show(request, found, **{action: form})
    try:
        if request.POST.get("step") == "check" and action in SUPPOSED:
            return check(request, found, action, form)
        do(found, form.cleaned_data, request.user)
    except Refused as why:
        if EmploymentLine.objects.filter(employment=found, is_void=True).exists():
            messages.error(request, str(why))  # the page has no form any more
            return redirect("cohorts:entry", found.reference)
        form.add_error(None, str(why))
        return show(request, found, **{action: form})
    messages.success(request, words)
    return redirect("cohorts:entry", found.reference)


def check(request, employment, action, form):
    """Whose standing it changes, from when to when, before it is done. Refused where the action itself would be."""
    line = employment.lines.select_related("organisation").order_by("-number").first()
    changes = SUPPOSED[action](form.cleaned_data)
    starts_on = (changes or {}).get("starts_on", line.starts_on)
    ends_on = (changes or {}).get("ends_on", line.ends_on)
    if ends_on and ends_on < starts_on:
        raise Refused(
            _("The post began on %(day)s; its last day cannot be earlier.")
            % {"day": short_day(starts_on)}
        )
    approvals = approvals_of([line.organisation_id])[line.organisation_id]
    if starts_on != line.starts_on and not (
        may := may_be_at(line.organisation, approvals, starts_on, ends_on)
    ):
        raise Refused(may.reason)
    after = changes is not None and post_for_preview(
        line.organisation,
        approvals,
        **({"nations": line.nations, "starts_on": starts_on, "ends_on": ends_on} | changes),
    )
    title, submit = CHECK_WORDS[action]
    return render(
        request,
        "cohorts/post_check.html",
        {
            "title": title,
            "submit": submit,
            "tone": "grave" if action in ("end", "void") else "",
            "person": employment.person,
            "line": line,
            "typed": fields_sent(request),
            "terms": terms_of(form, line),
            "rows": import_string(settings.IMSA_POST_PREVIEW)(
                employment.person_id, line.pk, after or None
            ),
            "to_look_at": remarks_about_approval(line.organisation, approvals, starts_on, ends_on)
            if changes is not None
            else [],
            "address": reverse("cohorts:entry_action", args=[employment.reference, action]),
            "back": reverse("cohorts:entry", args=[employment.reference]),
        },
    )


def terms_of(form, line=None) -> list:
    """What was entered, in words: all of a new post, and of a change what is not so yet."""
    found = []
    for name, value in form.cleaned_data.items():
        if name in ("email", "organisation", "is_second"):
            continue
        if line and hasattr(line, name) and getattr(line, name) == value:
            continue
        if name == "nations":
            value = nations.sentence(value)
        elif isinstance(value, date):
            value = day(value)
        elif name == "hours":
            value = plain_number(value)
        elif name in ("kind", "evidence_kind"):
            value = dict(form.fields[name].choices)[value]
        if value or line:
            found.append((form.fields[name].label, value or _("none")))
    return found


def post_for_preview(organisation, approvals, *, nations, starts_on, ends_on):
    """A post as the preview of standings takes it."""
    return {
        "organisation_id": organisation.pk,
        "organisation_name": organisation.name,
        "organisation_nations": organisation.nations,
        "approvals": approvals,
        "nations": nations,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


@open_to(may_keep_register)
def new_post(request):
    """Enter one post: the form, then what it changes for the person's standing, then the entry's page."""
    form = EnterPostForm(request.POST or None, initial={"starts_on": clock.today()})
    if request.method != "POST" or not form.is_valid() or request.POST.get("step") == "edit":
        return render(request, "cohorts/new_post.html", {"form": form})
    data = form.cleaned_data
    organisation, person = form.organisation, form.person
    approvals = approvals_of([organisation.pk])[organisation.pk]
    refusal = may_keep_post_of(request.user, person) and may_be_at(
        organisation, approvals, data["starts_on"], data["ends_on"]
    )
    there = same_post(person, organisation, data["post"], data["starts_on"])
    others = overlapping_posts(person, organisation, data["starts_on"], data["ends_on"])
    if not refusal and not there:
        form.add_error(None, refusal.reason)
    elif there and request.POST.get("step") == "check":
        form.add_error(
            None,
            _("The register has this post already: entry %(reference)s.")
            % {"reference": there.reference},
        )
    elif others and not there and not data["is_second"]:
        form.add_error(
            "is_second",
            _(
                "%(full_name)s has a post here in the same time: %(post)s, from %(day)s (entry %(reference)s). Tick this if the new one is another "
                "post; if it is the same, change that entry."
            )
            % {
                "full_name": person.full_name,
                "post": others[0].post,
                "day": short_day(others[0].starts_on),
                "reference": others[0].reference,
            },
        )
    if not form.is_valid():
        return render(request, "cohorts/new_post.html", {"form": form})
    if request.POST.get("step") == "check":
        return render(
            request,
            "cohorts/post_check.html",
            {
                "title": _("Check before you enter the post"),
                "submit": _("Enter the post"),
                "person": person,
                "organisation": organisation,
                "typed": fields_sent(request),
                "terms": terms_of(form),
                "rows": import_string(settings.IMSA_POST_PREVIEW)(
                    person.pk,
                    None,
                    post_for_preview(
                        organisation,
                        approvals,
                        nations=data["nations"],
                        starts_on=data["starts_on"],
                        ends_on=data["ends_on"],
                    ),
                ),
                "to_look_at": [
                    *remarks_about_approval(
                        organisation, approvals, data["starts_on"], data["ends_on"]
                    ),
                    *nations_beyond(organisation, data["nations"]),
                ],
                "address": reverse("cohorts:new_post"),
                "back": reverse("cohorts:register"),
                "is_new": True,
            },
        )
    given = {name: data[name] for name in (*CHANGES, "ends_on", "reason")}
    try:
        line = enter_post(person, organisation, by=request.user, **given)
    except Refused as why:
        form.add_error(None, str(why))
        return render(request, "cohorts/new_post.html", {"form": form})
    messages.success(request, _("The post is entered. The person and the employer are told."))
    return redirect("cohorts:entry", line.employment.reference)
