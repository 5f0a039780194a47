"""Pages for reading what is taught and recording study."""

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lms.kit.refusals import insist, no
from lms.people.actions import set_reading
from lms.people.models import Role
from lms.people.roles import has_role

from .. import actions, queries, rules
from ..knowledge_checks import feedback
from ..knowledge_checks.completion import unmet
from ..models import Study, Suggestion, UnitVersion
from ..queries.timetables import own_sessions
from ..states import Mark
from .steps import WHOLE, contents_for, text_on
from .versions import name_reviews


def open_variants(person, code):
    """The variants of a unit that the person may read, the person's plans, and the outline: one question."""
    plans = queries.plans_of(person)
    outline = queries.outline_for(plans)
    variants = outline.of_unit(code)
    if not variants:
        raise Http404("There is no such unit.")
    found = rules.readable(person, variants, plans)
    if not has_role(
        person, *rules.READERS
    ):  # a row without a text changes nothing for those who learn
        found = [v for v in found if v.pk in outline.newest]
        found += studied_before(person, variants, found)
    if not found:
        raise Http404("No variant of this unit is on the reader's plan.")
    programme = variants[0].unit.module.programme_id
    return found, [p for p in plans if p.programme_id == programme], outline


def studied_before(person, variants, variants_now):
    """Texts of the unit that somebody studied before another came in their place for them: they stay readable."""
    gone = {line["from"] for v in variants for line in v.took_over} - {v.pk for v in variants_now}
    if not gone:
        return []
    studied = set(
        Study.objects.filter(person=person, version__variant__in=gone).values_list(
            "version__variant_id", flat=True
        )
    )
    return [v for v in variants if v.pk in studied]


def open_variant(person, code, key):
    found, plans, outline = open_variants(person, code)
    variant = next((v for v in found if v.key == key), None)
    if variant is None:
        raise Http404("This variant is not on the reader's plan.")
    return variant, plans, outline


def insist_readable(person, variant):
    """Staff, and a trainee whose plan covers the text and who may read it by now."""
    if not rules.may_read(person, variant):
        raise Http404("This text is not for the reader.")
    if has_role(person, *rules.READERS):
        return
    steps = [
        step
        for entry in queries.path(person, variant.unit.module.programme_id)
        for step in entry.units
    ]
    step = next((one for one in steps if one.variant.pk == variant.pk), None)
    if step and step.why_locked and not step.is_begun:
        insist(
            no(_("You cannot read this unit yet. %(why_locked)s") % {"why_locked": step.why_locked})
        )
    if variant.withdrawn_at and not (step and step.is_begun):
        raise Http404("This unit was taken down before the reader began it.")


def newest(variant):
    return variant.versions.order_by("-number").first()


@login_required
def module(request, code):
    """A module's units in order, as far as the reader may read them."""
    plans = queries.plans_of(request.user)
    outline = queries.outline_for(plans)
    subject = next((m for m in outline.modules if m.code == code), None)
    plans = [p for p in plans if subject and p.programme_id == subject.programme_id]
    if subject is None or not plans and not has_role(request.user, *rules.READERS):
        raise Http404("This module is not on the reader's plan.")
    found = (
        queries.path(request.user, plans=plans)
        if plans
        else queries.shelf(subject.programme_id, outline)
    )
    entry = next(e for e in found if e.module.pk == subject.pk)
    return render(
        request,
        "courses/module.html",
        {
            "entry": entry,
            "module": subject,
            "plan": plans[0] if plans else None,
            "next": next((s for s in entry.units if s.is_next), None),
            "may_suggest": bool(rules.may_suggest(request.user)),
        },
    )


@login_required
def unit(request, code):
    """The reader's only variant of a unit, or the choice between several."""
    found, plans, _unused = open_variants(request.user, code)
    if len(found) == 1:
        return redirect(found[0])
    return render(
        request, "courses/choice.html", {"unit": found[0].unit, "variants": found, "plans": plans}
    )


@login_required
def variant(request, code, key):
    """A unit to read, to answer and to write in, and the one action at its foot."""
    return show(request, *open_variant(request.user, code, key), again=request.GET.get("again"))


def show(request, subject, plans, outline, *, status=200, **form_state):
    """The unit's page; `form_state` is what was just sent and could not be taken (see `queries.parts_for`)."""
    person = request.user
    is_trainee = any(rules.covers(p, subject) for p in plans)
    progress = queries.study_progress_of(person, marks_of=subject.pk) if is_trainee else None
    found = (
        queries.path(person, plans=plans, progress=progress)
        if is_trainee
        else queries.shelf(subject.unit.module.programme_id, outline)
    )
    entry = next(e for e in found if e.module.pk == subject.unit.module_id)
    step = next((s for s in entry.units if s.variant.pk == subject.pk), None)
    context = {
        "variant": subject,
        "unit": subject.unit,
        "module": entry.module,
        "entry": entry,
        "step": step,
        "is_trainee": is_trainee,
        "next": queries.next_on(found),
        "counts": queries.counts(found),
    }
    if step and step.why_locked and not step.is_begun:
        return render(request, "courses/locked.html", context, status=403)
    version = to_read(subject, outline, step)
    may_record = any(p.closed_on is None and rules.covers(p, subject) for p in plans)
    if version and may_record and subject.pk not in progress.places:
        actions.begin(person, subject, by=person)
    marks = progress.marks if progress else {}
    parts = queries.parts_for(person, version, marks, **form_state) if version else []
    context |= {
        "version": version,
        "may_record": may_record,
        "keeps_place": rules.keeps_place(person),
        "changed_law": version and outline.stale.get(version.pk),
        "place": place_in(marks),
        "missing": unmet(subject.unit.needs, version.segments, marks) if version else [],
        "sessions": own_sessions(person, plans, subject.unit, marks)
        if is_trainee and subject.unit_id in outline.taught
        else [],
        **suggestions_on(person, subject),
    }
    if version:
        needed = {name: context[name] for name in ("version", "variant", "unit", "may_record")}
        stopped = "" if step and step.is_studied else context["place"]
        context["contents"] = contents_for(
            request, version, place=stopped, anchor=form_state.get("again") or ""
        )
        context["text"] = text_on(request, parts, context["contents"], needed)
    return render(request, "courses/unit.html", context, status=status)


def to_read(subject, outline, step):
    """The version to show: the newest, also of a unit that was taken down when the reader had begun it."""
    published = outline.newest.get(subject.pk)
    if published is None or subject.withdrawn_at and not (step and step.is_begun):
        return None
    return queries.text_of(published)


def place_in(marks):
    mark = marks.get((Mark.PLACE, ""))
    return mark.data.get("part", "") if mark else ""


def suggestions_on(person, subject):
    """What a consultant, a tutor or an author sees of the suggestions about a unit."""
    if not has_role(person, Role.SURVIVOR_CONSULTANT, *rules.ANSWERERS):
        return {}
    about = Suggestion.objects.visible_to(person).filter(version__variant=subject)
    return {
        "may_suggest": bool(rules.may_suggest(person)),
        "may_answer": bool(rules.may_answer(person)),
        "suggestion_count": about.count(),
    }


def read_version(request, subject):
    """The version that was on the page when it was sent."""
    given = request.POST.get("version", "")
    found = get_object_or_404(
        UnitVersion.objects.defer("html"),
        pk=given if given.isdecimal() and len(given) < 19 else 0,
        variant_id=subject.pk,
    )
    found.variant = subject  # with its unit and module, which the outline knows
    return found


@login_required
def studied(request, code, key):
    """Record the version that was on the page."""
    subject, *_unused = open_variant(request.user, code, key)
    if request.method != "POST":
        return redirect(subject)
    read = read_version(request, subject)
    actions.mark_studied(request.user, read, by=request.user)
    messages.success(
        request,
        _("Recorded: you have studied version %(read_number)s of this unit.")
        % {"read_number": read.number},
    )
    return redirect(f"{subject.get_absolute_url()}?step=last#studied")


@login_required
def check(request, code, key, part):
    """Answer a knowledge check; a story that branches goes on step by step."""
    subject, plans, outline = open_variant(request.user, code, key)
    if request.method != "POST":
        return redirect(subject.part_url(part, asks="again"))
    read = read_version(request, subject)
    question = next((s for s in read.segments if s["id"] == part and s["kind"] == "check"), None)
    if question is None:
        raise Http404("There is no such question.")
    walked = None
    try:
        if question["style"] == "scenario":
            walked = feedback.read_path(question, request.POST)
            if feedback.next_step(question, walked) is not None:
                return show(request, subject, plans, outline, story={part: walked}, again=part)
        actions.answer_check(
            request.user, read, part, feedback.read_given(question, request.POST), by=request.user
        )
    except feedback.Unanswered as fault:
        return show(
            request,
            subject,
            plans,
            outline,
            status=422,
            faults={part: str(fault)},
            again=part,
            story={part: walked or []},
            form_data={part: dict(request.POST.lists())},
        )
    return redirect(subject.part_url(part))


@login_required
def activity(request, code, key, part):
    """Somebody did an activity."""
    subject, *_unused = open_variant(request.user, code, key)
    if request.method == "POST":
        actions.do_activity(request.user, read_version(request, subject), part, by=request.user)
    return redirect(subject.part_url(part))


@login_required
def poll(request, code, key, part):
    """Somebody answers a poll."""
    subject, *_unused = open_variant(request.user, code, key)
    if request.method == "POST":
        given = request.POST.get("choice", "")
        actions.vote(
            request.user,
            read_version(request, subject),
            part,
            int(given) if given.isdecimal() and len(given) < 4 else None,
            by=request.user,
        )
    return redirect(subject.part_url(part))


@login_required
def later(request, code, key):
    """Save a unit for later, or start it after all."""
    subject, *_unused = open_variant(request.user, code, key)
    if request.method != "POST":
        return redirect(subject)
    if "now" in (
        request.POST.get("action"),
        request.POST.get("deed"),
    ):  # pages kept on a device have the old name
        actions.take_now(request.user, subject, by=request.user)
        return redirect(subject)
    actions.take_later(request.user, subject, by=request.user)
    messages.success(
        request,
        _("“%(unit)s” is saved for later. It stays in your list, and its date stays as it is.")
        % {"unit": subject.unit.title},
    )
    return redirect("courses:module", subject.unit.module.code)


@login_required
def place(request, code, key):
    """Where somebody stopped reading, sent by the page as it is left, or by the button that leads to the next part."""
    subject, *_unused = open_variant(request.user, code, key)
    if request.method != "POST":
        return redirect(subject)
    actions.keep_place(request.user, subject, request.POST.get("part", ""), by=request.user)
    if "next" in request.POST:
        return redirect(
            f"{subject.get_absolute_url()}?part={quote(request.POST.get('part', ''), safe='')}"
        )
    return HttpResponse(status=204)


@login_required
def layout(request, code, key):
    """Choose between one part at a time and all parts on one page, for every unit."""
    subject, *_unused = open_variant(request.user, code, key)
    if request.method != "POST":
        return redirect(subject)
    wanted = WHOLE if request.POST.get("parts") == WHOLE else "standard"
    set_reading(request.user, by=request.user, parts=wanted)
    part = request.POST.get("part", "")[:90]
    return redirect(subject.part_url(part) if part else subject.get_absolute_url())


@login_required
def version(request, pk):
    """One published version, for those who may read the unit and for those who once studied it."""
    subject = get_object_or_404(UnitVersion.objects.select_related("variant__unit__module"), pk=pk)
    study = Study.objects.filter(person=request.user, version=subject).first()
    if not study:
        insist_readable(request.user, subject.variant)
    last, is_staff_reader = newest(subject.variant), has_role(request.user, *rules.READERS)
    name_reviews([subject], has_role(request.user, *rules.ANSWERERS))
    return render(
        request,
        "courses/version.html",
        {
            "is_staff_reader": is_staff_reader,
            "read_by": subject.read_by,
            "version": subject,
            "variant": subject.variant,
            "unit": subject.variant.unit,
            "study": study,
            "newest": last
            if last.pk != subject.pk and subject.variant.withdrawn_at is None
            else None,
        },
    )
