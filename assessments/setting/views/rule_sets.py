"""By what rules work is judged: what is in force, what was, and new ones."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Cohort
from courses.models import Programme
from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist

from .. import judging
from ..actions.rule_sets import choose_rules, set_rules
from ..forms.rule_sets import CohortRulesForm, PresetForm, RuleSetForm, changes, in_figures
from ..queries import (
    default_rules,
    first_day_of_rules,
    is_judged,
    judging_of,
    judging_of_each,
    replaced_rule_sets,
    rule_set_on,
    rule_sets_of,
)
from ..rule_sets import CohortRules, RuleSet
from ..rules import may_set_rules, may_teach, studied_by


@login_required
@never_cache
@require_GET
def rule_sets(request):
    """What each running cohort is judged by, and every rule set, the newest first."""
    insist(may_teach(request.user))
    own = Exists(CohortRules.objects.filter(cohort=OuterRef("pk")))
    cohorts = Cohort.objects.filter(ends_on__gte=clock.today()).annotate(has_own=own)
    page = page_of(cohorts.order_by("-starts_on", "code"), request.GET.get("cohorts"))
    found = judging_of_each(page)
    rows = RuleSet.objects.select_related("programme").order_by("-number")
    versions = page_of(rows, request.GET.get("page"))
    for one in versions:
        one.figures = in_figures(one.rules)
    return render(
        request,
        "assessments/setting/rules.html",
        {
            "cohorts": page,
            "rows": [
                {"cohort": cohort, "judging": found[cohort.pk], "is_chosen": cohort.has_own}
                for cohort in page
            ],
            "page": versions,
            "defaults": in_figures(default_rules()),
            "today": clock.today(),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_rules(request):
    """Filled from what is in force or from a public policy; what differs is shown before it is set."""
    insist(may_teach(request.user))
    programmes = Programme.objects.exclude(pk__in=studied_by(request.user)).order_by("title")
    asked = PresetForm(request.GET or None, programmes=programmes)
    chosen = asked.cleaned_data if asked.is_bound and asked.is_valid() else {}
    programme, preset = chosen.get("programme"), judging.preset(chosen.get("preset", ""))
    insist(may_set_rules(request.user, programme))
    there = rule_sets_of(programme)
    newest = RuleSet.objects.order_by("-number").values_list("number", flat=True).first() or 0
    now = rule_set_on(clock.today(), there)
    base = now.rules if now else default_rules()
    form = RuleSetForm(
        request.POST if request.method == "POST" else None,
        rules=preset.on(base) if preset else base,
        initial={"in_force_from": first_day_of_rules(programme)},
    )
    check = None
    if request.method == "POST" and form.is_valid():
        check = _check(form, programme, there)
        if request.POST.get("checked") == form.digest():
            if _set(request, form, programme, preset):
                return redirect("assessments:rule_sets")
    return render(
        request,
        "assessments/setting/new_rules.html",
        {
            "asked": asked,
            "form": form,
            "check": check,
            "programme": programme,
            "preset": preset,
            "newest": newest,
            "query": request.GET.urlencode(),
        },
        status=422 if form.errors else 200,
    )


def _check(form, programme, there):
    day, rules = form.cleaned_data["in_force_from"], form.rules()
    now = rule_set_on(day, there)
    cohorts = Cohort.objects.filter(starts_on__gte=day)
    return {
        "changes": changes(now.rules if now else default_rules(), rules),
        "replaced": replaced_rule_sets(programme, day),
        "cohorts": (cohorts.filter(programme=programme) if programme else cohorts).count(),
        "day": day,
        "digest": form.digest(),
    }


def _set(request, form, programme, preset) -> bool:
    try:
        made = set_rules(
            programme,
            form.cleaned_data["in_force_from"],
            form.rules(),
            reason=form.cleaned_data["reason"],
            source=preset.source if preset else "",
            by=request.user,
            seen=number_in(request.POST.get("seen"), None),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Rule set %(number)s is set.") % {"number": made.number})
    return True


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def cohort_rules(request, code):
    """One cohort's rules, and others in their place until its first mark."""
    insist(may_teach(request.user))
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), code__iexact=code)
    insist(may_set_rules(request.user, cohort.programme))
    now, sets = judging_of(cohort.pk), rule_sets_of(cohort.programme)
    form = CohortRulesForm(
        request.POST if request.method == "POST" else None,
        rule_sets=[one for one in sets if one.number != now.number][::-1],
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_rules(
                cohort,
                form.chosen(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                seen=number_in(request.POST.get("seen"), None),
            )
            messages.success(
                request, _("“%(title)s” is judged by these rules.") % {"title": cohort.title}
            )
            return redirect("assessments:cohort_rules", cohort.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "assessments/setting/cohort_rules.html",
        {
            "cohort": cohort,
            "judging": now,
            "rule_set": RuleSet.objects.filter(pk=now.key).first(),
            "figures": in_figures(now.rules),
            "lines": cohort.rule_lines.select_related("rule_set").order_by("-number"),
            "form": form if len(form.fields["rule_set"].choices) > 1 else None,
            "is_judged": is_judged(cohort),
        },
        status=422 if form.errors else 200,
    )
