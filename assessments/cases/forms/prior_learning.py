"""What a trainee claims for prior learning, and what the office, an academic and a board answer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.fields import Day

from ..states import Opinion, PriorKind

ATTENDED = "attended"


def _text(label, most, rows=0, **kwargs):
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput
    return forms.CharField(label=label, max_length=most, widget=widget, **kwargs)


class PriorClaimForm(forms.Form):
    module = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Which module?"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=gettext_lazy("One module in each claim. For another module, make another claim."),
        error_messages={"required": gettext_lazy("Choose the module.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What does your claim rest on?"),
        choices=[
            *PriorKind.choices,
            (ATTENDED, gettext_lazy("A course that I attended without being assessed")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what your claim rests on.")},
    )
    title = _text(
        gettext_lazy("What did you learn?"),
        200,
        help_text=gettext_lazy("The title of the course or module, or what the experience was."),
        error_messages={
            "required": gettext_lazy("Enter the title of the course, or the experience.")
        },
    )
    provider = _text(
        gettext_lazy("Where?"),
        200,
        help_text=gettext_lazy("The university, college or organisation."),
        error_messages={"required": gettext_lazy("Enter where you learned it.")},
    )
    ended_on = Day(label=gettext_lazy("When did it end?"))
    award = _text(
        gettext_lazy("Credits and level there, if it had any"),
        200,
        required=False,
        help_text=gettext_lazy("As “20 credits at level 7”."),
    )
    words = _text(
        gettext_lazy("How does it meet what this module teaches?"),
        4000,
        6,
        help_text=gettext_lazy(
            "Compare it with the outcomes of the module. Do not name clients, and you need not tell anything that happened to you."
        ),
        error_messages={"required": gettext_lazy("Say how it meets what the module teaches.")},
    )

    def __init__(self, *args, modules, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["module"]
        field.queryset = modules
        field.label_from_instance = lambda one: (
            _("%(title)s (%(credits)s credits)")
            % {
                "title": one.title,
                "credits": one.credits,
            }
        )

    def clean_kind(self):
        kind = self.cleaned_data["kind"]
        if kind == ATTENDED:
            raise forms.ValidationError(
                _(
                    "Attending a course without being assessed gives no credit. If you have used what you learned there, choose “from experience”, say how, and add the certificate of attendance as evidence."
                )
            )
        return kind


class ReplyForm(forms.Form):
    reply = _text(
        gettext_lazy("Your answer"),
        4000,
        5,
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


class PriorEvidenceForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("A file"),
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "One PDF, Word (.docx) file or photograph (.jpg, .png), up to 20 MB: a certificate, a transcript, a syllabus, a letter of your employer."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file you want to send."),
            "missing": gettext_lazy("Choose the file you want to send."),
        },
    )


class QuestionForm(forms.Form):
    question = _text(
        gettext_lazy("What do you need to know from the trainee?"),
        2000,
        4,
        error_messages={"required": gettext_lazy("Say what you need to know.")},
    )


class AcademicForm(forms.Form):
    academic = forms.TypedChoiceField(
        label=gettext_lazy("Who recommends?"),
        coerce=int,
        help_text=gettext_lazy(
            "Tutors who were not given work of this trainee. Whoever recommends is given none from then on, and does not decide."
        ),
        error_messages={"required": gettext_lazy("Choose who recommends.")},
    )

    def __init__(self, *args, academics, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {one.pk: one for one in academics}
        self.fields["academic"].choices = [
            ("", _("Choose a tutor")),
            *(
                (
                    one.pk,
                    _("%(name)s, leads the module") % {"name": one.full_name}
                    if one.is_leader
                    else one.full_name,
                )
                for one in academics
            ),
        ]

    def chosen(self):
        return self.people[self.cleaned_data["academic"]]


class OpinionForm(forms.Form):
    opinion = forms.ChoiceField(
        label=gettext_lazy("What do you recommend?"),
        choices=Opinion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you recommend.")},
    )
    words = _text(
        gettext_lazy("Why? The board reads this."),
        2000,
        5,
        help_text=gettext_lazy("Compare the learning with the outcomes of the module."),
        error_messages={"required": gettext_lazy("Say to the board why.")},
    )


class PriorDecisionForm(forms.Form):
    CHAIR = "chair"
    outcome = forms.ChoiceField(
        label=gettext_lazy("What was decided?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what was decided.")},
    )
    by_whom = forms.ChoiceField(
        label=gettext_lazy("Who decided?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who decided.")},
    )
    chair = _text(
        gettext_lazy("Name of the chair"),
        200,
        error_messages={"required": gettext_lazy("Enter the name of the chair.")},
    )
    decided_on = Day(
        label=gettext_lazy("Day of the chair’s action"),
        required=False,
        help_text=gettext_lazy("Only for a decision by chair’s action."),
    )
    reason = _text(
        gettext_lazy("Why, in words to the trainee"),
        1000,
        4,
        required=False,
        help_text=gettext_lazy(
            "Needed where it is not granted, or where it takes the place of an earlier decision."
        ),
    )

    def __init__(self, *args, claim, boards, **kwargs):
        super().__init__(*args, **kwargs)
        self.boards = {str(one.pk): one for one in boards}
        self.fields["outcome"].choices = [
            (
                "grant",
                _("Granted: %(credits)s credits, without a mark")
                % {"credits": claim.module.credits},
            ),
            ("refuse", _("Not granted")),
        ]
        self.fields["by_whom"].choices = [
            *((key, f"{one.title}, {one.meets_on:%-d %B %Y}") for key, one in self.boards.items()),
            (self.CHAIR, _("The chair alone, by chair’s action")),
        ]

    def clean(self):
        data = super().clean() or {}
        if data.get("by_whom") == self.CHAIR and not data.get("decided_on"):
            if "decided_on" not in self.errors:
                self.add_error("decided_on", _("Give the day on which the chair decided."))
        if data.get("outcome") == "refuse" and not data.get("reason"):
            self.add_error("reason", _("Say to the trainee why."))
        return data

    def decision(self) -> dict:
        """As the action takes it."""
        data = self.cleaned_data
        board = self.boards.get(data["by_whom"])
        return {
            "is_granted": data["outcome"] == "grant",
            "chair": data["chair"],
            "reason": data["reason"],
            "board": board,
            "decided_on": None if board else data["decided_on"],
        }
