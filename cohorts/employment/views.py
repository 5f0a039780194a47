"""The employment register on a page: asked for one exact entry or address, never browsed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.refusals import Refused

from ..imports.models import Import
from ..organisations.queries import approval_in_words, approvals_of
from ..organisations.rules import may_approve
from ..permissions import home_of, open_to
from .actions import confirm_post, end_post, reopen_post
from .forms import ConfirmForm, EndPostForm, LookupForm, ReopenForm
from .models import Employment
from .queries import names_of_actors, remarks_on
from .register import posts_of
from .rules import may_keep_register


@open_to(may_keep_register)
def register(request):
    """Ask for an address or an entry."""
    form = LookupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("cohorts:entry", form.entry.reference)
    return render(request, "cohorts/register.html", {"form": form, "home": home_of(request.user)})


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
    posts = posts_of(employment.person_id)
    post = next(p for p in posts if p.reference == employment.reference)
    forms = {
        "end": EndPostForm(prefix="end", initial={"ends_on": post.ends_on or today}),
        "reopen": ReopenForm(prefix="reopen"),
        "confirm": ConfirmForm(prefix="confirm", initial={"on": today}),
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
            "is_open": post.is_open_on(today),
            "lines": lines,
            "forms": forms,
            "today": today,
            "approval": approval_in_words(
                approvals_of([post.organisation_id])[post.organisation_id], today
            ),
            "links_to_organisation": may_approve(request.user),
            "others": [p for p in posts if p.reference != employment.reference],
            "remarks": remarks_on(employment),
        },
    )


def sources_of(lines):
    """Where each line came from, in words."""
    words = names_of_actors({line.source for line in lines})
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
}


def differences(line, before):
    """What a line says that the one before did not: (label, field, value) for the template."""
    if before is None:
        return []
    return [
        {"label": label, "field": field, "value": getattr(line, field)}
        for field, label in LABELS.items()
        if getattr(line, field) != getattr(before, field)
    ]


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
}


@require_POST
@open_to(may_keep_register)
def entry_action(request, reference, action):
    """Do one of the actions of the entry's page."""
    if action not in ACTIONS:
        raise Http404
    found = entry_of(reference)
    form_of, do, words = ACTIONS[action]
    form = form_of(request.POST, prefix=action)
    if not form.is_valid():
        return show(request, found, **{action: form})
    try:
        do(found, form.cleaned_data, request.user)
    except Refused as why:
        form.add_error(None, str(why))
        return show(request, found, **{action: form})
    messages.success(request, words)
    return redirect("cohorts:entry", found.reference)
