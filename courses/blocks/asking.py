"""Blocks in which a reader answers, chooses, writes or does something; `part` says what a page asks."""

from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from lms.pages.blocks import Words, render_rich_text


class Asking(blocks.StructBlock):
    """A block that is drawn twice: on paper by its template, and on the page from `part`."""

    kind = ""

    def part(self, value, key) -> dict:
        raise NotImplementedError


class Activity(Asking):
    kind = "activity"
    title = blocks.CharBlock()
    html = Words(label=gettext_lazy("Text"))

    def part(self, value, key):
        return {
            "kind": "activity",
            "id": key,
            "title": value["title"],
            "html": str(render_rich_text(value["html"].source)),
        }

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context),
            "html": render_rich_text(value["html"].source),
        }

    class Meta:
        icon = "edit"
        template = "courses/blocks/activity.html"


class CaseStudy(Asking):
    """With a content note it waits, closed, until the reader opens it."""

    kind = "case_study"
    title = blocks.CharBlock()
    content_note = blocks.CharBlock(
        required=False,
        help_text=gettext_lazy("What a reader may find hard, said before it begins."),
    )
    html = Words(label=gettext_lazy("Text"))

    def part(self, value, key):
        return {
            "kind": "case_study",
            "id": key,
            "title": value["title"],
            "content_note": value["content_note"],
            "html": str(render_rich_text(value["html"].source)),
        }

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context),
            "html": render_rich_text(value["html"].source),
        }

    class Meta:
        icon = "user"
        template = "courses/blocks/case_study.html"


class Reflection(Asking):
    kind = "reflection"
    prompt = blocks.TextBlock(rows=3)

    def part(self, value, key):
        return {"kind": "reflection", "id": key, "prompt": value["prompt"]}

    class Meta:
        icon = "help"
        template = "courses/blocks/reflection.html"


class CriticalQuestion(Asking):
    """A question to argue, which the page alone does not answer. What a reader writes is kept as a reflection is."""

    kind = "reflection"
    text = blocks.TextBlock(rows=3, label=gettext_lazy("Question"))
    works = blocks.ListBlock(
        SnippetChooserBlock("courses.Work"),
        required=False,
        default=[],
        label=gettext_lazy("Read for it"),
    )

    def part(self, value, key):
        return {
            "kind": "reflection",
            "id": key,
            "prompt": value["text"],
            "is_question": True,
            "works": [
                {"by": work.by_line, "title": work.title, "address": work.address}
                for work in value["works"]
                if work
            ],
        }

    class Meta:
        icon = "help"
        template = "courses/blocks/critical_question.html"


class Poll(Asking):
    """Asks for a view; what all answered is shown once enough have. Never about the reader's own life."""

    kind = "poll"
    question = blocks.CharBlock(max_length=300)
    options = blocks.ListBlock(blocks.CharBlock(max_length=200), min_num=2, max_num=8)

    def part(self, value, key):
        return {
            "kind": "poll",
            "id": key,
            "question": value["question"],
            "options": list(value["options"]),
        }

    class Meta:
        icon = "group"
        template = "courses/blocks/poll.html"


# ---- knowledge checks ----


class Option(blocks.StructBlock):
    text = blocks.TextBlock(rows=1)
    right = blocks.BooleanBlock(required=False, label=gettext_lazy("This is right"))
    why = blocks.TextBlock(
        rows=1,
        label=gettext_lazy("Feedback"),
        help_text=gettext_lazy("Why it is right, or what to look at again."),
    )

    class Meta:
        label_format = "{text}"


class Check(Asking):
    """A question of one style; `courses.knowledge_checks.feedback` judges it."""

    kind = "check"
    style = ""

    def part(self, value, key):
        return {"kind": "check", "id": key, "style": self.style, "key": key, **self.plain(value)}

    def plain(self, value) -> dict:
        return as_plain(value)

    def get_context(self, value, parent_context=None):
        from ..knowledge_checks.feedback import display_order

        question = {"style": self.style, "key": "", **self.plain(value)}
        lines = question.get("items") or [pair["right"] for pair in question.get("pairs", [])]
        shown = [lines[n] for n in display_order(question)] if lines else []
        return {**super().get_context(value, parent_context), "question": question, "shown": shown}

    class Meta:
        icon = "tick-inverse"
        template = "courses/blocks/check.html"


def as_plain(value):
    """Stream values as lists and dictionaries."""
    if hasattr(value, "items"):
        return {name: as_plain(inner) for name, inner in value.items()}
    if isinstance(value, list) or type(value).__name__ == "ListValue":
        return [as_plain(inner) for inner in value]
    return value


class ChoiceCheck(Check):
    style = "choice"
    text = blocks.TextBlock(rows=2, label=gettext_lazy("Question"))
    options = blocks.ListBlock(Option(), min_num=2, max_num=8)
    why = blocks.TextBlock(rows=2, required=False, label=gettext_lazy("Shown after any answer"))


class SeveralCheck(ChoiceCheck):
    style = "several"


class OrderCheck(Check):
    style = "order"
    text = blocks.TextBlock(rows=2, label=gettext_lazy("Question"))
    items = blocks.ListBlock(
        blocks.CharBlock(), min_num=2, max_num=8, help_text=gettext_lazy("In the right order.")
    )
    why = blocks.TextBlock(rows=2, label=gettext_lazy("Feedback"))

    def plain(self, value):  # `items` is also a method's name
        return {"text": value["text"], "items": list(value["items"]), "why": value["why"]}


class Pair(blocks.StructBlock):
    left = blocks.CharBlock()
    right = blocks.CharBlock()
    why = blocks.TextBlock(rows=1, required=False, label=gettext_lazy("Feedback"))

    class Meta:
        label_format = "{left}"


class MatchCheck(Check):
    style = "match"
    text = blocks.TextBlock(rows=2, label=gettext_lazy("Question"))
    pairs = blocks.ListBlock(Pair(), min_num=2, max_num=8)
    why = blocks.TextBlock(rows=2, required=False, label=gettext_lazy("Shown after any answer"))


class ShortCheck(Check):
    style = "short"
    text = blocks.TextBlock(rows=2, label=gettext_lazy("Question"))
    accept = blocks.ListBlock(
        blocks.CharBlock(max_length=120),
        min_num=1,
        help_text=gettext_lazy("Every wording that is right."),
    )
    also = blocks.ListBlock(
        blocks.CharBlock(max_length=500),
        default=[],
        required=False,
        label=gettext_lazy("Also accepted"),
        help_text=gettext_lazy(
            "Wordings that count as well. What people have answered stays as it is."
        ),
    )
    hint = blocks.CharBlock(required=False)
    why = blocks.TextBlock(rows=2, label=gettext_lazy("Feedback"))

    def plain(self, value):
        said = as_plain(value)
        return said if said.get("also") else {n: v for n, v in said.items() if n != "also"}


class Way(blocks.StructBlock):
    text = blocks.TextBlock(rows=1)
    goes = blocks.CharBlock(
        required=False,
        help_text=gettext_lazy("The key of the step it leads to. Empty: the story ends."),
    )
    right = blocks.BooleanBlock(
        required=False, label=gettext_lazy("This is what a good advocate does")
    )
    why = blocks.TextBlock(rows=1, label=gettext_lazy("Feedback"))

    class Meta:
        label_format = "{text}"


class Step(blocks.StructBlock):
    key = blocks.CharBlock(max_length=40)
    text = blocks.TextBlock(rows=3)
    choices = blocks.ListBlock(Way(), min_num=1, max_num=6)


class ScenarioCheck(Check):
    style = "scenario"
    text = blocks.TextBlock(rows=2, label=gettext_lazy("How it begins"))
    steps = blocks.ListBlock(
        Step(),
        min_num=1,
        max_num=12,
        help_text=gettext_lazy("The first step is where the reader starts."),
    )
    why = blocks.TextBlock(rows=2, required=False, label=gettext_lazy("Shown at the end"))


# ---- where an overlay meets its core ----


class Gap(blocks.StructBlock):
    """A place in a core that each nation fills."""

    name = blocks.RegexBlock(
        regex=r"^[a-z0-9-]{1,40}$",
        error_messages={"invalid": gettext_lazy("Use small letters, digits and hyphens.")},
    )
    label = blocks.CharBlock(help_text=gettext_lazy("What each nation says here."))

    class Meta:
        icon = "globe"
        label = gettext_lazy("Gap for the nations")


class Fill(blocks.StructBlock):
    """From here to the next one, the blocks go into this gap of the core."""

    gap = blocks.CharBlock(help_text=gettext_lazy("The name of a gap in the core."))

    class Meta:
        icon = "globe"
        label = gettext_lazy("Goes into the gap")
