"""Two versions of one text: which words changed between them, and which law."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..markup.comparing import compare
from ..models import UnitVersion
from ..models.provisions import TAUGHT
from .study import insist_readable


@dataclass(frozen=True)
class LawLine:
    """One provision that the two versions do not cite in the same way. `html` shows its changed words."""

    act: str
    section: str
    what: str
    before: dict | None
    after: dict | None
    html: str = ""


@login_required
@require_safe
def compared(request, pk, other):
    """What was added and removed between two versions of one variant, the older one first."""
    versions = UnitVersion.objects.select_related("variant__unit__module").defer("parts")
    old, new = get_object_or_404(versions, pk=pk), get_object_or_404(versions, pk=other)
    if old.variant_id != new.variant_id:
        raise Http404("These are not versions of one text.")
    variant = old.variant
    insist_readable(request.user, variant)
    if old.pk == new.pk:
        return redirect(old)
    if old.number > new.number:
        return redirect("courses:compare", new.pk, old.pk)
    found = compare(whole(old), whole(new))
    numbers = list(variant.versions.order_by("number").values_list("number", "pk"))
    return render(
        request,
        "courses/compare.html",
        {
            "old": old,
            "new": new,
            "variant": variant,
            "unit": variant.unit,
            "compared": found,
            "summary": summary(found.added, found.removed),
            "text": mark_safe(found.html),  # noqa: S308 - compare escapes every word
            "law": list(law_between(old, new)),
            "newest": numbers[-1],
            "steps": steps_beside(numbers, old.number, new.number),
        },
    )


def whole(version) -> str:
    """All that a reader reads: title, content note, outcomes, text."""
    note = version.content_note and format_html(
        _("<h3>Before you read</h3><p>{}</p>"), version.content_note
    )
    outcomes = version.outcomes and format_html(
        _("<h3>After this unit you can</h3><ul>{}</ul>"),
        format_html_join("", "<li>{}</li>", [(one,) for one in version.outcomes]),
    )
    return format_html("<h2>{}</h2>{}{}", version.title, note or "", outcomes or "") + version.html


def summary(added, removed) -> str:
    """“34 words added, 12 removed”."""
    parts = []
    for count, what in ((added, "added"), (removed, "removed")):
        if count:
            word = "" if parts else " word" if count == 1 else " words"
            parts.append(f"{count:,}{word} {what}")
    return ", ".join(parts) or _("No words added or removed")


def law_between(old, new):
    """The provisions that came, went, or say something else."""
    before, after = ({law["key"]: law for law in version.provisions} for version in (old, new))
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        law = now or was
        if was is None:
            yield LawLine(law["act"], law["section"], _("Now cited"), None, now)
        elif now is None:
            yield LawLine(law["act"], law["section"], _("No longer cited"), was, None)
        elif any(was.get(name) != now.get(name) for name in TAUGHT):
            yield LawLine(
                law["act"],
                law["section"],
                _("Says something else"),
                was,
                now,
                words_of_law(was, now),
            )


def words_of_law(was, now):
    said = [
        format_html(
            "<p><strong>{}</strong></p><p>{}</p><p>{}</p>",
            law.get("title", ""),
            law.get("nation", ""),
            law.get("state", ""),
        )
        + linebreaks(law.get("summary", ""), autoescape=True)
        for law in (was, now)
    ]
    return mark_safe(compare(*said).html)  # noqa: S308 - compare escapes every word


def steps_beside(numbers, old, new):
    """(words, older key, newer key) of the comparisons to go on with: the step before, and the step after."""
    pairs = list(zip(numbers, numbers[1:], strict=False))
    found = [(a, b) for a, b in pairs if b[0] == old or a[0] == new]
    if new - old > 1:
        found += [(a, b) for a, b in pairs if old <= a[0] and b[0] <= new]
    return [
        (_("From version %(a)s to version %(b)s") % {"a": a[0], "b": b[0]}, a[1], b[1])
        for a, b in sorted(found)
    ]
