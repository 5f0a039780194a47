"""A holder's own: the certificate as issued, who asked about them, how their entry answers, and what the Hub asks them."""

from datetime import date

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Contact
from lms.kit import clock, files
from lms.kit.languages import LANGUAGES
from lms.kit.refusals import Refused, refusals_at
from lms.people.middleware import has_just_proved, put_aside, to_prove
from lms.people.models import Role, RoleGrant
from lms.people.roles import has_role
from lms.people.same_person import accounts_of, owners_of

from .. import actions
from ..accreditation.eligibility import why_not
from ..accreditation.facts import withheld_on
from ..accreditation.standing import nations_on, standing_on
from ..accreditation.standing_wording import words_for
from ..actions.entries import shows
from ..checking.family_names import family_name
from ..document import drawing
from ..document.drawing import display_facts
from ..forms.decisions import EntryForm, ReplyForm
from ..models import (
    Certificate,
    Check,
    Credential,
    EntryRequest,
    PendingDecision,
    Proposal,
    Watch,
    Withholding,
    WorkingName,
)
from ..queries import alerts_of, facts_and_rules_of
from ..queries.alerts import is_lifted
from ..rules import NO_SHARE_LINK, may_renew, may_share_standing
from ..signing import open_badges as badges
from ..states import ProposalState, RequestState

BADGES = {"png": "image/png", "svg": "image/svg+xml", "jwt": "application/vc+jwt"}


# ---- the certificate ----


def _visible(request):
    return Certificate.objects.visible_to(request.user).select_related(
        "enrolment__person", "register_line__organisation", "superseded_by"
    )


@login_required
@never_cache
def certificate(request, number):
    """The equal twin of the PDF, with today's standing beside it."""
    certificate = get_object_or_404(_visible(request), number=number)
    facts, book = facts_and_rules_of(certificate.enrolment)
    today, is_mine = clock.today(), certificate.enrolment.person_id == request.user.pk
    standing = standing_on(today, facts, book)
    return render(
        request,
        "certificates/certificate.html",
        {
            **display_facts(certificate.facts),
            "held": certificate,
            "check_name": family_name(
                certificate.facts["given_names"], certificate.facts["family_name"]
            ),
            "standing": standing,
            "today": today,
            "is_mine": is_mine,
            "said": words_for(standing.code).to_holder() if is_mine else words_for(standing.code),
            "withheld": withheld_on(today, facts),
            "each": nations_on(today, facts, book),
            "alerts": alerts_of(request.user) if is_mine else [],
            "newer": getattr(certificate, "superseded_by", None),
            "leads": is_mine and standing.code in NO_SHARE_LINK,
            "may_share_standing": may_share_standing(standing.code),
            "may_renew": may_renew(standing.code),
            "is_registrar": has_role(request.user, Role.REGISTRAR) and not is_mine,
            "language": LANGUAGES[certificate.language],
            "lang": drawing.TAGS[certificate.language],
            "credentials": list(
                Credential.objects.filter(
                    certificate__award=certificate.award_id, kind="award"
                ).order_by("-pk")[:1]
            )
            + list(certificate.credentials.filter(kind="accreditation")),
        },
    )


@login_required
@never_cache
def certificate_pdf(request, number):
    """The signed file, byte for byte as it was issued."""
    certificate = get_object_or_404(_visible(request), number=number)
    content = files.read(certificate.file)
    if files.sha256(content) != certificate.sha256:
        raise Refused(
            _(
                "The file kept for this certificate is not the one that was issued. Tell the IMSA Model Hub."
            )
        )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{certificate.number}.pdf"'
    return response


@login_required
@never_cache
def badge(request, number, kind, form):
    """A credential of a certificate to take along: baked into a picture, or by itself."""
    certificate = get_object_or_404(_visible(request), number=number)
    if form not in BADGES or kind not in (Credential.AWARD, Credential.ACCREDITATION):
        raise Http404("There is no such badge.")
    found = (
        Credential.objects.filter(kind=kind)
        .order_by("-pk")
        .filter(
            **(
                {"certificate": certificate}
                if kind == Credential.ACCREDITATION
                else {"certificate__award": certificate.award_id}
            )
        )
    )
    token, is_award = get_object_or_404(found[:1]).token, kind == Credential.AWARD
    content = {
        "png": lambda: badges.baked_png(drawing.badge_png(is_award), token),
        "svg": lambda: badges.baked_svg(drawing.badge_svg(is_award), token),
        "jwt": lambda: token,
    }[form]()
    response = HttpResponse(content, content_type=BADGES[form])
    response["Content-Disposition"] = (
        f'attachment; filename="imsa-{kind}-{certificate.number}.{form}"'
    )
    return response


@login_required
@never_cache
def my_certificates(request):
    """One's own newest certificate, or what still stands between oneself and one."""
    held = Certificate.objects.current().filter(enrolment__person=request.user).first()
    if held:
        return redirect("certificates:certificate", number=held.number)
    enrolment = Enrolment.objects.filter(person=request.user).order_by("enrolled_on", "pk").last()
    context = {"enrolment": enrolment}
    if enrolment:
        (facts, book), today = facts_and_rules_of(enrolment), clock.today()
        standing = standing_on(today, facts, book)
        said = words_for(standing.code).to_holder()
        context |= {
            "standing": standing,
            "said": said,
            "reasons": why_not(facts, today),
            "today": today,
            "alerts": alerts_of(request.user),
        }
    return render(request, "certificates/mine.html", context)


# ---- who asked ----


@login_required
@never_cache
def checks(request):
    """Who asked about the reader, when, why they said they asked, and what was answered. Somebody who did not sign in stays unknown."""
    found = (
        Check.objects.filter(person__in=accounts_of(request.user))
        .select_related("organisation")
        .order_by("-asked_at", "-pk")
    )
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    askers = {c.asked_by_id for c in page.object_list if c.asked_by_id}
    owners = owners_of(askers)  # an account that was joined with another since has its days there
    registry_days, contact_days = _registry_days(owners), _contact_days(owners)
    for line in page.object_list:
        line.asker = _asker(line, request.user, registry_days, contact_days)
    watches = Watch.objects.filter(
        person=request.user, ended_at=None, ends_on__gte=clock.today()
    ).select_related("organisation")
    return render(
        request,
        "certificates/checks.html",
        {"page": page, "watches": watches, "wrong_names": request.user.wrong_names.all()},
    )


def _registry_days(owners) -> dict[int, list]:
    """The stretches of days on which each of these accounts, or the one it was joined with, was a registrar or a Hub officer."""
    grants = RoleGrant.objects.filter(
        person_id__in=owners.values(), role__in=(Role.REGISTRAR, Role.HUB_OFFICER)
    )
    days = {}
    for person_id, starts_on, ends_on in grants.values_list("person_id", "starts_on", "ends_on"):
        days.setdefault(person_id, []).append((starts_on, ends_on))
    return {key: days[owner] for key, owner in owners.items() if owner in days}


def _contact_days(owners) -> dict[int, list]:
    """The stretches of days on which each of these accounts, or the one it was joined with, might act for an organisation, with its name."""
    rows = Contact.objects.filter(person_id__in=owners.values())
    contacts = rows.order_by("organisation__name", "pk")
    days = {}
    for person_id, starts_on, ends_on, name in contacts.values_list(
        "person_id", "starts_on", "ends_on", "organisation__name"
    ):
        days.setdefault(person_id, []).append((starts_on, ends_on, name))
    return {key: days[owner] for key, owner in owners.items() if owner in days}


def _covers(day: date, starts_on, ends_on):
    return starts_on <= day and (ends_on is None or ends_on >= day)


def _asker(line, reader, registry_days, contact_days):
    """Whoever asked, by what they were on that day; a person is never named."""
    if line.organisation_id:
        return line.organisation.name
    if line.asked_by_id is None:
        return _("Someone who did not sign in")
    if line.asked_by_id == reader.pk:
        return _("You")
    day = timezone.localtime(line.asked_at).date()
    if any(_covers(day, *stretch) for stretch in registry_days.get(line.asked_by_id, ())):
        return _("The registry or the IMSA Model Hub")
    names = [
        name for *stretch, name in contact_days.get(line.asked_by_id, ()) if _covers(day, *stretch)
    ]
    return " or ".join(dict.fromkeys(names)) or _("Someone signed in here")


# ---- how the entry answers ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def entry(request):
    """How the check answers about the reader, and what they ask the Hub to change."""
    open_request = EntryRequest.objects.filter(
        person=request.user, state=RequestState.ASKED
    ).first()
    if request.method == "POST" and request.POST.get("action") == "withdraw":
        try:
            if open_request is None:
                raise Refused(_("Nothing waits."))
            actions.withdraw_request(open_request, by=request.user)
            messages.success(request, _("Your request is taken back. Your entry stays as it is."))
        except Refused:
            messages.warning(
                request,
                _(
                    "There was nothing to take back: the Hub answered already. This is who can see your entry now."
                ),
            )
        return redirect("certificates:my_entry")
    initial = (
        {"what": open_request.what, "text": open_request.text, "name": open_request.name}
        if open_request
        else None
    )
    form = EntryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        is_proved = has_just_proved(request)
        # What shows an entry again is asked for with the factor; whoever has none yet leaves it to two officers.
        if (
            not is_proved
            and shows(
                EntryRequest(
                    person=request.user, what=data["what"], name=" ".join(data["name"].split())
                )
            )
            and is_mfa_enabled(request.user)
        ):
            return put_aside(request, to_prove(request.user))
        with refusals_at(form):
            actions.ask_of_entry(
                request.user,
                data["what"],
                data["text"],
                data["name"],
                by=request.user,
                is_proved=is_proved,
            )
            messages.success(
                request, _("Your request is with the Hub. You will have a message when it is done.")
            )
            return redirect("certificates:my_entry")
    today = clock.today()
    withheld = Withholding.objects.filter(
        person=request.user, from_day__lte=today, until_day=None
    ).first()
    name = WorkingName.objects.filter(
        person=request.user, from_day__lte=today, until_day=None
    ).first()
    answered = EntryRequest.objects.visible_to(request.user).exclude(state=RequestState.ASKED)[:5]
    proposed = PendingDecision.objects.filter(
        subject__in=actions.pending.SHOWS,
        state=ProposalState.PROPOSED,
        enrolment__person=request.user,
    )
    return render(
        request,
        "certificates/entry.html",
        {
            "form": form,
            "open_request": open_request,
            "withheld": withheld,
            "name": name,
            "answered": answered,
            "proposed": proposed,
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reply(request, pk):
    """What the Hub thinks of deciding about the reader, and their answer."""
    proposal = get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related("enrolment"), pk=pk
    )
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            actions.reply(proposal, form.cleaned_data["reply"], by=request.user)
            messages.success(request, _("Your answer is with the Hub."))
            return redirect("certificates:reply", pk=proposal.pk)
    lifted = (
        is_lifted(proposal, clock.today()) if proposal.state == ProposalState.CONFIRMED else None
    )
    return render(
        request,
        "certificates/reply.html",
        {
            "lifted": lifted,
            "proposal": proposal,
            "form": form,
            "is_open": proposal.state != ProposalState.DROPPED
            and not proposal.replied_at
            and not lifted,
            "is_decided": proposal.state == ProposalState.CONFIRMED,
            "is_dropped": proposal.state == ProposalState.DROPPED,
        },
    )
