"""What a marker types; it says what is wrong in words that say what to do."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...setting.rubric import WHOLE, is_mark, level_of, middle_of, read_mark, what_to_type
from ...setting.scale import in_figures


class MarkField(forms.CharField):
    """A mark for one criterion, as text: a browser would drop what is no number, and here it is refused where it stands."""

    def __init__(self, criterion, step):
        self.title, self.step = criterion.title, step
        super().__init__(
            label=criterion.title,
            help_text=format_html(
                _('{}<span class="counts">A mark out of 100. It counts {} %.</span>'),
                criterion.description,
                criterion.counts,
            ),
            widget=forms.TextInput(
                attrs={
                    "inputmode": "numeric" if step == WHOLE else "decimal",
                    "data-weight": criterion.weight,
                    "size": 5,
                }
            ),
            error_messages={
                "required": _("Give a mark for “%(criterion)s”.") % {"criterion": criterion.title}
            },
        )

    def clean(self, value):
        typed = super().clean(value)
        try:
            return read_mark(typed, self.step)
        except ValueError:
            raise forms.ValidationError(
                what_to_type(self.title, typed, self.step), code="invalid"
            ) from None


def _lies_in(level, mark):
    return level_of((level,), mark) is level


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

    def __init__(self, script, data=None, **kwargs):
        self.script = script
        super().__init__(None if data is None else self._with_levels(data), **kwargs)
        for criterion in script.criteria:
            self.fields[f"mark-{criterion.key}"] = MarkField(criterion, script.step)
        self.order_fields([f"mark-{c.key}" for c in script.criteria] + ["comment"])

    def _with_levels(self, data):
        """A level that was chosen proposes its middle mark, where none is typed or the one that was saved before still stands there."""
        typed = dict(data.items())
        for criterion in self.script.criteria:
            name, level = f"mark-{criterion.key}", self._chosen(criterion, typed)
            mark, saved = str(typed.get(name, "")).strip(), self.script.marks.get(criterion.key)
            if level and (not mark or (mark == str(saved) and not _lies_in(level, mark))):
                typed[name] = str(middle_of(level, self.script.step))
        return typed

    @staticmethod
    def _chosen(criterion, typed):
        place = str(typed.get(f"level-{criterion.key}", ""))
        places = {str(place): level for place, level in enumerate(criterion.levels)}
        return places.get(place)

    def clean(self):
        given = super().clean()
        for criterion in self.script.criteria:
            name, level = f"mark-{criterion.key}", self._chosen(criterion, self.data)
            mark = given.get(name)
            if level and mark is not None and not _lies_in(level, mark):
                about = {
                    "mark": in_figures(mark),
                    "low": in_figures(level.mark_from),
                    "high": in_figures(level.mark_to),
                    "criterion": criterion.title,
                }
                words = _(
                    "You chose the level from %(low)s to %(high)s for “%(criterion)s”, and %(mark)s is not in it. Change the mark or the level."
                )
                self.add_error(name, forms.ValidationError(words % about, code="other_level"))
        return given

    def criteria(self):
        """Each criterion with its field and its levels, as the desk shows them; of a quiz, with the essay it is the mark of."""
        essays = {one.key: one for one in self.script.essays}
        return [
            {
                "criterion": one,
                "field": self[f"mark-{one.key}"],
                "levels": self._levels(one),
                "essay": essays.get(one.key),
            }
            for one in self.script.criteria
        ]

    def _levels(self, criterion):
        value = self[f"mark-{criterion.key}"].value()
        step = self.script.step
        mark = value if is_mark(value, step) else None
        current = level_of(criterion.levels, mark)
        return [
            {
                "level": level,
                "place": place,
                "middle": middle_of(level, step),
                "is_current": level is current,
            }
            for place, level in enumerate(criterion.levels)
        ]

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


class RemarkForm(forms.Form):
    """A comment at a page or paragraph of a script; part of the desk's form, with names of its own."""

    remark_place = forms.IntegerField(
        min_value=1,
        max_value=99_999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5}),
    )
    remark_text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "data-pending": True}),
        error_messages={"required": gettext_lazy("Write a comment for this place.")},
    )

    def __init__(self, script, *args, **kwargs):
        super().__init__(*args, **kwargs)
        place, words = self.fields["remark_place"], _("Give the number of a page, such as 3.")
        place.label = _("Page") if script.is_pdf else _("Paragraph")
        if not script.is_pdf:
            words = _("Give the number of a paragraph, such as 3.")
        names = ("required", "invalid", "min_value", "max_value")
        place.error_messages |= dict.fromkeys(names, words)


class SnippetForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Phrase"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the phrase.")},
    )


class MarkSheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The sheet with your marks"),
        help_text=gettext_lazy("The Excel workbook (.xlsx) that came with the scripts."),
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": gettext_lazy("Choose the sheet."),
            "max_length": gettext_lazy("Give the file a shorter name."),
        },
    )


class DeclineCorrectionForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("What to say to the marker"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say to the marker why the marks stand.")},
    )


class ProposalForm(forms.Form):
    """A mark and a reason for each criterion, for the other marker. Built from a BlindScript."""

    def __init__(self, script, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = script.criteria
        for criterion in script.criteria:
            self.fields[f"mark-{criterion.key}"] = MarkField(criterion, script.step)
            about = {"criterion": criterion.title}
            self.fields[f"reason-{criterion.key}"] = forms.CharField(
                label=_("Reason for “%(criterion)s”") % about,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("Give a reason for “%(criterion)s”.") % about},
            )

    def marks(self):
        return {c.key: self.cleaned_data[f"mark-{c.key}"] for c in self.criteria}

    def reasons(self):
        return {c.key: self.cleaned_data[f"reason-{c.key}"] for c in self.criteria}


class AnswerForm(forms.Form):
    """What a marker answers to a proposal: agreed or not, it has a reason."""

    answer = forms.CharField(
        label=gettext_lazy("Your reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The other marker reads it. It stays with the mark. The trainee does not see it."
        ),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )


class EndDiscussionForm(forms.Form):
    """Why no mark can be agreed."""

    why = forms.CharField(
        label=gettext_lazy("Why no mark can be agreed"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why no mark can be agreed.")},
    )


class VerdictForm(forms.Form):
    """What a moderator thinks of a single mark."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Is the mark right?"),
        choices=[
            ("agree", gettext_lazy("I agree with the mark")),
            ("disagree", gettext_lazy("I do not agree with the mark")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether you agree with the mark.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Your reasons"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "The programme office reads them. The marker does not see your name."
        ),
        error_messages={"required": gettext_lazy("Give your reasons.")},
    )


class TakeBackForm(forms.Form):
    """Why a moderator says anew what they think of a mark."""

    why = forms.CharField(
        label=gettext_lazy("Why you take it back"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It is recorded. The programme office can read it."),
        error_messages={"required": gettext_lazy("Say why you take it back.")},
    )


class TutorForm(forms.Form):
    """One tutor of those who can be chosen."""

    person = forms.ChoiceField(
        label=gettext_lazy("Tutor"), error_messages={"required": gettext_lazy("Choose a tutor.")}
    )

    def __init__(self, *args, people, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["person"].label = label
        self.fields["person"].choices = [
            ("", _("Choose a tutor")),
            *((key, one.full_name) for key, one in self.people.items()),
        ]

    def chosen(self):
        return self.people[self.cleaned_data["person"]]
