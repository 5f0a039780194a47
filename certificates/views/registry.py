"""What waits for a registrar, oldest first, and the issuing of certificates."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments.deciding.queries.board_lists import boards_open
from assessments.marking.queries import needing_another_marker
from cohorts.employment.register import posts_of
from cohorts.enrolment.models import Cohort, Enrolment
from lms.kit import clock
from lms.kit.languages import ENGLISH, LANGUAGES
from lms.kit.lists import A_PAGE
from lms.kit.refusals import insist, refusals_at
from lms.kit.templatetags.kit import short_day

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
from ..queries.registry import registry_counts
from ..queries.stretches import to_issue_on, waiting_on
from ..rules import may_see_registry
from .pending import keep_draft
from .people_figures import figures_of_people

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
    waits = registry_counts(request.user)
    boards = list(boards_open())
    figures = _figures(n, waits, ready, boards, request.user)
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


def _requests(waits) -> list[dict]:
    """What trainees asked of the office, and what of it is overdue; a count of none is left out."""
    to_claims, to_appeals = reverse("assessments:claims"), reverse("assessments:appeals")
    to_cases = reverse("assessments:misconduct")
    found = []
    for name, one, many, url in (
        ("claims", _("Claim to answer"), _("Claims to answer"), to_claims),
        ("overdue", _("Claim overdue"), _("Claims overdue"), to_claims),
        (
            "prior",
            _("Claim on prior learning to look at"),
            _("Claims on prior learning to look at"),
            reverse("assessments:prior_claims"),
        ),
        ("appeals", _("Appeal to answer"), _("Appeals to answer"), to_appeals),
        ("late_appeals", _("Appeal overdue"), _("Appeals overdue"), to_appeals),
        ("cases", _("Case of misconduct open"), _("Cases of misconduct open"), to_cases),
        (
            "alike",
            _("Pair of scripts that are alike"),
            _("Pairs of scripts that are alike"),
            to_cases,
        ),
    ):
        count, since = waits[name]
        if count:
            found.append(_figure(count, one if count == 1 else many, url, _oldest(since)))
    return found


def of_awards():
    """Rescissions and reinstatements that wait for a second person."""
    rows = PendingDecision.objects.filter(
        state="proposed", subject__in=("rescission", "reinstatement")
    )
    return list(rows.select_related("enrolment__person", "proposed_by"))


def _figures(n, waits, ready, boards, registrar) -> list[dict]:
    """What waits, each with the page where it is done; what is seldom there only where it is."""
    to_issue, to_allocate = reverse("certificates:issue_list"), reverse("assessments:allocation")
    first = ready and ready[0].award.conferred_on
    figures = [
        _figure(
            n[READY],
            ngettext("Certificate to issue", "Certificates to issue", n[READY]),
            to_issue,
            _oldest(first),
        ),
        _figure(
            n[AGAIN],
            ngettext("Certificate to issue again", "Certificates to issue again", n[AGAIN]),
            f"{to_issue}#again",
        ),
        _figure(
            (count := waits["imports"][0]),
            ngettext("File checked and not written", "Files checked and not written", count),
            reverse("cohorts:imports"),
            _oldest(waits["imports"][1]),
        ),
        _figure(
            (count := waits["scripts"][0]),
            ngettext("Script to allocate", "Scripts to allocate", count),
            to_allocate,
            _oldest(waits["scripts"][1]),
        ),
        _figure(
            (count := waits["thirds"][0]),
            ngettext("Script for a third marker", "Scripts for a third marker", count),
            to_allocate,
            _oldest(waits["thirds"][1]),
        ),
        _figure(
            (count := waits["release"][0]),
            ngettext("Mark to release", "Marks to release", count),
            reverse("assessments:release"),
        ),
        _figure(
            (count := waits["notes"][0]),
            ngettext("Unread note from trainees", "Unread notes from trainees", count),
            reverse("assessments:notes"),
            _oldest(waits["notes"][1]),
        ),
        _figure(
            len(boards),
            ngettext("Board to prepare", "Boards to prepare", len(boards)),
            reverse("assessments:boards"),
            _meets(boards),
        ),
    ]
    return [*figures, *_seldom(waits, registrar, to_allocate)]


def _seldom(waits, registrar, to_allocate) -> list[dict]:
    stopped = len(needing_another_marker(registrar))
    corrections = waits["corrections"][0]
    discussions, since = waits["discussions"]
    moderations, begun = waits["moderations"]
    late, late_since = waits["late_answers"]
    (nominations, nominated), returns = waits["nominations"], waits["returns"][0]
    found = [
        _figure(
            stopped,
            ngettext("Script needs another marker", "Scripts need another marker", stopped),
            to_allocate,
        ),
        _figure(
            corrections,
            ngettext("Correction of marks to agree", "Corrections of marks to agree", corrections),
            reverse("assessments:corrections"),
        ),
        _figure(
            discussions,
            ngettext("Mark under discussion", "Marks under discussion", discussions),
            reverse("assessments:discussions"),
            _oldest(since),
        ),
        _figure(
            moderations,
            ngettext("Moderation of marks", "Moderations of marks", moderations),
            reverse("assessments:moderations"),
            _oldest(begun),
        ),
        _figure(
            late,
            ngettext("Late quiz answers to look at", "Late quiz answers to look at", late),
            reverse("assessments:late_answers"),
            _oldest(late_since),
        ),
        _figure(
            nominations,
            ngettext("Nomination to decide", "Nominations to decide", nominations),
            reverse("cohorts:intake"),
            _oldest(nominated),
        ),
        _figure(
            returns,
            ngettext("Person not back from leave", "People not back from leave", returns),
            reverse("cohorts:planned_changes"),
        ),
        *figures_of_people(waits),
    ]
    return [*(figure for figure in found if figure["count"]), *_requests(waits)]


def _figure(count, label, url, note=""):
    return {"count": count, "label": label, "url": url, "note": note}


def _oldest(since) -> str:
    return _("Oldest from %(day)s") % {"day": short_day(since)} if since else ""


def _meets(boards) -> str:
    if not boards:
        return ""
    words = (
        _("Was due on %(day)s")
        if boards[0].meets_on < clock.today()
        else _("Next meets on %(day)s")
    )
    return words % {"day": short_day(boards[0].meets_on)}


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
