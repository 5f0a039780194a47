"""What is typed about surveys: question sets, days, answers, and what was done about them."""

import uuid

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Module
from lms.people.models import Role
from lms.people.roles import has_role

from ..enrolment.models import Cohort
from ..fields import Day, Lines
from .first_version import AGREEMENT
from .leading import modules_led
from .queries import question_sets
from .questions import (
    CHOICE,
    LONGEST_TEXT,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    SCALE,
    SEVERAL,
    TEXT,
)

KINDS = [
    (SCALE, gettext_lazy("A scale of five")),
    (CHOICE, gettext_lazy("One of several answers")),
    (SEVERAL, gettext_lazy("Any of several answers")),
    (TEXT, gettext_lazy("Their own words")),
]


class SurveyForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    cohort = forms.ModelChoiceField(
        label=gettext_lazy("Cohort"),
        queryset=None,
        error_messages={"required": gettext_lazy("Choose the cohort.")},
    )
    module = forms.ModelChoiceField(
        label=gettext_lazy("Module"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("The programme as a whole"),
    )
    question_set = forms.ChoiceField(
        label=gettext_lazy("Question set"),
        error_messages={"required": gettext_lazy("Choose a question set.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=150,
        help_text=gettext_lazy("Trainees see it, for example “How is module 1 going?”."),
        error_messages={"required": gettext_lazy("Enter a title.")},
    )
    opens_on = Day(label=gettext_lazy("First day"))
    closes_on = Day(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Results can be read from the day after."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4
        self.fields["cohort"].queryset = Cohort.objects.order_by("-starts_on", "code")
        modules = Module.objects.order_by("programme_id", "order", "code")
        if not has_role(person, Role.REGISTRAR):
            modules = modules.filter(pk__in=modules_led(person))
            self.fields["module"].required = True
            self.fields["module"].empty_label = None
            self.fields["module"].error_messages["required"] = _("Choose the module.")
        self.fields["module"].queryset = modules
        self.fields["question_set"].choices = [(one.key, one.title) for one in question_sets()]


class LastDayForm(forms.Form):
    closes_on = Day(label=gettext_lazy("Last day"))


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("It stays in the record. Leave out what the text said."),
        error_messages={"required": gettext_lazy("Enter the reason.")},
    )


class ResponseForm(forms.Form):
    you_said = Lines(
        label=gettext_lazy("You said"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "What the answers tell, in your own words. Quote no one, and name no one. Anyone can read it."
        ),
        error_messages={"required": gettext_lazy("Enter what was said.")},
    )
    we_did = Lines(
        label=gettext_lazy("We did"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What changes, for whom and from when; or why it cannot change."),
        error_messages={"required": gettext_lazy("Enter what changes.")},
    )


class AnswerForm(forms.Form):
    """One field for each question of a survey, named by its key."""

    def __init__(self, *args, questions, **kwargs):
        # So that no key of a question is the name of anything else that is sent.
        super().__init__(*args, prefix="a", **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question["key"]] = field_for(question)

    def answers(self) -> dict:
        return {key: value for key, value in self.cleaned_data.items() if value}


def field_for(question) -> forms.Field:
    kind, shared = (
        question["kind"],
        {"label": question["text"], "required": question["is_required"]},
    )
    if kind == TEXT:
        return Lines(
            widget=forms.Textarea(attrs={"rows": 4}),
            max_length=LONGEST_TEXT,
            help_text=_("Name no one, and leave out what could tell who you are."),
            error_messages={"required": _("Write an answer.")},
            **shared,
        )
    choices = [
        (str(place), f"{place + 1}: {words}" if kind == SCALE else words)
        for place, words in enumerate(question["options"])
    ]
    if kind == SEVERAL:
        return forms.MultipleChoiceField(
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Tick all that apply."),
            error_messages={"required": _("Tick at least one answer.")},
            **shared,
        )
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
        **shared,
    )


class SetTitleForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title of the set"),
        max_length=150,
        error_messages={"required": gettext_lazy("Enter a title.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class QuestionForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=300,
        required=False,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=KINDS)
    options = Lines(
        label=gettext_lazy("Answers to choose from"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "One on each line. Of a scale five, from the lowest; left empty, from “Strongly disagree” to “Strongly agree”."
        ),
    )
    is_required = forms.BooleanField(label=gettext_lazy("Needs an answer"), required=False)

    def clean(self):
        data = super().clean()
        if not data.get("text"):
            if data.get("options"):
                self.add_error(
                    "text",
                    _("Enter the question. To leave it out, delete its answers below too."),
                )
            return data
        kind = data.get("kind")
        options = [line.strip() for line in data.get("options", "").split("\n") if line.strip()]
        if kind == TEXT:
            options = []
        elif kind == SCALE:
            options = options or [*AGREEMENT]
            if len(options) != 5:
                self.add_error("options", _("Enter five answers, one on each line."))
        elif not 2 <= len(options) <= MOST_OPTIONS:
            self.add_error(
                "options",
                _("Enter 2 to %(most)s answers, one on each line.") % {"most": MOST_OPTIONS},
            )
        if len(set(options)) < len(options):
            self.add_error("options", _("Two answers are the same. Enter each once."))
        data["lines"] = options
        return data

    def question(self) -> dict | None:
        """As a question set holds it; None for a form that was left empty."""
        data = self.cleaned_data
        if not data.get("text"):
            return None
        return {
            "key": data["key"] or f"q{uuid.uuid4().hex[:10]}",
            "kind": data["kind"],
            "text": data["text"],
            "is_required": data["is_required"],
            "options": data["lines"],
        }


class BaseQuestions(BaseFormSet):
    def clean(self):
        keys = [
            form.cleaned_data.get("key") for form in self.forms if form.cleaned_data.get("text")
        ]
        keys = [key for key in keys if key]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("This page is out of date. Open it again."))

    def questions(self) -> list[dict]:
        """In their order: a question with a number is moved there, one without its text is left out."""
        found = [
            (form.cleaned_data.get("ORDER") or place, question)
            for place, form in enumerate(self.forms, 1)
            if (question := form.question())
        ]
        return [question for _place, question in sorted(found, key=lambda pair: pair[0])]


Questions = formset_factory(
    QuestionForm,
    formset=BaseQuestions,
    extra=2,
    can_order=True,
    max_num=MOST_QUESTIONS,
    absolute_max=MOST_QUESTIONS + 2,
    validate_max=True,
)


def initial_of(questions) -> list[dict]:
    return [{**question, "options": "\n".join(question["options"])} for question in questions]
