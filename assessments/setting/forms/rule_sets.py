"""By what rules work is judged: what a registrar types, and the same in words."""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime, time

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.fields import Day
from courses.models import Programme
from lms.kit import clock

from .. import judging
from ..actions.rule_sets import LONGEST_REASON
from ..states import ReleaseBy, ReleaseWhen

LABELS = {
    "pass_mark": gettext_lazy("Pass mark"),
    "boundaries": gettext_lazy("Marks at which classes begin"),
    "third_distance": gettext_lazy("Marks apart beyond which two marks do not make one"),
    "disagreement": gettext_lazy("When two marks do not make one"),
    "discussion_days": gettext_lazy("Working days for a discussion of two marks"),
    "rounding": gettext_lazy("Rounding of a module’s mark"),
    "attempts": gettext_lazy("Attempts at each piece, the first among them"),
    "cap": gettext_lazy("What a later attempt counts at most"),
    "attempt_days": gettext_lazy("Days from the decision until another attempt is due"),
    "marking_days": gettext_lazy("Working days for marking"),
    "moderation_days": gettext_lazy("Working days for moderating a sample"),
    "sample_size": gettext_lazy("Size of a moderation sample"),
    "sample_percent": gettext_lazy("Percent of the scripts in the sample"),
    "sample_least": gettext_lazy("Fewest scripts in a sample"),
    "sample_all_below": gettext_lazy("Scripts under which all are moderated"),
    "sample_fails": gettext_lazy("Is every fail in the sample?"),
    "sample_margin": gettext_lazy("Marks from a class boundary that are all in the sample"),
    "sample_markers": gettext_lazy("Is a script of every marker in the sample?"),
    "sample_nations": gettext_lazy("Is a script of every nation in the sample?"),
    "small_group": gettext_lazy("People under which a group is too small"),
    "component_minimum": gettext_lazy("Mark below which a piece fails its module"),
    "compensation_modules": gettext_lazy("Modules that the chair may compensate"),
    "compensation_margin": gettext_lazy("Marks below the pass mark that can be compensated"),
    "late": gettext_lazy("Penalty for late work"),
    "late_step": gettext_lazy("Percent of the mark, or marks, taken off for each day late"),
    "late_zero_after": gettext_lazy("Days late after which work counts 0"),
    "late_cap": gettext_lazy("What late work counts at most"),
    "late_counts": gettext_lazy("Which days count as days late"),
    "late_day_from": gettext_lazy("Time at which a day late ends"),
    "late_grace": gettext_lazy("Days late without a penalty"),
    "late_answers": gettext_lazy("Minutes in which late quiz answers are accepted"),
    "fit_to_sit": gettext_lazy("Fit-to-sit declaration"),
    "closures": gettext_lazy("Days on which the University is closed"),
    "release_by": gettext_lazy("Who releases marks and feedback"),
    "release_when": gettext_lazy("When they can be released"),
    "quorum": gettext_lazy("Members who must be there when a board decides"),
    "quorum_external": gettext_lazy("External member at the board"),
    "classification": gettext_lazy("Classification of the award"),
    "merit": gettext_lazy("Mark from which the award is with merit"),
    "distinction": gettext_lazy("Mark from which the award is with distinction"),
    "class_rounding": gettext_lazy("Rounding of the mean of all modules"),
    "class_share": gettext_lazy("Percent of the credits at or above a class that give it"),
    "rpl_credits": gettext_lazy("Credits that prior learning can give at most"),
    "rpl_years": gettext_lazy("Years that prior learning may be old when the cohort begins"),
    "rpl_experience": gettext_lazy("Credit for learning from experience"),
}
HINTS = {
    "boundaries": gettext_lazy("Whole marks with commas, as 50, 60, 70."),
    "third_distance": gettext_lazy(
        "Two marks that lie in different classes do not make one either."
    ),
    "discussion_days": gettext_lazy("Only where two markers discuss their marks."),
    "sample_size": gettext_lazy("Of work that has one marker. A disagreement draws as many again."),
    "sample_percent": gettext_lazy("Only where the size is a percentage."),
    "sample_margin": gettext_lazy("0: none."),
    "small_group": gettext_lazy(
        "Below it the pages say that markers may guess the author, and statistics are not shown."
    ),
    "rounding": gettext_lazy("Before it is held against the pass mark."),
    "attempts": gettext_lazy("1: a module that is not passed has no other attempt."),
    "cap": gettext_lazy("Empty: no cap."),
    "component_minimum": gettext_lazy(
        "Whatever the other pieces are. 0: none. An assessment can have its own."
    ),
    "compensation_modules": gettext_lazy("0: none. Empty: the chair decides."),
    "compensation_margin": gettext_lazy("Empty: the chair decides."),
    "late": gettext_lazy(
        "It comes first, and the cap of a later attempt after it. Markers do not see it."
    ),
    "late_step": gettext_lazy("Only where the penalty is by percent or by marks."),
    "late_zero_after": gettext_lazy("0: never."),
    "late_cap": gettext_lazy("Only where the penalty is a cap."),
    "late_counts": gettext_lazy(
        "Working days leave out weekends, the days on which the University is closed, and bank holidays of every nation that the trainee studies."
    ),
    "late_day_from": gettext_lazy(
        "In London, as 13:00. Empty: at the time of day at which the work was due."
    ),
    "late_answers": gettext_lazy(
        "After the end of a timed quiz, only for answers that waited on a device without a connection. The site cannot know when they were given; they are shown as late. 0: none."
    ),
    "fit_to_sit": gettext_lazy(
        "What trainees tick when they hand in written work or a portfolio, as “I am well enough to hand this in, and I know that I could have asked for more time instead.” Their receipt and their claims show it. Empty: it is not asked."
    ),
    "closures": gettext_lazy("Besides bank holidays. One day a line, as 29/12/2026."),
    "classification": gettext_lazy(
        "Found when the board confers the award, and never changed afterwards."
    ),
    "merit": gettext_lazy("Only where the award is classified."),
    "distinction": gettext_lazy("Only where the award is classified."),
    "class_rounding": gettext_lazy("Before it is held against the classes of the award."),
    "class_share": gettext_lazy("Only where the better of two rules counts."),
    "rpl_credits": gettext_lazy("Of one person, in all modules. 0: none."),
    "rpl_experience": gettext_lazy(
        "Without an assessment at the time. A course that was only attended gives no credit by itself."
    ),
    "quorum": gettext_lazy("With the chair, and without the secretary. 0: no quorum."),
}
LIMITS = {
    "pass_mark": (1, 100),
    "third_distance": (0, 100),
    "discussion_days": (1, 100),
    "moderation_days": (1, 100),
    "sample_percent": (1, 100),
    "sample_least": (1, 500),
    "sample_all_below": (0, 500),
    "sample_margin": (0, 20),
    "small_group": (2, 50),
    "attempts": (1, 5),
    "cap": (1, 100),
    "attempt_days": (1, 366),
    "marking_days": (1, 100),
    "component_minimum": (0, 100),
    "compensation_modules": (0, 20),
    "compensation_margin": (0, 100),
    "late_step": (0, 100),
    "late_zero_after": (0, 100),
    "late_cap": (0, 100),
    "late_grace": (0, 30),
    "late_answers": (0, 240),
    "quorum": (0, 30),
    "merit": (1, 100),
    "distinction": (1, 100),
    "class_share": (1, 100),
    "rpl_credits": (0, 180),
    "rpl_years": (1, 50),
}
MAY_BE_EMPTY = (
    "cap",
    "compensation_modules",
    "compensation_margin",
    "late_day_from",
    "fit_to_sit",
    "closures",
)
LONGEST = {"closures": 4000, "fit_to_sit": 600}
YES_OR_NO = {judging.YES: gettext_lazy("Yes"), judging.NO: gettext_lazy("No")}
CHOICES = {
    "sample_size": {
        judging.ROOT_OF_SET: gettext_lazy("The square root of the number of scripts"),
        judging.PERCENT_OF_SET: gettext_lazy("A percentage of the scripts"),
    },
    "rpl_experience": YES_OR_NO,
    "sample_fails": YES_OR_NO,
    "sample_markers": YES_OR_NO,
    "sample_nations": YES_OR_NO,
    "disagreement": {
        judging.CALL_THIRD: gettext_lazy("A third marker reads the script"),
        judging.DISCUSS: gettext_lazy(
            "The two markers discuss them; a third reads the script if they do not agree"
        ),
    },
    "release_by": dict(ReleaseBy.choices),
    "release_when": dict(ReleaseWhen.choices),
    "rounding": {
        judging.NO_ROUNDING: gettext_lazy("To two places: 49.5 is not 50"),
        judging.WHOLE: gettext_lazy("To a whole mark, halves up: 49.5 is 50"),
    },
    "late": {
        judging.NO_PENALTY: gettext_lazy("None"),
        judging.PERCENT: gettext_lazy("A percentage of the mark for each day"),
        judging.MARKS: gettext_lazy("Marks for each day"),
        judging.CAP: gettext_lazy("A cap, however late"),
    },
    "late_counts": {
        judging.WORKING: gettext_lazy("Working days"),
        judging.EVERY: gettext_lazy("Every day"),
    },
    "classification": {
        judging.UNCLASSIFIED: gettext_lazy("None"),
        judging.BY_MEAN: gettext_lazy("By the mean of all modules, by their credits"),
        judging.BY_BETTER: gettext_lazy(
            "By that mean or by the credits at or above a class, whichever is better"
        ),
    },
    "class_rounding": {
        judging.NO_ROUNDING: gettext_lazy("To two places: 69.5 is not 70"),
        judging.WHOLE: gettext_lazy("To a whole mark, halves up: 69.5 is 70"),
    },
    "quorum_external": {
        judging.WITHOUT_EXTERNAL: gettext_lazy("Need not be there"),
        judging.WITH_EXTERNAL: gettext_lazy("Must be there"),
    },
}


def in_words(rules: judging.Rules, name: str) -> str:
    """The value of a figure, as pages show it."""
    value = getattr(rules, name)
    if name in CHOICES:
        return str(CHOICES[name][value])
    if name == "closures":
        return ", ".join(_in_figures(day) for day in value) or _("None")
    if name == "fit_to_sit":
        return value or _("Not asked")
    if name == "late_day_from":
        return value or _("When the work was due")
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if value is None:
        return _("No cap") if name == "cap" else _("The chair decides")
    return str(value)


def in_figures(rules: judging.Rules) -> list[dict]:
    """Each figure with its label and value, and whether it is assumed."""
    return [
        {
            "label": label,
            "value": in_words(rules, name),
            "is_assumed": name not in rules.confirmed,
        }
        for name, label in LABELS.items()
    ]


def changes(before: judging.Rules, after: judging.Rules) -> list[dict]:
    """What differs, in words."""
    found = [
        {"label": LABELS[name], "was": in_words(before, name), "value": in_words(after, name)}
        for name in judging.differences(before, after)
        if name in LABELS
    ]
    if set(before.confirmed) != set(after.confirmed):
        found.append(
            {
                "label": _("Confirmed by the University"),
                "was": _names(before.confirmed),
                "value": _names(after.confirmed),
            }
        )
    return found


def _names(confirmed):
    return "; ".join(str(LABELS[n]) for n in LABELS if n in confirmed) or _("None")


class PresetForm(forms.Form):
    """Which public policy fills the form, and for which programme."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        required=False,
        label=gettext_lazy("Programme"),
        empty_label=gettext_lazy("All programmes"),
    )
    preset = forms.ChoiceField(required=False, label=gettext_lazy("Fill the form from"))

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["preset"].choices = [
            ("", _("The rules that are in force")),
            *((one.key, one.source) for one in judging.PRESETS),
        ]


class RuleSetForm(forms.Form):
    """Every figure, the day from which they are in force, and why."""

    in_force_from = Day(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy(
            "Cohorts that start on this day or later are judged by these rules. Those that started before keep theirs."
        ),
    )

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        self.rules_before = rules
        for name, label in LABELS.items():
            self.fields[name] = _field(name, label, rules)
            self.initial.setdefault(name, _initial(name, getattr(rules, name)))
        self.fields["confirmed"] = forms.MultipleChoiceField(
            label=_("Confirmed by the University"),
            required=False,
            choices=list(LABELS.items()),
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Tick what you have in writing. The rest is shown as assumed."),
        )
        self.initial.setdefault("confirmed", list(rules.confirmed))
        self.fields["reason"] = forms.CharField(
            label=_("Why"),
            max_length=LONGEST_REASON,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("As the decision of a committee, with its day."),
            error_messages={"required": _("Say why these rules are set.")},
        )

    def clean_in_force_from(self):
        day = self.cleaned_data["in_force_from"]
        if day < clock.today():
            raise forms.ValidationError(_("Rules are in force from today or a later day."))
        return day

    def clean_boundaries(self):
        words = self.cleaned_data["boundaries"].replace(";", ",").split(",")
        marks = [word.strip() for word in words if word.strip()]
        found = [int(mark) for mark in marks if mark.isascii() and mark.isdigit()]
        if len(found) != len(marks) or not judging.sound_boundaries(found):
            raise forms.ValidationError(
                _("Write whole marks from 1 to 100, each above the last, with commas: 50, 60, 70.")
            )
        return tuple(found)

    def clean_late_day_from(self):
        typed = self.cleaned_data["late_day_from"].strip()
        try:
            return typed and time.fromisoformat(typed).strftime("%H:%M")
        except ValueError:
            raise forms.ValidationError(_("Write the time as 13:00.")) from None

    def clean_fit_to_sit(self):
        return " ".join(self.cleaned_data["fit_to_sit"].split())

    def clean_closures(self):
        days = []
        for line in self.cleaned_data["closures"].split("\n"):
            typed = line.strip()
            try:
                if typed:
                    days.append(datetime.strptime(typed, "%d/%m/%Y").date().isoformat())
            except ValueError:
                raise forms.ValidationError(
                    _("“%(typed)s” is no day. Write one day a line, as 29/12/2026.")
                    % {"typed": typed[:40]}
                ) from None
        return tuple(sorted(set(days)))

    def clean(self):
        data = super().clean()
        by_day = data.get("late") in (judging.PERCENT, judging.MARKS)
        if by_day and not data.get("late_step") and "late_step" not in self.errors:
            self.add_error("late_step", _("Say how much is taken off for each day late."))
        merit, distinction = data.get("merit"), data.get("distinction")
        if merit and distinction and merit >= distinction:
            self.add_error("distinction", _("Distinction begins above merit."))
        return data

    def rules(self) -> judging.Rules:
        figures = {name: self.cleaned_data[name] for name in LABELS}
        confirmed = tuple(n for n in LABELS if n in self.cleaned_data["confirmed"])
        return replace(self.rules_before, **figures, confirmed=confirmed)

    def digest(self) -> str:
        """Of what was checked: anything else is shown again before it is set."""
        text = json.dumps(
            [judging.as_values(self.rules()), str(self.cleaned_data["in_force_from"])],
            sort_keys=True,
        )
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def _in_figures(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


def _initial(name, value):
    if name == "closures":
        return "\n".join(_in_figures(day) for day in value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _field(name, label, rules):
    hint = HINTS.get(name, "")
    if name not in rules.confirmed:
        assumed = _("Assumed: not confirmed by the University.")
        hint = f"{hint} {assumed}".strip()
    if name in CHOICES:
        return forms.ChoiceField(label=label, choices=list(CHOICES[name].items()), help_text=hint)
    if name in LIMITS:
        least, most = LIMITS[name]
        about = {"label": label, "least": least, "most": most}
        fault = _("%(label)s: write a whole number from %(least)s to %(most)s.") % about
        return forms.IntegerField(
            label=label,
            min_value=least,
            max_value=most,
            required=name not in MAY_BE_EMPTY,
            help_text=hint,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), fault),
        )
    return forms.CharField(
        label=label,
        max_length=LONGEST.get(name, 200),
        help_text=hint,
        required=name not in MAY_BE_EMPTY,
        widget=forms.Textarea(attrs={"rows": 4}) if name in LONGEST else forms.TextInput,
        error_messages={"required": _("%(label)s: write it.") % {"label": label}},
    )


class CohortRulesForm(forms.Form):
    """Other rules for one cohort."""

    rule_set = forms.TypedChoiceField(
        label=gettext_lazy("Rule set"),
        coerce=int,
        error_messages={"required": gettext_lazy("Choose the rule set.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why this cohort is judged by other rules.")},
    )

    def __init__(self, *args, rule_sets, **kwargs):
        super().__init__(*args, **kwargs)
        self.rule_sets = {one.number: one for one in rule_sets}
        self.fields["rule_set"].choices = [
            ("", _("Choose a rule set")),
            *(
                (
                    one.number,
                    _("%(number)s, in force from %(day)s")
                    % {"number": one.number, "day": f"{one.in_force_from:%-d %B %Y}"},
                )
                for one in rule_sets
            ),
        ]

    def chosen(self):
        return self.rule_sets[self.cleaned_data["rule_set"]]
