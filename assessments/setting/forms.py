"""What a registrar types about an assessment, a draft of it, and the days of a cohort."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.fields import Day
from courses.models import Module, Provision
from lms.kit.nations import NATIONS
from lms.people.models import Role
from lms.people.roles import holders_of

from .actions.sittings import fingerprint
from .actions.versions import HIGHEST_WORDS, LOWEST_WORDS
from .models import Assessment, Review

SPARE, MOST_ROWS = 2, 40  # criteria: empty rows at the end, and rows at most
LAST_MINUTE = time(17)


def percent(label, **kwargs):
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=100,
        error_messages={
            name: _("Give a whole number from 0 to 100.")
            for name in ("invalid", "min_value", "max_value")
        }
        | {"required": gettext_lazy("Give a whole number from 0 to 100.")},
        **kwargs,
    )


class AssessmentForm(forms.Form):
    module = forms.ModelChoiceField(
        Module.objects.none(),
        label=gettext_lazy("Module"),
        empty_label=gettext_lazy("Choose a module"),
        error_messages={"required": gettext_lazy("Choose the module it belongs to.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=Assessment.kind.field.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is a quiz or written work.")},
    )
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Short and lasting, such as 701-ESSAY. It cannot be changed later."),
        error_messages={
            "invalid": gettext_lazy("Use letters without accents, digits and hyphens."),
            "required": gettext_lazy("Give it a code."),
        },
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("As trainees read it."),
        error_messages={"required": gettext_lazy("Give it a title.")},
    )

    def __init__(self, *args, modules, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = modules
        self.fields["module"].label_from_instance = lambda m: f"{m.code} {m.title}"
        self.fields["weight"] = percent(
            gettext_lazy("Weight"), help_text=_("Percent of the module’s mark.")
        )

    def clean_code(self):
        code = self.cleaned_data["code"].upper()
        if code == "NEW":
            raise forms.ValidationError(_("Choose another code."))
        if Assessment.drafts_too.filter(code=code).exists():
            raise forms.ValidationError(
                _("The code %(code)s is in use already. Choose another.") % {"code": code}
            )
        return code


class TitleForm(forms.Form):
    title = AssessmentForm.base_fields["title"]


class VersionForm(forms.Form):
    """A draft: the brief, and for written work its length and a row for each criterion, with empty ones at the end."""

    weight = percent(
        gettext_lazy("Weight"), help_text=gettext_lazy("Percent of the module’s mark.")
    )
    words = forms.IntegerField(
        label=gettext_lazy("Length in words"),
        required=False,
        min_value=LOWEST_WORDS,
        max_value=HIGHEST_WORDS,
        help_text=gettext_lazy("Leave it empty where no length is asked."),
    )
    brief = forms.CharField(
        label=gettext_lazy("Brief"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "What trainees are asked to do. An empty line begins a new paragraph."
        ),
    )

    def __init__(self, *args, version, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {name: getattr(version, name) for name in ("weight", "words", "brief")}
        self.rows = []
        if version.assessment.is_quiz:
            del self.fields["words"]
            return
        there = list(version.criteria.all())
        count = self._row_count() if self.is_bound else len(there) + SPARE
        for number in range(1, count + 1):
            self._add_row(number, there[number - 1] if number <= len(there) else None)

    def _row_count(self) -> int:
        typed = str(self.data.get("rows", ""))
        return (
            min(int(typed), MOST_ROWS)
            if typed.isascii() and typed.isdigit() and len(typed) < 4
            else 0
        )

    def _add_row(self, number, criterion):
        self.fields |= {
            f"key-{number}": forms.SlugField(
                required=False, max_length=40, widget=forms.HiddenInput
            ),
            f"title-{number}": forms.CharField(
                label=_("Criterion %(number)s") % {"number": number}, required=False, max_length=200
            ),
            f"weight-{number}": percent(_("Percent of the mark"), required=False),
            f"text-{number}": forms.CharField(
                label=_("What markers look for"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            f"drop-{number}": forms.BooleanField(label=_("Remove this criterion"), required=False),
        }
        if criterion and not self.is_bound:
            for name, value in (
                ("key", criterion.key),
                ("title", criterion.title),
                ("weight", criterion.weight),
                ("text", criterion.description),
            ):
                self.initial[f"{name}-{number}"] = value
        self.rows.append(number)

    def lines(self):
        """Each row as the page shows it."""
        return [
            {
                "number": number,
                "key": self[f"key-{number}"],
                "fields": [self[f"{name}-{number}"] for name in ("title", "weight", "text")],
                "drop": self[f"drop-{number}"] if self[f"key-{number}"].value() else None,
            }
            for number in self.rows
        ]

    def head(self):
        return [self[name] for name in ("weight", "words", "brief") if name in self.fields]

    def clean(self):
        given = super().clean()
        keys = [given.get(f"key-{n}") for n in self.rows if given.get(f"key-{n}")]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(_("Load the page again: two criteria have the same key."))
        for number in self.rows:
            if self._is_left_out(number):
                continue
            if not given.get(f"title-{number}") and f"title-{number}" not in self.errors:
                self.add_error(f"title-{number}", _("Name this criterion, or remove it."))
            if given.get(f"weight-{number}") is None and f"weight-{number}" not in self.errors:
                self.add_error(
                    f"weight-{number}", _("Say how many percent of the mark this criterion counts.")
                )
        return given

    def _is_left_out(self, number):
        given = self.cleaned_data
        typed = [self[f"{name}-{number}"].value() for name in ("title", "weight", "text")]
        return given.get(f"drop-{number}") or not any(str(value or "").strip() for value in typed)

    def facts(self) -> dict:
        """As `edit_version` takes them."""
        given = self.cleaned_data
        found = {"weight": given["weight"], "brief": given["brief"].strip()}
        if "words" not in self.fields:
            return found
        return found | {
            "words": given["words"],
            "criteria": [
                {
                    "key": given[f"key-{n}"],
                    "title": given[f"title-{n}"],
                    "weight": given[f"weight-{n}"],
                    "description": given[f"text-{n}"],
                }
                for n in self.rows
                if not self._is_left_out(n)
            ],
        }


CHOICES, MOST_CHOICES = 4, 8


class QuestionForm(forms.Form):
    """One question of a quiz: its choices, and which of them is right."""

    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the question.")},
    )
    nation = forms.ChoiceField(
        label=gettext_lazy("Who is asked"),
        required=False,
        choices=[("", gettext_lazy("Everyone")), *NATIONS.items()],
    )
    why = forms.CharField(
        label=gettext_lazy("Why the right answer is right"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Trainees read it after they have handed in."),
    )
    provision = forms.ModelChoiceField(
        Provision.objects.order_by("key"),
        label=gettext_lazy("The law it rests on"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("No entry of the ledger of law"),
        help_text=gettext_lazy("When that law changes, this question is listed with the change."),
    )

    def __init__(self, *args, question=None, **kwargs):
        super().__init__(*args, **kwargs)
        there = list(question.choices.all()) if question else []
        self.fields["provision"].label_from_instance = lambda law: f"{law.key}: {law.title}"
        self.numbers = range(
            1, min(max(CHOICES, len(there) + 1), max(MOST_CHOICES, len(there))) + 1
        )
        for number in self.numbers:
            self.fields[f"choice-{number}"] = forms.CharField(
                label=_("Choice %(number)s") % {"number": number}, required=False, max_length=400
            )
        self.fields["right"] = forms.ChoiceField(
            label=_("Right answer"),
            choices=[(str(n), _("Choice %(number)s") % {"number": n}) for n in self.numbers],
            widget=forms.RadioSelect,
            error_messages={"required": _("Say which choice is right.")},
        )
        self.order_fields(
            ["text", "nation", *(f"choice-{n}" for n in self.numbers), "right", "why", "provision"]
        )
        if question:
            self.initial = {name: getattr(question, name) for name in ("text", "nation", "why")}
            self.initial["provision"] = question.provision.key if question.provision else ""
            for number, choice in enumerate(there, start=1):
                self.initial[f"choice-{number}"] = choice.text
                if choice.is_right:
                    self.initial["right"] = str(number)

    def clean(self):
        given = super().clean()
        texts = [given.get(f"choice-{n}") for n in self.numbers]
        typed = [text for text in texts if text]
        if len(typed) < 2:
            self.add_error("choice-2", _("Give two choices or more."))
        elif len(set(typed)) < len(typed):
            self.add_error("choice-2", _("Two choices say the same."))
        right = given.get("right")
        if right and not given.get(f"choice-{right}"):
            self.add_error("right", _("The choice you marked as right is empty."))
        return given

    def facts(self) -> dict:
        """As `write_question` takes them."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("text", "nation", "why")},
            "provision": given["provision"].key if given["provision"] else "",
            "choices": [
                {"text": given[f"choice-{n}"], "is_right": given["right"] == str(n)}
                for n in self.numbers
                if given[f"choice-{n}"]
            ],
        }


TIMES = {"opens": "opens_at", "due": "due_at"}
DAYS = {"marking": "marking_due_on", "feedback": "feedback_due_on"}


class DatesForm(forms.Form):
    """One piece of work in one cohort: which version, and its four days."""

    version = forms.ChoiceField(label=gettext_lazy("Version"))
    opens = Day(label=gettext_lazy("Opens on"), required=False)
    opens_time = forms.TimeField(
        label=gettext_lazy("at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Give the time as 09:00.")},
    )
    due = Day(label=gettext_lazy("Due on"), required=False)
    due_time = forms.TimeField(
        label=gettext_lazy("at"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Give the time as 17:00.")},
    )
    marking = Day(label=gettext_lazy("Marking due on"), required=False)
    feedback = Day(label=gettext_lazy("Feedback due on"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, assessment, sitting, versions, **kwargs):
        super().__init__(*args, prefix=assessment.code, **kwargs)
        self.assessment, self.sitting = assessment, sitting
        self.versions = {str(version.pk): version for version in versions}
        self.fields["version"].choices = [
            (key, _("Version %(number)s") % {"number": version.number})
            for key, version in self.versions.items()
        ]
        self.initial = {**_initial_of(sitting), "seen": fingerprint(sitting)}
        self.initial["version"] = (
            str(sitting.version_id) if sitting else next(iter(self.versions), "")
        )

    def is_untouched(self) -> bool:
        """No sitting yet, and none wanted."""
        given = self.cleaned_data
        return (
            self.sitting is None
            and not any(given[name] for name in (*TIMES, *DAYS))
            and (given["version"] == self.initial["version"])
        )

    def clean(self):
        given = super().clean()
        for name in TIMES:
            if given.get(f"{name}_time") and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Give the day too, or clear the time."))
        return given

    def row(self):
        """As `set_sittings` takes it."""
        given = self.cleaned_data
        dates = {DAYS[name]: given[name] for name in DAYS}
        for name, field in TIMES.items():
            hour = given[f"{name}_time"] or (LAST_MINUTE if name == "due" else time(9))
            dates[field] = make_aware(datetime.combine(given[name], hour)) if given[name] else None
        return self.assessment, dates, self.versions[given["version"]], given["seen"]

    def add_refusal(self, refusal):
        fields = {field: name for name, field in (TIMES | DAYS).items()}
        self.add_error(fields.get(getattr(refusal, "name", None)), str(refusal))


def _initial_of(sitting) -> dict:
    """The dates of a sitting as the form's fields have them."""
    found = {}
    for name, field in TIMES.items():
        moment = getattr(sitting, field, None)
        if moment:
            found[name], found[f"{name}_time"] = localtime(moment).date(), localtime(moment).time()
    return found | {name: getattr(sitting, field, None) for name, field in DAYS.items()}


class ReviewForm(forms.Form):
    """The external examiner's answer about a version."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (Review.APPROVED, gettext_lazy("I approve it")),
            (Review.CHANGES, gettext_lazy("I ask for changes")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose whether you approve it or ask for changes.")
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Your words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What should change, or what you want to be on record."),
    )

    def clean(self):
        given = super().clean()
        if given.get("answer") == Review.CHANGES and not given.get("words"):
            self.add_error("words", _("Say what should change."))
        return given


class LeaderForm(forms.Form):
    module = forms.ModelChoiceField(
        Module.objects.none(),
        label=gettext_lazy("Module"),
        empty_label=gettext_lazy("Choose a module"),
        error_messages={"required": gettext_lazy("Choose the module.")},
    )
    person = forms.ChoiceField(
        label=gettext_lazy("Tutor"),
        error_messages={"required": gettext_lazy("Choose the tutor.")},
    )
    starts_on = Day(label=gettext_lazy("From"))

    def __init__(self, *args, modules, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = modules
        self.fields["module"].label_from_instance = lambda m: f"{m.code} {m.title}"
        self.tutors = {str(person.pk): person for person in holders_of(Role.TUTOR)}
        self.fields["person"].choices = [
            ("", _("Choose a tutor")),
            *((key, person.full_name) for key, person in self.tutors.items()),
        ]

    def clean_person(self):
        return self.tutors[self.cleaned_data["person"]]
