"""Which parts of a unit are on its page: one step at a time, or all on one page, as the reader chooses."""

from dataclasses import dataclass

from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from lms.kit.addresses import number_in

from .. import queries
from ..rendering.glossary import words_used
from ..rendering.parts import render_parts
from ..rendering.steps import WORDS, UnitStep, step_at, steps_of_version

WHOLE = "whole"
# Closed: a link to a word opens it.
WORDS_OF_PART = '<details class="words"><summary>{title}</summary><dl>\n{lines}\n</dl></details>'
# What a part without a heading is called in the list of contents, by its kind.
NAMES = {
    "check": lambda: _("Check what you know"),
    "poll": lambda: _("What do you think?"),
    "reflection": lambda: _("Stop and think"),
}


@dataclass(frozen=True)
class Contents:
    """The steps of a unit as its page lists them. `here`: the one that is shown; None where all are."""

    steps: list[UnitStep]
    here: UnitStep | None

    @property
    def lines(self) -> list[tuple]:
        """(step, its title) of each."""
        return [(step, title_of(step)) for step in self.steps]

    @property
    def before(self) -> UnitStep | None:
        return self.steps[self.here.number - 2] if self.here and self.here.number > 1 else None

    @property
    def after(self) -> UnitStep | None:
        last = len(self.steps)
        return self.steps[self.here.number] if self.here and self.here.number < last else None

    @property
    def is_first(self) -> bool:
        return self.before is None

    @property
    def is_last(self) -> bool:
        return self.after is None


def title_of(step) -> str:
    title = step.title or (NAMES[step.kind]() if step.kind in NAMES else _("Introduction"))
    return _("%(title)s (continued)") % {"title": title} if step.is_continued else title


def contents_for(request, version, *, place="", anchor="") -> Contents | None:
    """What of the unit is shown, without asking the database; None where it has a single step.

    `anchor`: a part that has to be shown, before any that the address names; `place`: where the reader stopped.
    """
    steps = steps_of_version(version)
    if len(steps) < 2:
        return None
    if reads_whole(request.user):
        return Contents(steps, None)
    asked = request.GET.get("step")
    number = len(steps) if asked == "last" else number_in(asked, 0)
    here = steps[min(number, len(steps)) - 1] if number else None
    for part in (anchor, request.GET.get("again", ""), "" if here else request.GET.get("part", "")):
        here = step_at(steps, part) or here if part else here
    return Contents(steps, here or step_at(steps, place) or steps[0])


def reads_whole(person) -> bool:
    return isinstance(person.reading, dict) and person.reading.get("parts") == WHOLE


def text_on(request, parts, contents, needed) -> str:
    """The parts that are on the page, as HTML; under one step the words of the glossary that it uses."""
    token = get_token(request)
    if contents is None:
        return render_parts(parts, context=needed, token=token)
    shown = queries.in_steps(parts, contents.steps)
    words = next((p.part["html"] for p in parts if p.part["id"] == WORDS and p.kind == "html"), "")
    if contents.here is None:
        whole = [item for step in shown for item in step]
        return mark_safe(f"{render_parts(whole, context=needed, token=token)}\n{words}")  # noqa: S308 - as below
    html = render_parts(shown[contents.here.number - 1], context=needed, token=token)
    used = words_used(html, words)
    # Both were drawn by templates, or cleaned when they were published.
    words_html = (
        format_html(WORDS_OF_PART, title=_("Words in this part"), lines=mark_safe(used))  # noqa: S308
        if used
        else ""
    )
    return mark_safe(f"{html}\n{words_html}")  # noqa: S308
