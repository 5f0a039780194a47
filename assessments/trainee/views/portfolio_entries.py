"""A trainee writes in their portfolio, and asks somebody at work to confirm an item."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.actions.notes import Guarded
from lms.kit.addresses import number_in
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day

from ...portfolio.actions.entries import correct_entry, withdraw_entry, write_entry
from ...portfolio.actions.requests import ask, ask_again, cancel
from ...portfolio.actions.signing import link_of
from ...portfolio.content import in_hours
from ...portfolio.forms import ENTRY_FORMS, AskForm
from ...portfolio.queries import (
    entries_of_kind,
    entry_with_lines,
    portfolio_of,
    sign_offs_of,
    version_asked,
)
from ...portfolio.rules import may_keep_portfolio, supervisors_of
from ...portfolio.states import EntryKind
from ...setting.portfolio_items import PortfolioItem
from .work import piece_context

ENTRY, ITEM = "assessments/portfolio/entry.html", "assessments/portfolio/item.html"
LONGEST_KEY = 40


def _context(request, code):
    context = piece_context(request, code)
    if not context["assessment"].is_portfolio or not context["work"].is_open:
        raise Http404("There is no such portfolio.")
    about = context["assessment"], context["enrolment"]
    context["portfolio"] = portfolio_of(*about)
    context["may_keep"] = context["may"] and may_keep_portfolio(request.user, *about)
    return context


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_entry(request, code):
    """A new entry of the log, or a reflection (`?kind=`)."""
    context = _context(request, code)
    insist(context["may_keep"])
    kind = request.POST.get("kind") or request.GET.get("kind", EntryKind.PRACTICE)
    if kind not in EntryKind.values:
        raise Http404("There is no such kind of entry.")
    sent = request.POST if request.method == "POST" else None
    form = ENTRY_FORMS[EntryKind(kind)](sent)
    context |= {"form": form, "kind": kind, "is_new": True}
    key = (sent or {}).get("client_key", "")[:LONGEST_KEY]
    context["client_key"] = key if key.isascii() and key.isalnum() else uuid.uuid4().hex
    if sent is not None and form.is_valid():
        done = _save(
            context,
            form,
            write_entry,
            context["assessment"],
            context["enrolment"],
            kind,
            by=request.user,
            client_key=context["client_key"],
            keep_anyway="keep" in sent,
            **form.values(),
        )
        if done:
            messages.success(request, _("Your entry is saved."))
            return redirect("assessments:piece", code)
    return render(request, ENTRY, context, status=422 if sent is not None else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def entry(request, code, number):
    """One entry: what it says, what it said before, and a form to correct or withdraw it."""
    context = _context(request, code)
    found = entry_with_lines(context["portfolio"], number) if context["portfolio"] else None
    if found is None:
        raise Http404("There is no such entry.")
    found.portfolio = context["portfolio"]
    found.portfolio.assessment = context["assessment"]
    found.portfolio.enrolment = context["enrolment"]
    lines = list(found.lines.all())
    newest = lines[-1]
    sent = request.POST if request.method == "POST" else None
    seen = number_in(sent.get("seen"), 0) if sent else newest.number
    form = ENTRY_FORMS[EntryKind(found.kind)](sent, line=newest)
    context |= {
        "entry": found,
        "kind": found.kind,
        "newest": newest,
        "earlier": lines[-2::-1],
        "form": form,
        "seen": seen,
        "rests": _resting(context["portfolio"], number),
    }
    if sent is not None:
        insist(context["may_keep"])
        if sent.get("action") == "withdraw":
            withdraw_entry(found, by=request.user, seen=seen)
            messages.success(
                request, _("The entry is withdrawn and no longer counts. It stays on its page.")
            )
            return redirect("assessments:piece", code)
        if form.is_valid() and _save(
            context,
            form,
            correct_entry,
            found,
            by=request.user,
            seen=seen,
            keep_anyway="keep" in sent,
            **form.values(),
        ):
            messages.success(request, _("Your entry is saved. The earlier text stays on its page."))
            return redirect("assessments:piece", code)
        context["seen"] = (
            newest.number
        )  # both texts stand on the page; saved again, this one counts
    return render(request, ENTRY, context, status=422 if sent is not None else 200)


def _resting(portfolio, number):
    """The live sign-offs that a change of this entry would end."""
    return [
        one
        for rows in sign_offs_of(portfolio).values()
        for one in rows
        if one.is_live and any(shown.line.entry.number == number for shown in one.basis.all())
    ]


def _save(context, form, action, *about, **values) -> bool:
    """Did the action keep it? Otherwise the form holds what was typed, and why not."""
    try:
        action(*about, **values)
        return True
    except Guarded as guarded:
        context["findings"] = guarded.findings
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return False


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def item(request, code, key):
    """One item: who was asked to confirm it and what came of it, and a form to ask."""
    context = _context(request, code)
    assessment, enrolment = context["assessment"], context["enrolment"]
    subject = version_asked(assessment, enrolment).items.filter(key=key).first()
    if subject is None:
        raise Http404("There is no such item.")
    rows = sign_offs_of(context["portfolio"]).get(key, []) if context["portfolio"] else []
    live = next((one for one in rows if one.is_live), None)
    sent = request.POST if request.method == "POST" else None
    form = _ask_form(sent, context, subject) if live is None or sent is not None else None
    if sent is not None:
        insist(context["may_keep"])
        done = _act(request, context, subject, rows, form)
        if done:
            messages.success(request, done)
            return redirect("assessments:portfolio_item", code, key)
    context |= {"item": subject, "sign_offs": rows, "live": live, "form": form}
    return render(request, ITEM, context, status=422 if sent is not None else 200)


def _ask_form(posted, context, subject):
    lines = (
        entries_of_kind(context["portfolio"], EntryKind.PRACTICE)[:500]
        if context["portfolio"]
        else []
    )
    entries = [
        (
            line.entry.number,
            _("Entry %(number)s, %(day)s, %(hours)s h: %(text)s")
            % {
                "number": line.entry.number,
                "day": short_day(line.day),
                "hours": in_hours(line.quarters),
                "text": line.text[:120],
            },
        )
        for line in lines
    ]
    supervisors = None
    if subject.signer == PortfolioItem.SUPERVISOR:
        supervisors = [
            (one["key"], f"{one['name']} ({one['organisation']})")
            for one in supervisors_of(context["enrolment"].person)
        ]
    context["has_no_supervisor"] = supervisors == []
    context["has_no_entries"] = not entries
    return AskForm(posted, supervisors=supervisors, entries=entries)


def _act(request, context, subject, rows, form):
    """What was done, in words; "" where the form came back with a fault."""
    action = request.POST.get("action")
    if action in ("again", "cancel"):
        pk = number_in(request.POST.get("sign_off"))
        row = next((one for one in rows if one.pk == pk), None)
        if row is None:
            raise Refused(_("Load the page again, and choose what is to be done."))
        row.portfolio = context["portfolio"]
        row.portfolio.assessment, row.portfolio.enrolment = (
            context["assessment"],
            context["enrolment"],
        )
        if action == "cancel":
            cancel(row, by=request.user)
            return _("The request is cancelled.")
        return _sending_in_words(context, *ask_again(row, by=request.user))
    if not form.is_valid():
        return ""
    given = form.cleaned_data
    try:
        made, secret = ask(
            context["assessment"],
            context["enrolment"],
            subject.key,
            given["entries"],
            by=request.user,
            supervisor=given.get("supervisor", ""),
            name=given.get("name", ""),
            email=given.get("email", ""),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""
    return _sending_in_words(context, made, secret)


def _sending_in_words(context, sign_off, secret):
    name = sign_off.name
    if sign_off.email and sign_off.email != name:  # where a slip of typing shows
        name = f"{name} ({sign_off.email})"
    about = {"name": name, "link": link_of(secret) if secret else ""}
    if secret and context["enrolment"].person.is_invented:
        return (
            _("%(name)s would be sent this link, but a demonstration sends no email: %(link)s")
            % about
        )
    return _("Your request is sent to %(name)s.") % about
