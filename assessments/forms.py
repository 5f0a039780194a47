"""What people type into this room; each form says what is wrong in words that say what to do."""

from django import forms
from django.db.models import Q
from django.utils.html import format_html

from cohorts.models import Cohort
from lms.kit import codes


class HandInForm(forms.Form):
    """A file, a note, and two declarations."""

    file = forms.FileField(
        label="Your work",
        allow_empty_file=True,
        max_length=None,
        help_text="One PDF or Word (.docx) file, up to 20 MB. Leave your name out of it: your markers see a number.",
        error_messages={
            "required": "Choose the file you want to hand in.",
            "missing": "Choose the file you want to hand in.",
        },
    )
    note = forms.CharField(
        label="A note to the programme office",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Your markers do not see this.",
        error_messages={
            "max_length": "This note has %(show_value)d characters; there is room for %(limit_value)d."
        },
    )
    is_anonymised = forms.BooleanField(
        label="No one I write about can be recognised: people are invented, or every telling detail is changed.",
        error_messages={
            "required": "Confirm that no one can be recognised. If you are not sure, save your note and ask your tutor."
        },
    )
    is_own = forms.BooleanField(
        label="This is my own work, and I name every source I used.",
        error_messages={"required": "Confirm that the work is yours."},
    )


class MarksForm(forms.Form):
    """A mark for each criterion and one comment. Built from a BlindScript, so it cannot show more."""

    comment = forms.CharField(
        label="Comment for the trainee",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="They read it when the mark is agreed. Say what works, and what would raise the mark.",
        error_messages={
            "required": "Write a comment. The trainee reads it when the mark is agreed.",
            "max_length": "This comment has %(show_value)d characters; there is room for %(limit_value)d.",
        },
    )

    def __init__(self, script, *args, **kwargs):
        self.script = script
        super().__init__(*args, **kwargs)
        for criterion in script.criteria:
            words = f"Give a whole number from 0 to 100 for “{criterion.title}”."
            self.fields[f"mark-{criterion.key}"] = forms.IntegerField(
                label=criterion.title,
                help_text=format_html(
                    '{}<span class="counts">A mark out of 100. It counts {} %.</span>',
                    criterion.description,
                    criterion.weight,
                ),
                min_value=0,
                max_value=100,
                widget=forms.NumberInput(
                    attrs={"inputmode": "numeric", "data-weight": criterion.weight}
                ),
                error_messages={
                    "required": f"Give a mark for “{criterion.title}”.",
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


class ConfirmForm(forms.Form):
    comment = forms.CharField(
        label="Your comment for the board",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="For example: whether the marks fit the standard and the rubric, and what to watch next time.",
        error_messages={"required": "Write a comment for the board before you confirm."},
    )


class ReceiptForm(forms.Form):
    """A receipt number, however it was typed."""

    receipt = forms.CharField(
        label="Receipt number",
        max_length=40,
        help_text="It begins with R, for example R-7K3M-29XR.",
        error_messages={"required": "Enter the receipt number."},
    )

    def clean_receipt(self):
        try:
            return codes.read(self.cleaned_data["receipt"], "R")
        except codes.Misread as misread:
            raise forms.ValidationError(str(misread)) from None


class CallBoardForm(forms.Form):
    cohort = forms.ModelChoiceField(
        Cohort.objects.all(),
        label="Cohort",
        empty_label="Choose a cohort",
        error_messages={"required": "Choose the cohort the board is about."},
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="As the minutes will have it.",
        error_messages={"required": "Give the board a title."},
    )
    meets_on = forms.DateField(
        label="Day it meets",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Say on which day the board meets.",
            "invalid": "Give the day as 12/12/2025.",
        },
    )
    NEWEST = 50  # cohorts to choose from

    def __init__(self, *args, wished="", **kwargs):
        """`wished`: the code of a cohort that can be chosen too, and is; the newest can always be. Every cohort is accepted."""
        super().__init__(*args, **kwargs)
        field, found = self.fields["cohort"], Cohort.objects.all()
        cohorts = list(found[: self.NEWEST + 1])
        sent = (
            str(self.data.get("cohort", "")) if self.is_bound else ""
        )  # what was chosen stays chosen when the form comes back
        asked = Q(code__iexact=wished) | Q(
            pk__in=[int(sent)] if sent.isascii() and sent.isdigit() and len(sent) < 19 else []
        )
        more, cohorts = len(cohorts) > self.NEWEST, cohorts[: self.NEWEST]
        if more:
            there = {cohort.pk for cohort in cohorts}
            cohorts = [cohort for cohort in found.filter(asked) if cohort.pk not in there] + cohorts
            field.help_text = f"The {self.NEWEST} newest cohorts. To call a board on another, open that cohort’s page first."
        field.choices = [("", field.empty_label), *((cohort.pk, str(cohort)) for cohort in cohorts)]
        field.initial = next(
            (cohort.pk for cohort in cohorts if cohort.code.casefold() == wished.casefold()), None
        )


class RatifyForm(forms.Form):
    chair = forms.CharField(
        label="Who chaired the board",
        max_length=200,
        help_text="As the minutes say.",
        error_messages={"required": "Say who chaired the board, as the minutes do."},
    )
