"""An approved organisation's own questions: lists in the order they were asked, and what it asked before."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.organisations.queries import approval_on, approvals_of
from lms.kit import clock
from lms.kit.refusals import Refused, insist, refusals_at
from lms.kit.spreadsheets import TYPES
from lms.people.models import Role
from lms.people.roles import may_act_as

from .. import actions
from ..checking.answer_sheets import as_csv, as_xlsx
from ..forms.organisations import ListForm
from ..models import Check, ListCheck
from ..rules import contacts_today
from .checks import asking_for

FILES = {
    "csv": (as_csv, TYPES["csv"]),
    "xlsx": (as_xlsx, TYPES["xlsx"]),
}
GOES_WITHOUT = ("not_found", "ask_the_hub")  # answers that a row need not explain
NOT_APPROVED = gettext_noop(
    "Your organisation is not approved today, so it cannot ask lists, watch, or use a key. Everyone can ask single questions."
)
NO_CONTACT = gettext_noop(
    "You are not a contact of an organisation today. The IMSA Model Hub names the people who may act for one."
)


def insist_asker(request) -> list:
    """The approved organisations the reader asks for, maybe none; 403 for whoever is no employer, 409 where an action needs one that is approved."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    found = asking_for(request)
    if not found and request.method == "POST":
        raise Refused(_(NOT_APPROVED) if contacts_today(request.user) else _(NO_CONTACT))
    return found


def not_approved(request, title, **context):
    """In place of a page that asks: what is so, what can still be read and ended, and whom to ask."""
    today = clock.today()
    lines = approvals_of([o.pk for o in contacts_today(request.user)])
    organisations = [(o, approval_on(lines[o.pk], today)) for o in contacts_today(request.user)]
    return render(
        request,
        "certificates/not_approved.html",
        {
            "title": title,
            "organisations": [
                {
                    "organisation": o,
                    "since": line and line[0],
                    "is_suspended": bool(line and line[1] == "suspended"),
                }
                for o, line in organisations
            ],
            "before": lists_before(request)[:20],
            **context,
        },
    )


def lists_before(request):
    """Lists that the reader's organisations asked, the newest first, whether or not they are approved now."""
    return ListCheck.objects.filter(organisation__in=contacts_today(request.user)).select_related(
        "asked_by", "organisation"
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def lists(request):
    """Ask about many people at once, and the lists asked before."""
    organisations = insist_asker(request)
    if not organisations:
        return not_approved(request, _("Check a list"))
    form = ListForm(request.POST or None, request.FILES or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        data, file = form.cleaned_data, form.cleaned_data.get("file")
        with refusals_at(form):
            made = actions.answer_list(
                form.behalf(),
                form.lines,
                data["purpose"],
                by=request.user,
                why=data["why"],
                day=form.day(data),
                file_name=file.name if file else "",
            )
            return redirect("certificates:list_answer", pk=made.pk)
    return render(
        request, "certificates/lists.html", {"form": form, "before": lists_before(request)[:20]}
    )


def _visible(request, pk) -> ListCheck:
    """A list of one's own organisation, also while that is not approved: what was answered stays theirs."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    return get_object_or_404(
        ListCheck.objects.select_related("organisation", "asked_by"),
        pk=pk,
        organisation__in=contacts_today(request.user),
    )


def _rows(listed, lines):
    """Each line with its answer."""
    checks = {
        c.receipt: c
        for c in Check.objects.filter(
            list_check=listed, receipt__in=[line[5] for line in lines if line[5]]
        )
    }
    return [
        {
            "row": row,
            "number": number,
            "surname": surname,
            "reference": reference,
            "fault": fault,
            "check": checks.get(receipt),
            "until": _day(checks[receipt].answer.get("until")) if receipt in checks else "",
            "why": " ".join(checks[receipt].answer["reasons"])
            if receipt in checks and checks[receipt].answer["code"] not in GOES_WITHOUT
            else "",
        }
        for row, number, surname, reference, fault, receipt in lines
    ]


@login_required
@never_cache
def list_answer(request, pk):
    """The answers to one list, in the order of its lines."""
    listed = _visible(request, pk)
    page = Paginator(listed.lines, 100).get_page(request.GET.get("page"))
    faults = [line for line in listed.lines if line[4]]
    return render(
        request,
        "certificates/list_answer.html",
        {
            "listed": listed,
            "page": page,
            "rows": _rows(listed, page.object_list),
            "faults": len(faults),
            "all": len(listed.lines),
            "why": Check.objects.filter(list_check=listed)
            .order_by("pk")
            .values_list("why", flat=True)
            .first(),
        },
    )


@login_required
@never_cache
def list_file(request, pk, ending):
    """The same as a file."""
    listed = _visible(request, pk)
    if ending not in FILES:
        raise Http404("There is no such file.")
    made, kind = FILES[ending]
    response = HttpResponse(made(table_of(listed)), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="answers-{listed.pk}.{ending}"'
    return response


def table_of(listed) -> list[list]:
    """The cells of every line."""
    return [_cells(row, listed.on_day) for row in _rows(listed, listed.lines)]


def _cells(row, on_day):
    check = row["check"]
    answer = check.answer if check else {}
    return [
        row["row"],
        row["number"],
        row["surname"],
        row["reference"],
        answer.get("label", ""),
        ", ".join(answer.get("nations", ())),
        answer.get("conditions", ""),
        answer.get("meaning", ""),
        " ".join(answer.get("reasons", ())),
        _day(answer.get("until")),
        on_day,
        check.receipt if check else "",
        row["fault"],
    ]


def _day(iso_day) -> date | str:
    return date.fromisoformat(iso_day) if iso_day else ""


@login_required
@never_cache
def history(request):
    """What one's organisation asked and was answered, the newest first; narrowed by number."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    organisations = contacts_today(request.user)
    found = (
        Check.objects.filter(organisation__in=organisations)
        .select_related("asked_by", "organisation")
        .order_by("-asked_at", "-pk")
    )
    number = request.GET.get("number", "").replace("\0", "").strip().upper()[:40]
    found = found.filter(asked_number__contains=number) if number else found
    if not organisations:
        messages.info(request, _(NO_CONTACT))
    return render(
        request,
        "certificates/history.html",
        {
            "page": Paginator(found, 50).get_page(request.GET.get("page")),
            "number": number,
            "query": urlencode({"number": number}) + "&" if number else "",
        },
    )
