"""Pages of display names: one's own, and the list of the registrars."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit.lists import page_of
from lms.kit.refusals import insist, refusals_at

from . import names
from .models import DisplayName


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Display name"),
        max_length=names.LONGEST,
        required=False,
        help_text=gettext_lazy("Leave it empty to be shown by your full name."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is this name taken away?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The person reads it. Do not say whose name it is like, or anything about anyone else."
        ),
        error_messages={"required": gettext_lazy("Say why. The person reads it.")},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def own_name(request):
    """The reader's display name, why an earlier one was taken away, and a form."""
    form = NameForm(request.POST or None, initial={"name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            names.choose_name(request.user, by=request.user, name=form.cleaned_data["name"])
            messages.success(
                request,
                _("Saved. Others in the course see you as %(name)s.")
                % {"name": names.public_name(request.user)},
            )
            return redirect("people:own_name")
    removed = DisplayName.objects.filter(person=request.user, removed_by__isnull=False).first()
    return render(
        request,
        "people/own_name.html",
        {"form": form, "removed": removed, "shown": names.public_name(request.user)},
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def display_names(request):
    """For registrars: the display names in force, those that are another person's name first."""
    insist(names.may_moderate_names(request.user))
    rows = DisplayName.objects.filter(ended_at=None).select_related("person")
    to_see = names.names_to_look_at().select_related("person")
    others = rows.exclude(pk__in=to_see.values("pk"))
    return render(
        request,
        "people/display_names.html",
        {
            "to_see": page_of(to_see, request.GET.get("look")),
            "page": page_of(others, request.GET.get("page")),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def display_name(request, pk):
    """For registrars: one name, and taking it away."""
    insist(names.may_moderate_names(request.user))
    rows = DisplayName.objects.select_related("person", "removed_by")
    found = get_object_or_404(rows, pk=pk)
    form = RemovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            names.remove_name(found, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The name is taken away, and the person was told why."))
            return redirect("people:display_names")
    return render(
        request,
        "people/display_name.html",
        {"found": found, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@login_required
def accept_name(request, pk):
    insist(names.may_moderate_names(request.user))
    names.accept_name(get_object_or_404(DisplayName, pk=pk), by=request.user)
    messages.success(request, _("The name can stay."))
    return redirect("people:display_names")
