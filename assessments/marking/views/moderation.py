"""A moderator looks at single marks; registrars choose who does, see how far it is, and give out what is to be marked again."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import holders_of, may_act_as

from ...setting.forms.rule_sets import LABELS, in_words
from ...setting.judging import Rules
from .. import blind, sampling
from ..actions.moderation import (
    allocate_second,
    appoint_moderator,
    give_verdict,
    take_back_verdict,
)
from ..forms.marks import TakeBackForm, TutorForm, VerdictForm
from ..models import Moderation, ModerationScript
from ..moderating import file_to_moderate, moderated_script, to_moderate_by
from ..places import is_shown
from ..queries import awaiting_second, moderations_to_follow, sets_before_moderation
from ..rules import current_of, feedback_version, may_follow_moderation, may_give_verdict
from ..states import ModerationState, VerdictState
from .desk import file_answer
from .script_files import script_in_page

AT_ONCE = 25  # scripts that one press gives to a second marker
WHY = {
    sampling.EVERY: gettext_lazy("All of a small set"),
    sampling.FAIL: gettext_lazy("Below the pass mark"),
    sampling.BORDER: gettext_lazy("Near a class boundary"),
    sampling.MARKER: gettext_lazy("One of each marker"),
    sampling.NATION: gettext_lazy("One of each nation"),
    sampling.CHANCE: gettext_lazy("By chance"),
    sampling.EXTENSION: gettext_lazy("After a disagreement"),
}
OF_RULE = ("size", "percent", "least", "all_below", "fails", "margin", "markers", "nations")


@login_required
@never_cache
@require_GET
def to_moderate(request):
    """The scripts whose single mark this tutor looks at."""
    insist(may_act_as(request.user, Role.TUTOR))
    page = to_moderate_by(request.user, request.GET.get("page"))
    context = {"page": page, "today": clock.today()}
    return render(request, "assessments/to_moderate.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def verdict(request, number):
    """One script with its mark, and whether the moderator agrees with it."""
    found = insist_moderator(request, number)
    is_back = request.POST.get("action") == "take_back"
    data = request.POST or None
    form, back = VerdictForm(None if is_back else data), TakeBackForm(data if is_back else None)
    sent = back if is_back else form
    if request.method == "POST" and sent.is_valid():
        script = ModerationScript.objects.get(pk=found.pk)
        try:
            if is_back:
                take_back_verdict(script, sent.cleaned_data["why"], by=request.user)
                messages.success(request, _("It is taken back. Say what you think of the mark."))
                return redirect("assessments:verdict", number)
            give_verdict(
                script,
                sent.cleaned_data["verdict"] == "agree",
                sent.cleaned_data["words"],
                by=request.user,
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, _("Your view of the mark is recorded."))
            return redirect("assessments:to_moderate")
        except Refused as refusal:
            sent.add_error(None, str(refusal))
            found = _script_or_404(request, number)
    return render(
        request,
        "assessments/verdict.html",
        {
            "script": found,
            "form": form,
            "back": back,
            "is_shown": is_shown(file_to_moderate(request.user, number)[0], found.file_sha256),
            "view_url": reverse("assessments:verdict_view", args=[number]),
            "file_url": reverse("assessments:verdict_file", args=[number]),
        },
        status=422 if sent.errors else 200,
    )


@login_required
@require_GET
def verdict_file(request, number):
    """The markers' copy, under the script's number."""
    insist_moderator(request, number)
    return file_answer(file_to_moderate, request.user, number)


@login_required
@never_cache
@require_GET
@xframe_options_sameorigin
def verdict_view(request, number):
    """The same copy, to be read in the page beside the mark; whose moderator this is, is asked each time."""
    found = insist_moderator(request, number)
    back_url = reverse("assessments:verdict", args=[number])
    return script_in_page(request, found, back_url, file_to_moderate, request.user, number)


def _script_or_404(request, number):
    try:
        return moderated_script(request.user, number)
    except blind.NoSuchScript:
        raise Http404("There is no such script.") from None


def insist_moderator(request, number):
    """The script, of its moderator of now, while nothing ties them to its author; else it is not found, or refused."""
    found = _script_or_404(request, number)
    _insist_untied(request, found)
    return found


def _insist_untied(request, sample_script):
    script = ModerationScript.objects.select_related("submission__enrolment").get(
        pk=sample_script.pk
    )
    insist(may_give_verdict(request.user, script))


# ---- for registrars ----


@login_required
@never_cache
@require_GET
def moderations(request):
    """What is moderated and how far it is; and what waits for its last marks."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    return render(
        request,
        "assessments/moderations.html",
        {
            "page": page_of(moderations_to_follow(request.user), request.GET.get("page")),
            "sets": page_of(sets_before_moderation(request.user), request.GET.get("sets")),
            "today": clock.today(),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def moderation_of(request, pk):
    """One moderation: its rule, its sample with the verdicts, its moderator, and what is to be marked again."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    rows = Moderation.objects.select_related("sitting__assessment", "sitting__cohort", "moderator")
    found = get_object_or_404(rows, pk=pk)
    insist(may_follow_moderation(request.user, found))
    people = [one for one in holders_of(Role.TUTOR) if one.pk != request.user.pk]
    data, action = request.POST or None, request.POST.get("action")
    forms = {
        "moderator": TutorForm(
            data if action == "moderator" else None,
            people=people,
            label=_("Moderator"),
            prefix="moderator",
        ),
        "second": TutorForm(
            data if action == "second" else None,
            people=people,
            label=_("Second marker"),
            prefix="second",
        ),
    }
    if request.method == "POST" and _act(request, found, forms, action):
        return redirect("assessments:moderation_of", pk)
    again = awaiting_second(found) if found.state != ModerationState.OPEN else None
    scripts = found.scripts.filter(draw__gt=0).select_related("moderator", "submission")
    page = page_of(
        scripts.prefetch_related("submission__allocations__marker").order_by(
            "draw", "submission__script"
        ),
        request.GET.get("page"),
    )
    return render(
        request,
        "assessments/moderation_of.html",
        {
            "found": found,
            "page": page,
            "rows": [(one, WHY.get(one.why, ""), *_marked(one)) for one in page],
            "rule": _rule_of(found),
            "count": found.scripts.count(),
            "done": scripts.exclude(state=VerdictState.WAITING).count(),
            "is_open": found.state == ModerationState.OPEN,
            "again": again.count() if again is not None else 0,
            "at_once": AT_ONCE,
            "today": clock.today(),
            **forms,
        },
        status=422 if any(form.errors for form in forms.values()) else 200,
    )


def _rule_of(moderation) -> list[tuple]:
    """The figures of its draws as they were, with their labels."""
    values = moderation.inputs["rule"]
    rules = replace(Rules(), **{f"sample_{name}": values[name] for name in OF_RULE})
    return [(LABELS[f"sample_{name}"], in_words(rules, f"sample_{name}")) for name in OF_RULE]


def _marked(script):
    """The task whose mark it is, and whether that changed since the verdict."""
    task = current_of(script.submission, "first")
    said = script.feedback_version
    return task, bool(said) and said != feedback_version(task)


def _act(request, moderation, forms, action) -> bool:
    """Was it done? Else the form says why not."""
    if action not in forms:
        raise Refused(_("Load the page again, and choose what is to be done."))
    form = forms[action]
    if not form.is_valid():
        return False
    person = form.chosen()
    if action == "second":
        return _give_out(request, moderation, form, person)
    try:
        left = appoint_moderator(moderation, person, by=request.user)
    except Refused as refusal:
        form.add_error("person", str(refusal))
        return False
    messages.success(request, _("%(full_name)s moderates the sample, and is told.") % _of(person))
    if left:
        words = ngettext(
            "%(count)s script is not theirs to moderate. Choose another tutor for it.",
            "%(count)s scripts are not theirs to moderate. Choose another tutor for them.",
            left,
        )
        messages.warning(request, words % {"count": left})
    return True


def _give_out(request, moderation, form, person) -> bool:
    done, refused = 0, []
    for script in awaiting_second(moderation)[:AT_ONCE]:
        try:
            allocate_second(script, person, by=request.user)
            done += 1
        except Refused as refusal:
            refused.append(str(refusal))
    if not done:
        form.add_error("person", refused[0] if refused else _("No script waits any more."))
        return False
    words = ngettext(
        "%(done)s script is with a second marker now.",
        "%(done)s scripts are with a second marker now.",
        done,
    )
    messages.success(request, words % {"done": done})
    for sentence in refused:
        messages.error(request, sentence)
    return True


def _of(person):
    return {"full_name": person.full_name}
