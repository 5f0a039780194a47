"""What is typed about an assessment and a draft of it."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Module

from ..actions.versions import HIGHEST_WORDS, LOWEST_WORDS, MOST_MINUTES, MOST_QUESTIONS
from ..models import Assessment, AssessmentVersion
from ..outcomes import choices_for, name_of, named
from ..queries import rubric_of
from ..states import SubmissionType
from .items import OF_PORTFOLIO, ItemRows, portfolio_fields
from .levels import LevelRows, row_count
from .own_rules import OF_RULES, OwnRulesForm

DRAW = re.compile(r"([0-9]{1,3})\s+(?:of\s+)?(\S.{0,59})")
SPARE, MOST_ROWS = 2, 40  # criteria: empty rows at the end, and rows at most


def percent(label, **kwargs):
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=100,
        error_messages={
            name: gettext_lazy("Give a whole number from 0 to 100.")
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
        error_messages={
            "required": gettext_lazy("Choose whether it is a quiz, written work or a portfolio.")
        },
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


class VersionForm(OwnRulesForm):
    """A draft: the brief; for a quiz how many questions are asked; for written work its length and a row for each criterion, with empty ones at the
    end; for a portfolio besides those its hours, reflections and items."""

    OF_QUIZ = ("asks", "draws", "shuffles_choices", "minutes")
    OF_MARKERS = ("scheme", "names_author", "step", "takes_recordings", "chooses_subject")
    OF_WORK = ("takes_recordings", "names_author", "chooses_subject")
    HEAD = (
        "weight",
        "minimum",
        "must_pass",
        *OF_RULES,
        "words",
        "submission_type",
        "brief",
        *OF_MARKERS,
        *OF_QUIZ,
    )

    weight = percent(
        gettext_lazy("Weight"), help_text=gettext_lazy("Percent of the module’s mark.")
    )
    minimum = percent(
        gettext_lazy("Minimum mark"),
        required=False,
        help_text=gettext_lazy(
            "Below it the module is not passed, whatever the other pieces are. Empty: as the cohort’s rules say."
        ),
    )
    must_pass = forms.BooleanField(
        label=gettext_lazy("The module is not passed without a pass in this"), required=False
    )
    words = forms.IntegerField(
        label=gettext_lazy("Length in words"),
        required=False,
        min_value=LOWEST_WORDS,
        max_value=HIGHEST_WORDS,
        help_text=gettext_lazy("Leave it empty where no length is asked."),
    )
    submission_type = forms.ChoiceField(
        label=gettext_lazy("How it is handed in"),
        required=False,
        choices=SubmissionType.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Text is typed on the page and saved while it is typed. Markers read it as a Word file."
        ),
        error_messages={"invalid_choice": gettext_lazy("Choose how work is handed in.")},
    )
    asks = forms.IntegerField(
        label=gettext_lazy("Questions each trainee is asked"),
        required=False,
        min_value=1,
        max_value=MOST_QUESTIONS,
        help_text=gettext_lazy(
            "They are drawn at random when an attempt begins. A later attempt gets other questions as far as there are more. Leave it empty to ask all."
        ),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Give a whole number from 1, or leave it empty."),
        ),
    )
    draws = forms.CharField(
        label=gettext_lazy("Of those, how many with a tag"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "A number and a tag on each line, such as “3 of hard” or “2 of LO1”. The rest is drawn from questions with none of these tags. Leave it empty to draw from all."
        ),
    )
    shuffles_choices = forms.BooleanField(
        label=gettext_lazy("Put each question’s choices in a random order"), required=False
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Time allowed in minutes"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy(
            "Counted from when a trainee begins; what is saved by its end is handed in. Extra time of a trainee is added. Leave it empty for no limit."
        ),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Give a whole number of minutes, or leave it empty."),
        ),
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

    scheme = forms.ChoiceField(
        label=gettext_lazy("Who marks a script"),
        required=False,
        choices=AssessmentVersion.SCHEMES,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "With one marker, another tutor checks a sample of the marks by the rules of the cohort before any is released."
        ),
        error_messages={"invalid_choice": gettext_lazy("Choose how scripts are marked.")},
    )
    step = forms.TypedChoiceField(
        label=gettext_lazy("How markers give marks"),
        required=False,
        coerce=Decimal,
        empty_value=None,
        choices=AssessmentVersion.STEPS,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy("Choose whether marks are whole, or whole and half.")
        },
    )

    names_author = forms.BooleanField(
        label=gettext_lazy("Markers see who wrote it (not anonymous)"),
        required=False,
        help_text=gettext_lazy(
            "Only where the author cannot be hidden, such as a recorded presentation. Trainees are told before they hand in. External examiners and exam boards still see numbers."
        ),
    )
    takes_recordings = forms.BooleanField(
        label=gettext_lazy("Markers can give spoken feedback"),
        required=False,
        help_text=gettext_lazy(
            "Markers are not named to trainees. A voice can tell who they are. What is said is always given in writing too."
        ),
    )

    chooses_subject = forms.BooleanField(
        label=gettext_lazy("Each author chooses a subject of their own"),
        required=False,
        help_text=gettext_lazy(
            "A subject can tell a marker who wrote the work. The pages on which scripts are allocated say so, and no statistics of its marks are shown."
        ),
    )

    def __init__(self, *args, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.step = version.step
        names = (*self.HEAD, *OF_PORTFOLIO)
        if not self.is_bound:
            self.initial = {name: getattr(version, name) for name in names}
            self.initial["draws"] = "\n".join(
                f"{one['count']} of {one['tag']}" for one in version.draws
            )
        self.rows, self.levels, self.items = [], {}, None
        self.module, self.criteria = version.assessment.module, {}
        if version.assessment.is_quiz:
            for name in ("words", "submission_type", *self.OF_WORK):
                del self.fields[name]
            self.fields["scheme"].label = _("Who marks essays")
            self.fields["scheme"].help_text = _(
                "For a quiz that asks essays. The essays of one attempt are one script. With one marker, another tutor checks a sample of the marks before any is released."
            )
            self.fields["step"].label = _("How markers give marks for essays")
            return
        for name in self.OF_QUIZ:
            del self.fields[name]
        if version.assessment.is_portfolio:
            del self.fields["words"], self.fields["submission_type"]
            self.fields |= portfolio_fields()
            self.items = ItemRows(self, version.items.all())
        there = rubric_of(version)
        self.criteria = {one.key: one for one in there}
        count = row_count(self.data.get("rows"), MOST_ROWS) if self.is_bound else len(there) + SPARE
        for number in range(1, count + 1):
            self._add_row(number, there[number - 1] if number <= len(there) else None)

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
        self._add_outcomes(number, criterion)
        self.levels[number] = LevelRows(self, number, criterion.levels.all() if criterion else ())
        self.rows.append(number)

    def _add_outcomes(self, number, criterion):
        """A page that does not say that it showed them leaves them as they are."""
        name = f"outcomes-{number}"
        there = self.criteria.get(self.data.get(f"key-{number}")) if self.is_bound else criterion
        if choices := choices_for(self.module, there):
            self.fields[name] = forms.MultipleChoiceField(
                label=_("Learning outcomes it assesses"),
                required=False,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                error_messages={
                    "invalid_choice": _(
                        "The learning outcomes of the module have changed since this page was opened. Choose again."
                    )
                },
            )
        if criterion and not self.is_bound:
            self.initial[name] = [name_of(one) for one in criterion.outcomes]

    def _outcomes(self, number) -> dict:
        """As a criterion of `edit_version` takes them."""
        name, criterion = f"outcomes-{number}", self.criteria.get(self.data.get(f"key-{number}"))
        if name not in self.fields or f"{name}-shown" not in self.data:
            return {}
        return {"outcomes": named(self.cleaned_data[name], self.module, criterion)}

    def lines(self):
        """Each row as the page shows it."""
        return [
            {
                "number": number,
                "key": self[f"key-{number}"],
                "fields": [self[f"{name}-{number}"] for name in ("title", "weight", "text")],
                "levels": self.levels[number],
                "outcomes": self[f"outcomes-{number}"]
                if f"outcomes-{number}" in self.fields
                else None,
                "drop": self[f"drop-{number}"] if self[f"key-{number}"].value() else None,
            }
            for number in self.rows
        ]

    def head(self):
        return [self[name] for name in (*self.HEAD, *OF_PORTFOLIO) if name in self.fields]

    def clean_draws(self):
        found = {}
        for line in filter(None, map(str.strip, self.cleaned_data["draws"].splitlines())):
            read = DRAW.fullmatch(line)
            if read is None or not 1 <= int(read[1]) <= MOST_QUESTIONS:
                raise forms.ValidationError(
                    _("“%(line)s”: write a number and a tag, such as “3 of hard”.")
                    % {"line": line[:60]}
                )
            tag = " ".join(read[2].split())
            if tag.casefold() in found:
                raise forms.ValidationError(
                    _("“%(tag)s” stands on two lines. Leave it on one.") % {"tag": tag}
                )
            found[tag.casefold()] = {"tag": tag, "count": int(read[1])}
        return list(found.values())

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
            self.levels[number].check(given.get("step") or self.step)
        if self.items is not None:
            self.items.check()
        return given

    def _is_left_out(self, number):
        given = self.cleaned_data
        typed = [self[f"{name}-{number}"].value() for name in ("title", "weight", "text")]
        is_empty = not any(str(value or "").strip() for value in typed)
        is_empty = is_empty and not given.get(f"outcomes-{number}")
        return given.get(f"drop-{number}") or (is_empty and not self.levels[number].typed())

    def facts(self) -> dict:
        """As `edit_version` takes them."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("weight", "minimum", "must_pass", *OF_RULES)}
        found["brief"] = given["brief"].strip()
        found |= {name: given[name] for name in ("step", "scheme") if given.get(name)}
        if "asks" in self.fields:
            return found | {name: given[name] for name in self.OF_QUIZ}
        found |= {name: given[name] for name in self.OF_WORK}
        if given.get("submission_type"):
            found["submission_type"] = given["submission_type"]
        if self.items is not None:
            found |= {name: given[name] for name in OF_PORTFOLIO} | self.items.facts()
        return found | {
            "words": given.get("words"),
            "criteria": [
                {
                    "key": given[f"key-{n}"],
                    "title": given[f"title-{n}"],
                    "weight": given[f"weight-{n}"],
                    "description": given[f"text-{n}"],
                    **self.levels[n].facts(),
                    **self._outcomes(n),
                }
                for n in self.rows
                if not self._is_left_out(n)
            ],
        }
