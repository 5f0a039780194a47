"""What people type about the law; it refuses what the ledger could not stand behind."""

from datetime import timedelta

from django import forms
from django.conf import settings

from lms.kit import clock, nations

from ..states import Basis, Commencement
from .study import RightsField


def day_field(label, **kwargs):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class LawForm(forms.Form):
    """What the ledger says of a provision."""

    title = forms.CharField(label="Title", max_length=200)
    summary = forms.CharField(
        label="What the provision says now", widget=forms.Textarea(attrs={"rows": 6})
    )
    rights = RightsField()
    commencement = forms.ChoiceField(
        label="Is it in force?", choices=Commencement.choices, widget=forms.RadioSelect
    )
    commenced_on = day_field("From which day is it law?", required=False)
    instrument = forms.CharField(
        label="What brought it into force",
        max_length=160,
        required=False,
        help_text="As printed beside it, such as “S.I. 2023/33, reg. 2”.",
    )
    extent = forms.CharField(
        label="Extent, as printed",
        max_length=20,
        required=False,
        help_text="Such as E+W, S, N.I. or U.K.",
    )
    jurisdictions = forms.MultipleChoiceField(
        label="Where it is law",
        choices=list(nations.JURISDICTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    source = forms.URLField(label="Its official address", max_length=400, assume_scheme="https")
    read_at = forms.URLField(
        label="Where you read it",
        max_length=400,
        required=False,
        assume_scheme="https",
        help_text="Only if it was not at the official address.",
    )
    basis = forms.ChoiceField(
        label="What the entry rests on", choices=Basis.choices, widget=forms.RadioSelect
    )

    def stands(self, provision):
        return {
            name: getattr(provision, name) for name in self.base_fields if hasattr(provision, name)
        }


class ChangeForm(LawForm):
    """The provision as it will stand, and what changed."""

    words = forms.CharField(
        label="What changed?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A few sentences for an advocate. Those who studied the old text read these words first.",
    )
    effective_on = day_field(
        "Since when?",
        help_text="The day from which the new law applies. Law to come is recorded when it comes.",
    )
    as_at = day_field("When you read it")
    review_by = day_field("When someone reads it again")

    def __init__(self, *args, provision, typed=(), **kwargs):
        """`typed`: what was typed before, where it was dropped."""
        today = clock.today()
        super().__init__(
            *args,
            initial={
                **self.stands(provision),
                "as_at": today,
                "effective_on": today,
                **dict(typed),
            },
            **kwargs,
        )
        self.order_fields(["words", "effective_on"])

    def clean(self):
        given = super().clean()
        if given.get("as_at") and given["as_at"] > clock.today():
            self.add_error("as_at", "The day you read it cannot be later than today.")
        if given.get("effective_on") and given["effective_on"] > clock.today():
            self.add_error(
                "effective_on",
                "The ledger says what the law is today. Record the change on the day from which it applies.",
            )
        if given.get("as_at") and given.get("review_by") and given["review_by"] <= given["as_at"]:
            self.add_error("review_by", "Choose a day after the one on which you read it.")
        return given

    def now(self):
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("words", "effective_on")
        }


class SlipForm(LawForm):
    """The provision as it should have been written down, and what was wrong."""

    act = forms.CharField(label="Act or instrument", max_length=200)
    section = forms.CharField(label="Section", max_length=60)
    why = forms.CharField(
        label="What was wrong?",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as “The section was mistyped”. Kept with the provision.",
        error_messages={"required": "Say what was wrong, for those who have read it."},
    )

    def __init__(self, *args, provision, **kwargs):
        super().__init__(*args, initial=self.stands(provision), **kwargs)
        self.order_fields(["why", "act", "section"])

    def now(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


class ReadAgainForm(forms.Form):
    basis = forms.ChoiceField(
        label="What did you read?",
        choices=[
            (Basis.READ, "Its own text, whole"),
            (Basis.NOTES, "Notes or guidance about it, or a part of it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what you read: its own text, or something about it."},
    )
    as_at = day_field("When you read it")
    review_by = day_field("When someone reads it again")

    def __init__(self, *args, **kwargs):
        today = clock.today()
        super().__init__(
            *args, initial={"as_at": today, "review_by": today + timedelta(days=92)}, **kwargs
        )


class SendForm(forms.Form):
    counts_from = day_field(
        "From when does it count?",
        help_text="From this day an endorsement waits until the top-up is done. Give people time to read it.",
    )

    def __init__(self, *args, **kwargs):
        day = clock.today() + timedelta(days=settings.IMSA_TOP_UP_DAYS)
        super().__init__(*args, initial={"counts_from": day}, **kwargs)


class ReasonForm(forms.Form):
    """Why a top-up is returned or recalled."""

    reason = forms.CharField(
        label="What is wrong with it?",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Anyone who has to know reads these words.",
        error_messages={"required": "Say what is wrong with it."},
    )


class DropForm(forms.Form):
    """Why a proposed change of law is dropped."""

    reason = forms.CharField(
        label="Why is it dropped?",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person who proposed it reads these words.",
        error_messages={"required": "Say why the proposal is dropped."},
    )


class UndoForm(forms.Form):
    """How it is known that the law had not changed."""

    why = forms.CharField(
        label="What was wrong?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Say what the source says, and since when. Everyone who was sent a top-up about it reads these words.",
        error_messages={"required": "Say how you know that the law had not changed."},
    )
