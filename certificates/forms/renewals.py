"""A log, a renewal, and the Hub's rules with what they would change."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from cohorts.organisations.models import Organisation
from lms.kit import clock, nations
from lms.kit.codes import Misread

from ..accreditation.facts import months_after
from ..accreditation.rule_book import Rules
from ..accreditation.sentences import in_words
from ..actions.scheme_rules import LIMITS
from ..checking.questions import numbers_meant
from .checks import PLAIN_TYPING, day_field, hub_words


class CpdLogForm(forms.Form):
    """An entry of one's own log."""

    on_day = day_field(label=gettext_lazy("Day"))
    hours = forms.DecimalField(
        label=gettext_lazy("How long, in hours"),
        min_value=0.25,
        max_value=24,
        decimal_places=2,
        help_text=gettext_lazy("Such as 1.5 for an hour and a half."),
        error_messages={
            "required": gettext_lazy("Write how long it took."),
            "invalid": gettext_lazy("Write a number of hours, such as 1.5."),
            "min_value": gettext_lazy("A quarter of an hour is the least."),
            "max_value": gettext_lazy("An entry lasts a day at most. Write one for each day."),
            "max_decimal_places": gettext_lazy("Write hours with two decimals at most."),
            "max_digits": gettext_lazy("Write a number of hours, such as 1.5."),
            "max_whole_digits": gettext_lazy(
                "An entry lasts a day at most. Write one for each day."
            ),
        },
    )
    what = forms.CharField(
        label=gettext_lazy("What it was"),
        max_length=300,
        help_text=gettext_lazy("A course, a book, a case talked over, a visit."),
        error_messages={"required": gettext_lazy("Write what it was.")},
    )
    learnt = forms.CharField(
        label=gettext_lazy("What you take from it"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Only you read this, a peer you ask, and the Hub if your log is drawn. Name no survivor."
        ),
        error_messages={"required": gettext_lazy("Write what you take from it.")},
    )

    def clean_on_day(self):
        day = self.cleaned_data["on_day"]
        if day > clock.today():
            raise forms.ValidationError(
                _("Record it once it has happened: that day has not come yet.")
            )
        return day

    def entry_fields(self) -> dict:
        data = self.cleaned_data
        return {
            "on_day": data["on_day"],
            "minutes": round(data["hours"] * 60),
            "what": data["what"],
            "learnt": data["learnt"],
        }


class PeerForm(forms.Form):
    """A colleague by number and family name; whether they exist is not said."""

    number = forms.CharField(
        label=gettext_lazy("Their IMSA number"),
        max_length=40,
        widget=forms.TextInput(attrs=PLAIN_TYPING),
    )
    surname = forms.CharField(
        label=gettext_lazy("Their family name"),
        max_length=150,
        widget=forms.TextInput(attrs=PLAIN_TYPING),
    )

    def clean_number(self):
        try:
            numbers_meant(self.cleaned_data["number"])
        except Misread as misread:
            raise forms.ValidationError(str(misread)) from None
        return self.cleaned_data["number"]


class PeerDiscussionForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Anything you want to add"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Your colleague reads it, and the Hub if the log is drawn. Name no survivor."
        ),
    )


class RenewalForm(forms.Form):
    statement = forms.CharField(
        label=gettext_lazy("Your practice in this term"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "What you did as an advocate, what went well, what you would do otherwise. Name no survivor. Only the Hub reads it."
        ),
    )
    is_declared = forms.BooleanField(
        label=gettext_lazy(
            "I declare that nothing I know of stands against my practising as an advocate, and that what I wrote is true"
        ),
        required=False,
    )


class CpdLogWordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("About the log"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only Hub officers read this."),
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is not granted"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        help_text=gettext_lazy("The person reads this, so that they know what to do."),
        error_messages={"required": gettext_lazy("Write down why. The person reads it.")},
    )


# ---- the Hub's rules ----

RULE_LABELS = {
    "years": (gettext_noop("An accreditation is valid for"), gettext_noop("years")),
    "window_months": (
        gettext_noop("Its renewal can be asked for"),
        gettext_noop("months before its last day"),
    ),
    "progress_months": (
        gettext_noop("A renewal asked for in time keeps it going for"),
        gettext_noop("months at most"),
    ),
    "grace_months": (
        gettext_noop("Without a post that counts it lapses after"),
        gettext_noop("months"),
    ),
    "cpd_hours": (gettext_noop("Learning in one term"), gettext_noop("hours")),
    "peer_talks": (
        gettext_noop("Entries of the log talked over with a peer"),
        gettext_noop("in one term"),
    ),
    "audit_percent": (
        gettext_noop("Logs selected at random for audit"),
        gettext_noop("in a hundred"),
    ),
    "temporary_months": (
        gettext_noop("A temporary accreditation runs"),
        gettext_noop("months at most"),
    ),
}


def unit_of(value, unit) -> str:
    """“1 year”, “3 years”."""
    first, _unused, rest = unit.partition(" ")
    return (
        f"{first.removesuffix('s') if value == 1 else first} {rest}".strip()
        if first in ("years", "months", "hours")
        else unit
    )


class RulesForm(forms.Form):
    """Every rule, and the day from which all of them count."""

    from_day = day_field(
        label=gettext_lazy("From which day?"),
        help_text=gettext_lazy(
            "Today or later. What was decided before keeps to the rules of its day."
        ),
    )

    def __init__(self, *args, with_reason=True, coming=(), **kwargs):
        """`coming`: lines that are to begin. Whoever records rules before them says that they may go."""
        super().__init__(*args, **kwargs)
        self.coming = coming
        for name, (label, unit) in RULE_LABELS.items():
            least, most = LIMITS[name]
            self.fields[name] = forms.IntegerField(
                label=f"{label} ({unit})",
                min_value=least,
                max_value=most,
                error_messages={
                    "required": _("%(label)s: write a whole number.") % {"label": label},
                    "invalid": _("%(label)s: write a whole number.") % {"label": label},
                    "min_value": _("%(label)s: %(least)s at least.")
                    % {"label": label, "least": least},
                    "max_value": _("%(label)s: %(most)s at most.") % {"label": label, "most": most},
                },
            )
        if with_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why"),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=4000,
                help_text=_("So that those who come after you know."),
                error_messages={
                    "required": _("Write down why, so that those who come after you know.")
                },
            )

    def clean_from_day(self):
        day = self.cleaned_data["from_day"]
        if day < clock.today():
            raise forms.ValidationError(_("Rules count from today or a later day."))
        return day

    def clean(self):
        data = super().clean()
        goes = [
            line
            for line in self.coming
            if data.get("from_day") and line.from_day > data["from_day"]
        ]
        if goes:
            self.fields["replace"] = forms.BooleanField(required=False, label=_("Replace them"))
        if goes and not self.data.get("replace"):
            days = "; ".join(in_words(line.from_day) for line in goes)
            self.add_error(
                "replace",
                _(
                    "These rules would replace those that were to begin on %(days)s. Tick this if that is meant."
                )
                % {"days": days},
            )
        return data

    def rules(self) -> Rules:
        return Rules(**{name: self.cleaned_data[name] for name in RULE_LABELS})


class TemporaryAccreditationForm(forms.Form):
    """Leave to act before the certificate."""

    nations = forms.MultipleChoiceField(
        label=gettext_lazy("Nations"),
        choices=list(nations.NATIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one nation.")},
    )
    from_day = day_field(label=gettext_lazy("From which day?"))
    until_day = day_field(
        label=gettext_lazy("Until which day?"), help_text=gettext_lazy("Its last day.")
    )
    reason = hub_words(
        gettext_lazy("Why"), gettext_lazy("Write down why. Only the Hub reads it."), rows=3
    )

    def clean(self):
        data = super().clean()
        if data.get("from_day") and data["from_day"] < clock.today():
            self.add_error("from_day", _("It begins today or on a later day."))
        if data.get("from_day") and data.get("until_day") and data["until_day"] < data["from_day"]:
            self.add_error(
                "until_day", _("The last day comes before the first. Choose a later last day.")
            )
        return data


class LookAheadForm(forms.Form):
    """A coming day, and perhaps something supposed."""

    day = day_field(
        label=gettext_lazy("Which day?"), help_text=gettext_lazy("A day to come, within six years.")
    )
    organisation = forms.ChoiceField(
        label=gettext_lazy("Suppose this organisation’s approval is suspended"), required=False
    )
    suppose_from = day_field(
        label=gettext_lazy("From which day?"),
        required=False,
        help_text=gettext_lazy("Today if left empty."),
    )

    def __init__(self, *args, organisations=(), **kwargs):
        """`organisations` to choose from; None where they are too many for a list: then the code is typed."""
        super().__init__(*args, **kwargs)
        if organisations is None:
            self.fields["organisation"] = forms.CharField(
                label=self.fields["organisation"].label,
                required=False,
                max_length=60,
                help_text=_("Its code, as on the page of organisations."),
            )
        else:
            self.fields["organisation"].choices = [
                ("", _("Nothing is supposed")),
                *((str(o.pk), o.name) for o in organisations),
            ]
        self.organisations = organisations

    def clean_organisation(self) -> Organisation | None:
        typed = self.cleaned_data["organisation"].strip()
        if not typed:
            return None
        if self.organisations is not None:
            return next(o for o in self.organisations if str(o.pk) == typed)
        found = Organisation.objects.filter(code__iexact=typed).first()
        if found is None:
            raise forms.ValidationError(
                _("No organisation has this code. Look it up on the page of organisations.")
            )
        return found

    def clean_day(self):
        day, today = self.cleaned_data["day"], clock.today()
        if not today < day <= months_after(today, 72):
            raise forms.ValidationError(_("Choose a day to come, within six years."))
        return day

    def clean_suppose_from(self):
        day = self.cleaned_data["suppose_from"]
        if day and day < clock.today():
            raise forms.ValidationError(_("Suppose it from today or a later day."))
        return day
