"""An organisation's watches and their feed, its keys and addresses."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import clock
from lms.kit.refusals import insist, refusals_at
from lms.people.models import Role
from lms.people.roles import may_act_as

from .. import actions
from ..accreditation.facts import months_after
from ..accreditation.sentences import in_words
from ..checking.family_names import folded
from ..forms.organisations import TokenForm, WatchForm, WebhookForm
from ..models import Change, Delivery, Token, Watch, Webhook
from ..rules import contacts_today
from .lists import insist_asker, not_approved

SHOWN, LEFT_OUT = "certificates.secret", "certificates.left_out"
MOST_BACK = 500  # lines that come back to be corrected
API_CLIENT_KINDS = {"key": (Token, actions.end_token), "address": (Webhook, actions.end_webhook)}


# ---- watches ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def watches(request):
    """Whom the organisation watches, what changed lately, and watching more."""
    organisations = insist_asker(request)
    if not organisations:
        rows = (
            Watch.objects.filter(organisation__in=contacts_today(request.user), ended_at=None)
            .select_related("organisation")
            .order_by("asked_surname", "pk")
        )
        return not_approved(
            request,
            _("Watch list"),
            page=Paginator(rows, 100).get_page(request.GET.get("page")),
        )
    if request.POST.get("action") == "clear":
        request.session.pop(LEFT_OUT, None)
        return redirect("certificates:watches")
    left_out = request.session.get(LEFT_OUT) or {"lines": [], "given": {}, "more": 0}
    form = WatchForm(
        request.POST or None,
        request.FILES or None,
        organisations=organisations,
        initial={
            "ends_on": months_after(clock.today(), 12),
            "purpose": "work",
            **left_out["given"],
            "pasted": "\n".join(
                "\t".join([line["number"], line["surname"], line["reference"]]).rstrip()
                for line in left_out["lines"]
            ),
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_at(form):
            done = actions.watch(
                form.behalf(), form.lines, data["purpose"], data["ends_on"], by=request.user
            )
            lines = [
                {
                    "row": d.line.row,
                    "number": d.line.number,
                    "surname": d.line.surname,
                    "reference": d.line.reference,
                    "why": d.why,
                }
                for d in done
                if d.what in ("not_read", "not_found")
            ]
            kept = {
                "purpose": data["purpose"],
                "ends_on": data["ends_on"].isoformat(),
                "organisation": data.get("organisation", ""),
            }
            request.session[LEFT_OUT] = (
                {"lines": lines[:MOST_BACK], "given": kept, "more": max(0, len(lines) - MOST_BACK)}
                if lines
                else None
            )
            added, changed, shortened = (
                sum(d.what == what for d in done) for what in ("added", "changed", "shortened")
            )
            messages.success(
                request,
                ngettext(
                    "%(added)s watch begun, %(changed)s renewed. Anyone who was watched stays watched.",
                    "%(added)s watches begun, %(changed)s renewed. Anyone who was watched stays watched.",
                    added,
                )
                % {"added": added or _("No"), "changed": changed or "none"},
            )
            if shortened:
                messages.warning(
                    request,
                    ngettext(
                        "%(shortened)s watch ends earlier than before: on %(day)s.",
                        "%(shortened)s watches end earlier than before: on %(day)s.",
                        shortened,
                    )
                    % {"shortened": shortened, "day": in_words(data["ends_on"])},
                )
            return redirect("certificates:watches")
    rows = (
        Watch.objects.filter(organisation__in=organisations, ended_at=None)
        .select_related("organisation")
        .order_by("asked_surname", "pk")
    )
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.now_named = _named_otherwise(row)
    changes = list(
        Change.objects.filter(organisation__in=organisations)
        .select_related("watch")
        .order_by("-pk")[:20]
    )
    for change in changes:
        change.until = (
            date.fromisoformat(change.after["until"]) if change.after.get("until") else None
        )
        change.then = change.after.get("then")
    return render(
        request,
        "certificates/watches.html",
        {
            "form": form,
            "page": page,
            "changes": changes,
            "today": clock.today(),
            "left_out": left_out["lines"],
            "more_left_out": left_out["more"],
        },
    )


def _named_otherwise(row) -> str:
    """The family name told last, where it is not the one the organisation knows the person by."""
    return (
        row.told_name
        if row.told_name and folded(row.told_name) not in folded(row.asked_surname)
        else ""
    )


@require_POST
@login_required
@never_cache
def end_watch(request, pk):
    """Stop watching somebody."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    held = get_object_or_404(
        Watch.objects.select_related("organisation"),
        pk=pk,
        organisation__in=contacts_today(request.user),
    )
    actions.end_watch(held, by=request.user)
    messages.success(request, _("This person is watched no more."))
    return redirect("certificates:watches")


# ---- keys and addresses ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def api_clients(request):
    """Keys for programs, addresses for changes, and how the last ones went."""
    organisations = insist_asker(request)
    if not organisations:
        own = contacts_today(request.user)
        return not_approved(
            request,
            _("For your programs"),
            tokens=Token.objects.filter(
                organisation__in=own, ended_at=None, ends_on__gte=clock.today()
            ),
            webhooks=Webhook.objects.filter(organisation__in=own, ended_at=None),
        )
    action = request.POST.get("action", "")
    key_form = TokenForm(
        request.POST if action == "key" else None,
        organisations=organisations,
        initial={"ends_on": months_after(clock.today(), 12)},
    )
    webhook_form = WebhookForm(
        request.POST if action == "hook" else None, organisations=organisations
    )
    if action == "key" and key_form.is_valid():
        data = key_form.cleaned_data
        with refusals_at(key_form):
            made, secret = actions.make_token(
                _chosen(data, organisations),
                data["name"],
                data["scopes"],
                data["ends_on"],
                by=request.user,
            )
            request.session[SHOWN] = {
                "what": _("The key for %(name)s") % {"name": made.name},
                "secret": secret,
            }
            return redirect("certificates:api_clients")
    if action == "hook" and webhook_form.is_valid():
        with refusals_at(webhook_form):
            made = actions.add_webhook(
                _chosen(webhook_form.cleaned_data, organisations),
                webhook_form.cleaned_data["address"],
                by=request.user,
            )
            request.session[SHOWN] = {
                "what": _("The secret of %(address)s") % {"address": made.address},
                "secret": made.secret,
            }
            return redirect("certificates:api_clients")
    return render(
        request,
        "certificates/api_clients.html",
        {
            "key_form": key_form,
            "webhook_form": webhook_form,
            "shown": request.session.pop(SHOWN, None),
            "today": clock.today(),
            "tokens": Token.objects.filter(organisation__in=organisations).select_related(
                "made_by", "organisation"
            )[:40],
            "webhooks": Webhook.objects.filter(
                organisation__in=organisations, ended_at=None
            ).select_related("organisation"),
            "deliveries": Delivery.objects.filter(hook__organisation__in=organisations)
            .select_related("hook", "change__watch")
            .order_by("-pk")[:20],
        },
    )


def _chosen(query, organisations):
    return next(
        (o for o in organisations if str(o.pk) == query.get("organisation")), organisations[0]
    )


@require_POST
@login_required
@never_cache
def end_api_client(request, kind, pk):
    """End a key or an address."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    if kind not in API_CLIENT_KINDS:
        raise Http404("There is no such thing to end.")
    model, action = API_CLIENT_KINDS[kind]
    held = get_object_or_404(
        model.objects.select_related("organisation"),
        pk=pk,
        organisation__in=contacts_today(request.user),
    )
    action(held, by=request.user)
    messages.success(request, _("It has ended."))
    return redirect("certificates:api_clients")
