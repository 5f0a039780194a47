"""What waits for a registrar, oldest first, and the issuing of certificates."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments.cases.queries.appeals import appeals_for, overdue_appeals
from assessments.cases.queries.claims import claims_for, overdue_claims
from assessments.cases.queries.misconduct import cases_for, places_to_look
from assessments.deciding.queries.boards import boards_open
from assessments.deciding.queries.release import awaiting_release
from assessments.marking.queries import (
    awaiting_allocation,
    awaiting_third,
    corrections_to_agree,
    needing_another_marker,
)
from assessments.taking.queries import unread_notes
from cohorts.employment.register import posts_of
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.imports.models import Import
from cohorts.imports.states import ImportState
from lms.kit import clock
from lms.kit.counting import oldest_of
from lms.kit.languages import ENGLISH, LANGUAGES
from lms.kit.lists import A_PAGE
from lms.kit.refusals import insist, refusals_at
from lms.kit.templatetags.kit import short_day
from lms.people.models import Mail

from .. import actions, rules
from ..accreditation.eligibility import why_not
from ..accreditation.standing import last_day_of, not_counting_once_issued, term_from
from ..accreditation.standing_wording import words_for
from ..accreditation.stretches import AGAIN, BLOCKED, READY
from ..actions.certificates import Why, printed_name
from ..actions.credentials import rescission_in_force
from ..actions.designs import languages_of_design
from ..actions.stretches import refresh_few
from ..forms.certificates import AgainForm, RevokeForm
from ..models import Certificate, Credential, PendingDecision, Revocation
from ..queries import awaiting_issue, facts_and_rules_of, to_issue_again
from ..queries.stretches import to_issue_on, waiting_on
from ..rules import may_see_registry
from .pending import keep_draft

NAMED = 4  # people on the first page


@login_required
@never_cache
def registry(request):
    """The registrar's day: each count leads to its work."""
    insist(may_see_registry(request.user))
    snapshot, today = refresh_few(), clock.today()
    waiting = to_issue_on(today, snapshot)
    n = {code: sum(waiting[code].values()) for code in (READY, BLOCKED, AGAIN)}
    keys = waiting_on(today, READY, snapshot)[:NAMED] if n[READY] else []
    found = Enrolment.objects.select_related("person", "award").in_bulk(keys) if keys else {}
    ready = [found[key] for key in keys if key in found]
    waits = oldest_of(
        imports=(Import.objects.filter(state=ImportState.CHECKED), "made_at"),
        scripts=(awaiting_allocation(request.user.pk), "submitted_at"),
        thirds=(awaiting_third(request.user.pk), "submitted_at"),
        release=(awaiting_release(request.user), "submitted_at"),
        corrections=(corrections_to_agree(request.user), "requested_at"),
        notes=(unread_notes(request.user), "submitted_at"),
        claims=(claims_for(request.user), "made_at"),
        overdue=(overdue_claims(request.user), None),
        appeals=(appeals_for(request.user), "made_at"),
        late_appeals=(overdue_appeals(request.user), None),
        cases=(cases_for(request.user), "made_at"),
        alike=(places_to_look(request.user), "found_at"),
        mail=(Mail.objects.visible_to(request.user), None),
    )
    boards = list(boards_open())
    first = ready and ready[0].award.conferred_on
    to_files, to_allocate = reverse("cohorts:imports"), reverse("assessments:allocation")
    to_boards = reverse("assessments:boards")
    figures = [
        _figure(
            n[READY],
            "certificate,certificates",
            _("to issue"),
            reverse("certificates:issue_list"),
            first,
        ),
        _figure(
            n[AGAIN],
            "certificate,certificates",
            _("to issue again"),
            reverse("certificates:issue_list") + "#again",
            "",
        ),
        _figure(
            waits["imports"][0],
            "file,files",
            _("checked and not written"),
            to_files,
            waits["imports"][1],
        ),
        _figure(
            waits["scripts"][0],
            "script,scripts",
            _("to allocate"),
            to_allocate,
            waits["scripts"][1],
        ),
        _figure(
            waits["thirds"][0],
            "script,scripts",
            _("for a third marker"),
            to_allocate,
            waits["thirds"][1],
        ),
        _figure(
            waits["release"][0],
            "mark,marks",
            _("to release"),
            reverse("assessments:release"),
            "",
        ),
        _figure(
            waits["notes"][0],
            "unread note,unread notes",
            _("from trainees"),
            reverse("assessments:notes"),
            waits["notes"][1],
        ),
        _figure(
            len(boards),
            "board,boards",
            _("to prepare"),
            to_boards,
            boards and boards[0].meets_on,
            _("Was due on") if boards and boards[0].meets_on < today else _("Next meets on"),
        ),
    ]
    if stopped := len(needing_another_marker(request.user)):
        figures.append(
            _figure(stopped, "script needs,scripts need", _("another marker"), to_allocate, "")
        )
    if corrections := waits["corrections"][0]:
        url = reverse("assessments:corrections")
        figures.append(
            _figure(corrections, "correction,corrections", _("of marks to agree"), url, "")
        )
    figures += _requests(waits)
    if undelivered := waits["mail"][0]:
        figures.append(
            _figure(undelivered, "email,emails", _("not delivered"), reverse("people:mail"), "")
        )
    return render(
        request,
        "certificates/registry.html",
        {
            "figures": figures,
            "today": today,
            "blocked": n[BLOCKED],
            "ready": ready,
            "ready_count": n[READY],
            "behind": snapshot.behind,
            "boards": boards,
            "pending": (pending := of_awards()),
            "is_quiet": not pending and not any(f["count"] for f in figures),
        },
    )


def _requests(waits):
    """What trainees asked of the office, and what of it is overdue; a count of none is left out."""
    rows = (
        ("claims", "claim,claims", _("to answer"), reverse("assessments:claims")),
        ("overdue", "claim,claims", _("overdue"), reverse("assessments:claims")),
        ("appeals", "appeal,appeals", _("to answer"), reverse("assessments:appeals")),
        ("late_appeals", "appeal,appeals", _("overdue"), reverse("assessments:appeals")),
        ("cases", "case,cases", _("of misconduct open"), reverse("assessments:misconduct")),
        ("alike", "pair,pairs", _("of scripts that are alike"), reverse("assessments:misconduct")),
    )
    return [
        _figure(waits[name][0], forms, rest, url, waits[name][1])
        for name, forms, rest, url in rows
        if waits[name][0]
    ]


def of_awards():
    """Rescissions and reinstatements that wait for a second person."""
    rows = PendingDecision.objects.filter(
        state="proposed", subject__in=("rescission", "reinstatement")
    )
    return list(rows.select_related("enrolment__person", "proposed_by"))


def _figure(count, forms, rest, url, since, word="Oldest from"):
    one, many = forms.split(",")
    note = f"{word} {short_day(since)}" if since else ""
    return {
        "count": count,
        "label": f"{one if count == 1 else many} {rest}".capitalize(),
        "url": url,
        "note": note,
    }


@login_required
@never_cache
def issue_list(request):
    """Awards without a certificate: those that can be issued, and the others with every reason."""
    insist(may_see_registry(request.user))
    snapshot, today = refresh_few(), clock.today()
    waiting = to_issue_on(today, snapshot)
    concerned = {key for by_cohort in waiting.values() for key in by_cohort}
    wanted = cohort_code(request)
    cohorts = list(
        Cohort.objects.filter(Q(pk__in=concerned) | Q(code=wanted)).order_by("starts_on", "code")
    )
    chosen = next((c for c in cohorts if c.code == wanted), None)
    pages = {}
    for code in (READY, AGAIN, BLOCKED):
        count = waiting[code].get(chosen.pk, 0) if chosen else sum(waiting[code].values())
        pages[code] = Paginator(
            waiting_on(today, code, snapshot, chosen) if count else [], A_PAGE
        ).get_page(request.GET.get(code))
    shown = [key for code in (READY, BLOCKED) for key in pages[code]]
    judged = awaiting_issue(enrolments=shown, fact_set=snapshot.facts) if shown else []
    again = list(pages[AGAIN])
    return render(
        request,
        "certificates/issue_list.html",
        {
            "cohorts": cohorts,
            "chosen": chosen,
            "ready": [w for w in judged if not w.reasons],
            "blocked": [w for w in judged if w.reasons],
            "again": to_issue_again(again) if again else [],
            "pages": pages,
            "query": f"{urlencode({'cohort': chosen.code})}&" if chosen else "",
            "recent": Certificate.objects.select_related("enrolment__person").order_by(
                "-issued_at"
            )[:10],
            "behind": snapshot.behind,
        },
    )


def cohort_code(request) -> str:
    """Without nought bytes, which PostgreSQL takes in no text."""
    return request.GET.get("cohort", "").replace("\0", "")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def issue_one(request, pk):
    """Before and after in words, then the action."""
    insist(may_see_registry(request.user))
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related(
            "person", "cohort", "plan", "award"
        ),
        pk=pk,
    )
    certificate = Certificate.objects.current().filter(enrolment=enrolment).first()
    if certificate and not set(enrolment.plan.nations) - set(certificate.nations):
        return redirect("certificates:certificate", number=certificate.number)
    languages = languages_of_design()
    if request.method == "POST":
        language = request.POST.get("language", ENGLISH)
        made = actions.issue(
            enrolment, by=request.user, language=language if language in languages else ENGLISH
        )
        messages.success(
            request,
            _("Certificate %(number)s is issued, and %(name)s has been told.")
            % {"number": made.number, "name": made.facts["name"]},
        )
        return redirect("certificates:certificate", number=made.number)
    (facts, book), today = facts_and_rules_of(enrolment), clock.today()
    return render(
        request,
        "certificates/issue_one.html",
        {
            "enrolment": enrolment,
            "award": getattr(enrolment, "award", None),
            "reasons": why_not(facts, today),
            "today": today,
            "not_counting": []
            if why_not(facts, today)
            else not_counting_once_issued(facts, today, book),
            "may": rules.may_issue(request.user, enrolment),
            "before": words_for("eligible"),
            "after": words_for("accredited"),
            "held": certificate,
            "valid_until": last_day_of(facts.enrolments[-1].certificates[-1], facts, today)
            if certificate
            else term_from(today, book),
            "languages": [(code, LANGUAGES[code]) for code in languages],
            "posts": [p for p in posts_of(enrolment.person_id) if p.is_open_on(today)],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reissue(request, number):
    """Issue a certificate again: the name changed, the term was renewed, or it is wanted in another language."""
    insist(may_see_registry(request.user))
    rows = Certificate.objects.visible_to(request.user).select_related(
        "enrolment__person", "enrolment__cohort"
    )
    certificate = get_object_or_404(rows, number=number)
    newer = getattr(certificate, "superseded_by", None)
    if newer:
        return redirect("certificates:certificate", number=newer.number)
    new_name = printed_name(certificate.enrolment.person)
    languages = [(code, LANGUAGES[code]) for code in languages_of_design()]
    initial = {
        "why": Why.NAME if new_name != certificate.facts["name"] else None,
        "language": certificate.language,
    }
    form = AgainForm(request.POST or None, languages=languages, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = actions.issue_again(
                certificate.enrolment,
                form.cleaned_data["why"],
                by=request.user,
                language=form.cleaned_data["language"],
            )
            messages.success(
                request,
                _(
                    "Certificate %(made_number)s replaces %(held_number)s, and %(name)s has been told."
                )
                % {
                    "made_number": made.number,
                    "held_number": certificate.number,
                    "name": made.facts["name"],
                },
            )
            return redirect("certificates:certificate", number=made.number)
    return render(
        request,
        "certificates/again.html",
        {
            "held": certificate,
            "form": form,
            "new_name": new_name,
            "may": rules.may_issue(request.user, certificate.enrolment),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def revoke(request, number):
    """Let the award credential of a certificate hold no longer."""
    insist(may_see_registry(request.user))
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("enrolment__person"),
        number=number,
    )
    found = Credential.objects.filter(
        kind=Credential.AWARD, certificate__award=certificate.award_id
    )
    rows = found.select_related("certificate__enrolment__person", "status_list").order_by("-pk")
    credential = get_object_or_404(rows[:1])
    rescission = rescission_in_force(credential)
    form = RevokeForm(request.POST or None, is_rescinded=rescission is not None)
    if request.method == "POST" and form.is_valid():
        why, reason = form.cleaned_data["why"], form.cleaned_data["reason"]
        insist(rules.may_issue(request.user, certificate.enrolment))
        if why != Revocation.Why.MISTAKE:
            subject = "rescission" if why == Revocation.Why.RESCINDED else "reinstatement"
            return keep_draft(
                request,
                subject,
                {},
                clock.today(),
                reason,
                back=request.path,
                credential=credential,
                enrolment=certificate.enrolment,
            )
        with refusals_at(form):
            actions.revoke(credential, reason, by=request.user, why=why)
            messages.success(
                request, _("The award credential holds no longer. The Hub has been told.")
            )
            return redirect("certificates:certificate", number=certificate.number)
    return render(
        request,
        "certificates/revoke.html",
        {
            "held": certificate,
            "form": form,
            "rescission": rescission,
            "revocations": list(
                Revocation.objects.filter(
                    credential__certificate__award=certificate.award_id
                ).select_related("reinstatement")
            ),
            "proposal": PendingDecision.objects.filter(
                enrolment=certificate.enrolment,
                subject__in=("rescission", "reinstatement"),
                state="proposed",
            ).first(),
            "may": rules.may_issue(request.user, certificate.enrolment),
        },
    )
