"""The public form. The link in the applicant's mail is the only way in; who has it is the applicant."""

from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import files
from lms.kit.refusals import NotAllowed, Refused

from ..actions import applying
from ..actions.applying import Applicant
from ..definition import pages_of
from ..forms import AnswerForm, PageForm, StartForm, SubmitForm
from ..queries import application_by, files_by_question, form_in_use, sections_of
from ..rules import may_answer, may_change, may_withdraw


@never_cache
@require_http_methods(["GET", "POST"])
def apply(request):
    """What the form is about, and an email address. The answer is the same for every address."""
    form = StartForm(request.POST or None)
    if request.method == "POST":
        if not ratelimit.consume(request, action="apply"):
            return _too_many(request)
        if form.is_of_a_program:
            return redirect("cohorts:apply_sent")
        if form.is_valid():
            email = form.cleaned_data["email"]
            # Beyond the limit the answer is the same, and links that were mailed before still work.
            if ratelimit.consume(request, action="apply_mail", key=email.lower()):
                applying.start_application(email)
            return redirect("cohorts:apply_sent")
    current = form_in_use()
    headings = [heading for heading, _questions in pages_of(current.questions)] if current else []
    return render(
        request,
        "cohorts/apply.html",
        {"form": form, "is_open": bool(current), "headings": headings},
    )


def _too_many(request):
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "3600"
    return answer


@never_cache
def link_mailed(request):
    return render(request, "cohorts/apply_sent.html")


def by_link(view):
    """The application that a link opens, and who has it; a page that says what to do where it opens none. No search engine learns of the address."""

    @never_cache
    @wraps(view)
    def opened(request, secret, *args, **kwargs):
        application = application_by(secret)
        if application is None:
            answer = render(request, "cohorts/application_link_ended.html", status=404)
        elif request.method == "POST" and not ratelimit.consume(request, action="apply_send"):
            answer = _too_many(request)
        else:
            request.applicant, request.secret = Applicant(application.pk), secret
            answer = view(request, application, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return opened


def _to(request, name="application", *args):
    return redirect(f"cohorts:{name}", request.secret, *args)


@by_link
def application(request, application):
    """Before it is submitted the list of pages; afterwards where it stands, and the Hub's questions."""
    return _show(request, application)


def _show(request, application, answer=None, status=200):
    sections = sections_of(application)
    next_one = next((one for one in sections if not one.is_complete), None)
    steps = [
        {
            "label": section.heading,
            "url": reverse("cohorts:application_page", args=[request.secret, section.number]),
            "state": "done" if section.is_complete else "now" if section is next_one else "todo",
        }
        for section in sections
    ]
    steps.append(
        {
            "label": _("Check your answers and submit"),
            "url": reverse("cohorts:application_check", args=[request.secret]),
            "state": "now" if next_one is None else "locked",
        }
    )
    context = {
        "application": application,
        "secret": request.secret,
        "sections": sections,
        "steps": steps,
        "is_draft": bool(may_change(application)),
        "draft_days": settings.IMSA_APPLICATION_DRAFT_DAYS,
        "may_answer": may_answer(application),
        "may_withdraw": may_withdraw(application),
        "thread": list(application.messages.all()),
        "sent_files": files_by_question(application).get("", []),
        "form": answer or AnswerForm(),
    }
    return render(request, "cohorts/application.html", context, status=status)


@by_link
@require_http_methods(["GET", "POST"])
def page(request, application, number):
    """One page of the form. Everything typed is kept at each press; “Continue” also says what is missing."""
    may = may_change(application)
    if not may:
        if request.method == "POST":
            messages.warning(request, may.reason)
        return _to(request)
    pages = pages_of(application.form.questions)
    if not 1 <= number <= len(pages):
        raise Http404("There is no such page.")
    heading, questions = pages[number - 1]
    files_here = files_by_question(application)
    counts = {key: len(rows) for key, rows in files_here.items()}
    asks = {"questions": questions, "answers": application.answers, "file_counts": counts}
    form = PageForm(**asks)
    if request.method == "POST":
        form = PageForm(request.POST, files=request.FILES, **asks)
        application = applying.save_answers(application, form.typed(), by=request.applicant)
        form.is_valid()
        uploads = [one for one in questions if one.kind == "file" and request.FILES.get(one.key)]
        for one in uploads:
            try:
                applying.add_file(
                    application, one.key, request.FILES[one.key], by=request.applicant
                )
            except (files.BadFile, Refused) as why:
                form.add_error(one.key, str(why))
        if removal := request.POST.get("remove", ""):
            if removal.isdecimal() and len(removal) < 16:
                applying.remove_file(application, int(removal), by=request.applicant)
            if not any(one.key in form.errors for one in uploads):
                return _to(request, "application_page", number)
        elif request.POST.get("later") and not any(one.key in form.errors for one in uploads):
            return _to(request, "application_saved")
        elif form.is_valid():
            if request.POST.get("add"):
                return _to(request, "application_page", number)
            if number < len(pages):
                return _to(request, "application_page", number + 1)
            return _to(request)
        files_here = files_by_question(application)
    rows = [
        {
            "field": form[one.key],
            "files": files_here.get(one.key, []),
            "is_file": one.kind == "file",
        }
        for one in questions
    ]
    context = {
        "application": application,
        "secret": request.secret,
        "heading": heading,
        "number": number,
        "total": len(pages),
        "form": form,
        "rows": rows,
        "has_files": any(row["is_file"] for row in rows),
    }
    return render(request, "cohorts/application_page.html", context)


@by_link
def saved(request, application):
    """Where to come back to."""
    return render(
        request,
        "cohorts/application_saved.html",
        {"application": application, "secret": request.secret},
    )


@by_link
@require_http_methods(["GET", "POST"])
def check(request, application):
    """Every answer once more, then who submits it. Then it is with the Hub."""
    if not may_change(application):
        return _to(request)
    sections = sections_of(application)
    form, refused = SubmitForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            applying.submit_application(
                application, form.cleaned_data["signatory"], by=request.applicant
            )
            return _to(request)
        except Refused as why:
            refused = str(why)
    context = {
        "application": application,
        "secret": request.secret,
        "sections": sections,
        "is_complete": all(section.is_complete for section in sections),
        "form": form,
        "refused": refused,
    }
    return render(
        request, "cohorts/application_check.html", context, status=409 if refused else 200
    )


@by_link
@require_POST
def answer(request, application):
    """What the applicant answers the Hub, with a file if they choose one. What comes too late stands on the page, to be copied."""
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            if upload := form.cleaned_data["file"]:
                applying.add_file(application, "", upload, by=request.applicant)
            applying.answer_hub(application, form.cleaned_data["text"], by=request.applicant)
            return _to(request)
        except files.BadFile as why:
            form.add_error("file", str(why))
        except (Refused, NotAllowed) as why:
            form.add_error(None, str(why))
            application.refresh_from_db()
    return _show(request, application, answer=form, status=200 if may_answer(application) else 409)


@by_link
@require_http_methods(["GET", "POST"])
def withdraw(request, application):
    """What withdrawing means, then it is done."""
    if request.method == "POST":
        if applying.withdraw_application(application, by=request.applicant) is None:
            messages.success(request, _("Your application and its files are deleted."))
            return redirect("cohorts:apply")
        return _to(request)
    if not may_withdraw(application):
        return _to(request)
    return render(
        request,
        "cohorts/application_withdraw.html",
        {"application": application, "secret": request.secret},
    )


@by_link
def own_file(request, application, pk):
    """A file the applicant gave us, to keep."""
    file = application.files.filter(pk=pk).first()
    if file is None:
        raise Http404("There is no such file.")
    return download(file)


def download(file):
    """To keep and never to run."""
    try:
        answer = FileResponse(
            files.open_kept(file.path),
            as_attachment=True,
            filename=file.name,
            content_type=files.MEDIA_TYPES[file.path.rpartition(".")[2]],
        )
    except FileNotFoundError:
        raise Http404("This file is not here.") from None
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
