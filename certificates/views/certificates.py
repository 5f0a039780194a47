"""A certificate as issued, for its holder, the registry and the Hub; and who asked about it."""
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cohorts.models import Contact, Enrolment
from lms.kit import clock, files
from lms.kit.refusals import Refused
from lms.people.models import Role, RoleGrant

from ..accreditation import standing_on
from ..drawing import shown
from ..eligibility import why_not
from ..facts import is_withheld
from ..models import Certificate, Check
from ..queries import facts_of, rules
from ..standings import words_for


@login_required
@never_cache
def certificate(request, number):
    """The equal twin of the PDF, with today's standing beside it."""
    held = get_object_or_404(_visible(request), number=number)
    facts, today = facts_of(held.enrolment), clock.today()
    standing, is_mine = standing_on(today, facts, rules()), held.enrolment.person_id == request.user.pk
    return render(request, "certificates/certificate.html", {
        **shown(held.facts), "held": held, "standing": standing, "today": today, "is_mine": is_mine,
        "said": words_for(standing.code).to_holder() if is_mine else words_for(standing.code),
        "is_withheld": is_withheld(today, facts),
    })


@login_required
@never_cache
def certificate_pdf(request, number):
    """The signed file, byte for byte as it was issued."""
    held = get_object_or_404(_visible(request), number=number)
    content = files.read(held.file)
    if files.sha256(content) != held.sha256:
        raise Refused("The file kept for this certificate is not the one that was issued. Tell the IMSA Model Hub.")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{held.number}.pdf"'
    return response


def _visible(request):
    return Certificate.objects.visible_to(request.user).select_related("enrolment__person", "register_line__organisation")


@login_required
@never_cache
def mine(request):
    """One's own newest certificate, or what still stands between oneself and one."""
    held = Certificate.objects.filter(enrolment__person=request.user).first()
    if held:
        return redirect("certificates:certificate", number=held.number)
    enrolment = Enrolment.objects.filter(person=request.user).order_by("enrolled_on", "pk").last()
    context = {"enrolment": enrolment}
    if enrolment:
        facts, today = facts_of(enrolment), clock.today()
        standing = standing_on(today, facts, rules())
        said = words_for(standing.code).to_holder()
        context |= {"standing": standing, "said": said, "reasons": why_not(facts, today), "today": today}
    return render(request, "certificates/mine.html", context)


@login_required
@never_cache
def checks(request):
    """Who asked about the reader, when, and what was answered. Somebody who did not sign in stays unknown."""
    found = Check.objects.filter(person=request.user).order_by("-asked_at", "-pk")
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    askers = {c.asked_by_id for c in page.object_list if c.asked_by_id}
    registry_days, contact_days = _registry_days(askers), _contact_days(askers)
    for line in page.object_list:
        line.asker = _asker(line, request.user, registry_days, contact_days)
    return render(request, "certificates/checks.html", {"page": page})


def _registry_days(person_ids) -> dict[int, list]:
    """The stretches of days on which each of these people was a registrar or a Hub officer."""
    grants = RoleGrant.objects.filter(person_id__in=person_ids, role__in=(Role.REGISTRAR, Role.HUB_OFFICER))
    days = {}
    for person_id, starts_on, ends_on in grants.values_list("person_id", "starts_on", "ends_on"):
        days.setdefault(person_id, []).append((starts_on, ends_on))
    return days


def _contact_days(person_ids) -> dict[int, list]:
    """The stretches of days on which each of these people might act for an organisation, with its name."""
    contacts = Contact.objects.filter(person_id__in=person_ids).order_by("organisation__name", "pk")
    days = {}
    for person_id, starts_on, ends_on, name in contacts.values_list(
        "person_id", "starts_on", "ends_on", "organisation__name"
    ):
        days.setdefault(person_id, []).append((starts_on, ends_on, name))
    return days


def _covers(day, starts_on, ends_on):
    return starts_on <= day and (ends_on is None or ends_on >= day)


def _asker(line, reader, registry_days, contact_days):
    """Whoever asked, by what they were on that day; a person is never named."""
    if line.asked_by_id is None:
        return "Somebody who did not sign in"
    if line.asked_by_id == reader.pk:
        return "You"
    day = timezone.localtime(line.asked_at).date()
    if any(_covers(day, *stretch) for stretch in registry_days.get(line.asked_by_id, ())):
        return "The registry or the IMSA Model Hub"
    names = [name for *stretch, name in contact_days.get(line.asked_by_id, ()) if _covers(day, *stretch)]
    return " or ".join(dict.fromkeys(names)) or "Somebody signed in here"
