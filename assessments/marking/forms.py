"""What a marker types; it says what is wrong in words that say what to do."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .states import REGISTRARS_OWN, Why


class MarksForm(forms.Form):
    """A mark for each criterion and one comment. Built from a BlindScript, so it cannot show more."""

    comment = forms.CharField(
        label=gettext_lazy("Comment for the trainee"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy(
            "They read it when the mark is agreed. Say what works, and what would raise the mark."
        ),
        error_messages={
            "required": gettext_lazy(
                "Write a comment. The trainee reads it when the mark is agreed."
            ),
            "max_length": gettext_lazy(
                "This comment has %(show_value)d characters; there is room for %(limit_value)d."
            ),
        },
    )

    def __init__(self, script, *args, **kwargs):
        self.script = script
        super().__init__(*args, **kwargs)
        for criterion in script.criteria:
            words = _("Give a whole number from 0 to 100 for “%(criterion)s”.") % {
                "criterion": criterion.title
            }
            self.fields[f"mark-{criterion.key}"] = forms.IntegerField(
                label=criterion.title,
                help_text=format_html(
                    _('{}<span class="counts">A mark out of 100. It counts {} %.</span>'),
                    criterion.description,
                    criterion.weight,
                ),
                min_value=0,
                max_value=100,
                widget=forms.NumberInput(
                    attrs={"inputmode": "numeric", "data-weight": criterion.weight}
                ),
                error_messages={
                    "required": _("Give a mark for “%(criterion)s”.")
                    % {"criterion": criterion.title},
                    "invalid": words,
                    "min_value": words,
                    "max_value": words,
                },
            )
        self.order_fields([f"mark-{c.key}" for c in script.criteria] + ["comment"])

    @staticmethod
    def draft_of(script):
        return {
            **{f"mark-{key}": value for key, value in script.marks.items()},
            "comment": script.comment,
        }

    def draft(self):
        """(marks, comment) as a draft can hold them: what is typed and sound, what was saved before where it is not."""
        self.full_clean()
        before, typed = self.draft_of(self.script), self.cleaned_data
        kept = {
            name: typed[name]
            if name in typed
            else before.get(name)
            if self.is_faulty(name)
            else None
            for name in self.fields
        }
        marks = {c.key: kept[f"mark-{c.key}"] for c in self.script.criteria}
        return {key: mark for key, mark in marks.items() if mark is not None}, kept["comment"] or ""

    def is_faulty(self, name):
        """Was something typed that cannot be kept? An empty field of a draft is no fault."""
        return any(fault.code != "required" for fault in self.errors.as_data().get(name, ()))

    def allow_missing(self):
        """Only the faults that keep something from being saved stay."""
        for name in [name for name in self.errors if not self.is_faulty(name)]:
            del self.errors[name]

    def marks(self):
        return {c.key: self.cleaned_data[f"mark-{c.key}"] for c in self.script.criteria}


class DeclineForm(forms.Form):
    """Why a marker gives a script back."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[
            (Why.RECOGNISED, gettext_lazy("I know who wrote it, or think I do")),
            (Why.AWAY, gettext_lazy("I am ill or away")),
            (Why.OTHER, Why.OTHER.label),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The programme office reads this, and chooses another marker."),
        error_messages={"required": gettext_lazy("Choose why you cannot mark this script.")},
    )


class MarkingDayForm(forms.Form):
    """By when somebody marks."""

    due_on = forms.DateField(
        label=gettext_lazy("To be marked by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say by which day it is to be marked."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )


class ReplaceForm(MarkingDayForm):
    """Another marker for a script, and why; the reason is not asked of a script that was given back."""

    marker = forms.ChoiceField(
        label=gettext_lazy("New marker"),
        error_messages={"required": gettext_lazy("Choose the new marker.")},
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[(one, one.label) for one in REGISTRARS_OWN],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The markers and the author are not told why."),
        error_messages={"required": gettext_lazy("Choose why another marker is needed.")},
    )
    field_order = ["marker", "due_on", "why"]

    def __init__(self, *args, markers, asks_why=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["marker"].choices = [("", gettext_lazy("Choose a tutor")), *markers]
        if not asks_why:
            del self.fields["why"]


class CorrectionForm(MarksForm):
    """The marks as they should have been, and what the mistake was."""

    why = forms.CharField(
        label=gettext_lazy("What the mistake was"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The programme office reads this and decides whether the correction counts. The trainee does not see it."
        ),
        error_messages={"required": gettext_lazy("Say what the mistake was.")},
    )


class DeclineCorrectionForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("What to say to the marker"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say to the marker why the marks stand.")},
    )
