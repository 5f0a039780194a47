"""The Hub's pages for how an entry answers: what holders ask, and what the Hub changes by itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist, refusals_at

from .. import actions
from ..actions.entries import shows, shows_withheld, working_name_from
from ..forms.decisions import AnswerForm, LiftForm, WithholdForm, WorkingNameForm
from ..models import EntryRequest, PendingDecision, ShareLink, Watch, Withholding, WorkingName
from ..queries.entry_previews import asker_rows, entry_preview, name_terms
from ..rules import may_sanction, may_see_hub, may_withhold
from ..states import ProposalState, RequestState
from .hub import enrolment_of
from .pending import insist_shown, keep_draft, mark_of

DRAFT = "certificates.withholding"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withholding(request, pk):
    """Keep somebody's entry from the public check, or propose that it answers again; the next page shows what each asker is told."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    current = current_withholding(enrolment.person)
    wanted = (
        request.POST.get("action") if request.method == "POST" else request.GET.get("action", "")
    )
    # The page says which of the two it was drawn for: somebody else may have been quicker.
    is_lift = wanted == "lift" if wanted else bool(current)
    form = (LiftForm if is_lift else WithholdForm)(
        request.POST or None, initial={"mode": "everybody"} if not is_lift else None
    )
    if is_lift:
        form.offer(current)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if is_lift:
            return keep_draft(
                request,
                "lift",
                {"mode": data["mode"]},
                clock.today(),
                data["reason"],
                back=request.path,
                enrolment=enrolment,
            )
        request.session[DRAFT] = {
            "enrolment": enrolment.pk,
            "mode": data["mode"],
            "reason": data["reason"],
        }
        return redirect("certificates:withholding_check", pk=enrolment.pk)
    waiting = PendingDecision.objects.filter(
        subject="lift", state=ProposalState.PROPOSED, enrolment__person=enrolment.person
    ).first()
    return render(
        request,
        "certificates/withholding.html",
        {
            "enrolment": enrolment,
            "form": form,
            "held": current,
            "is_lift": is_lift,
            "waiting": waiting,
            **goes_on(enrolment.person),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withholding_check(request, pk):
    """What each asker is told before and after. Then it is withheld, at once."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    draft, refused = request.session.get(DRAFT), ""
    if not draft or draft["enrolment"] != enrolment.pk:
        return redirect("certificates:withholding", pk=enrolment.pk)
    if request.method == "POST":
        try:
            insist_shown(request, draft)
            actions.withhold(enrolment.person, draft["reason"], by=request.user, mode=draft["mode"])
            del request.session[DRAFT]
            messages.success(
                request,
                _("Withheld from now on. The person has been told that their entry changed."),
            )
            return redirect("certificates:person", pk=enrolment.pk)
        except (Refused, NotAllowed) as why:
            refused = str(why)
    return render(
        request,
        "certificates/withholding_check.html",
        {
            "enrolment": enrolment,
            "draft": draft,
            "mark": mark_of(draft),
            "mode": Withholding.Mode(draft["mode"]).label,
            "refused": refused,
            "askers": asker_rows(entry_preview(enrolment.person, draft["mode"]).rows),
            **goes_on(enrolment.person),
        },
        status=409 if refused else 200,
    )


def current_withholding(person) -> Withholding | None:
    return (
        Withholding.objects.filter(
            Q(until_day=None) | Q(until_day__gte=clock.today()), person=person
        )
        .order_by("pk")
        .last()
    )


def goes_on(person) -> dict:
    """What withholding does not end: who watches the person, and how many of their own links are open."""
    return {
        "watches": Watch.objects.filter(person=person, ended_at=None, ends_on__gte=clock.today())
        .select_related("organisation")
        .order_by("organisation__name"),
        "links": ShareLink.objects.filter(
            person=person, ended_at=None, ends_at__gt=clock.now()
        ).count(),
    }


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def working_name(request, pk):
    """The family name the check asks for: the first at once, another one or none again as a proposal."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    current = name_now(enrolment.person)
    form = WorkingNameForm(
        request.POST or None,
        initial={"name": current.name if current else ""},
        is_change=bool(current),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            name = working_name_from(form.cleaned_data["name"])
            if request.POST.get("was", "") != (current.name if current else ""):
                raise Refused(
                    _(
                        "The name the check asks for changed since this page was shown. Read it as it stands now, then press again."
                    )
                )
            if current and name != current.name:
                return keep_draft(
                    request,
                    "name",
                    name_terms(enrolment.person, name),
                    clock.today(),
                    form.cleaned_data["reason"],
                    back=request.path,
                    enrolment=enrolment,
                )
            actions.work_under(enrolment.person, name, by=request.user)
            messages.success(
                request,
                _("The check asks for this name from now on.")
                if name
                else _("The check asks for the name on file."),
            )
            return redirect("certificates:person", pk=enrolment.pk)
    waiting = PendingDecision.objects.filter(
        subject="name", state=ProposalState.PROPOSED, enrolment__person=enrolment.person
    ).first()
    return render(
        request,
        "certificates/working_name.html",
        {"enrolment": enrolment, "form": form, "held": current, "waiting": waiting},
    )


def name_now(person) -> WorkingName | None:
    return WorkingName.objects.filter(person=person, until_day=None).first()


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def entry_request(request, pk):
    """What a holder asks of their entry: do it, or say why not."""
    insist(may_see_hub(request.user))
    entry_request = get_object_or_404(
        EntryRequest.objects.select_related("person", "answered_by"), pk=pk
    )
    insist(may_withhold(request.user, entry_request.person))
    form = AnswerForm(request.POST or None)
    enrolment = entry_request.person.enrolments.order_by("-enrolled_on", "-pk").first()
    needs_two = (
        entry_request.state == RequestState.ASKED
        and not entry_request.is_proved
        and shows(entry_request)
    )
    is_of_name = needs_two and not shows_withheld(entry_request)
    after = {
        EntryRequest.What.HUB: "hub",
        EntryRequest.What.WITHHOLD: "everybody",
        EntryRequest.What.LIFT: "",
    }.get(entry_request.what)
    if (
        request.method == "POST"
        and needs_two
        and request.POST.get("action") == "propose"
        and enrolment
    ):
        if request.POST.get("mark") != entry_request.mark:
            messages.warning(
                request, _("They changed what they ask while you read. Read it as it stands now.")
            )
            return redirect("certificates:request", pk=entry_request.pk)
        why = f"Asked for by the holder, without their second factor. {entry_request.text}".strip()
        subject, terms = (
            ("name", name_terms(entry_request.person, entry_request.name))
            if is_of_name
            else ("lift", {"mode": after})
        )
        return keep_draft(
            request, subject, terms, clock.today(), why, back=request.path, enrolment=enrolment
        )
    if request.method == "POST" and form.is_valid():
        mark = request.POST.get("mark", "")
        with refusals_at(form):
            if request.POST.get("action") == "decline":
                actions.decline_request(
                    entry_request, form.cleaned_data["answer"], by=request.user, mark=mark
                )
                messages.success(
                    request, _("The entry stays as it is, and the person reads your answer.")
                )
            else:
                actions.do_request(
                    entry_request, form.cleaned_data["answer"], by=request.user, mark=mark
                )
                messages.success(request, _("It is done, and the person has been told."))
            return redirect("certificates:hub")
    return render(
        request,
        "certificates/request.html",
        {
            "asked": entry_request,
            "form": form,
            "is_answered": entry_request.answered_by_id is not None,
            "is_open": entry_request.state == RequestState.ASKED,
            "hides": entry_request.what in (EntryRequest.What.HUB, EntryRequest.What.WITHHOLD),
            **goes_on(entry_request.person),
            "enrolment": enrolment,
            "needs_two": needs_two,
            "is_of_name": is_of_name,
            "askers": asker_rows(entry_preview(entry_request.person, after).rows)
            if entry_request.state == RequestState.ASKED and after is not None
            else [],
        },
    )
