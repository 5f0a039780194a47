"""What people type about the law; it refuses what the ledger could not stand behind."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations

from ..states import Basis, Commencement
from .study import RightsField


def day_field(label, **kwargs):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class LawForm(forms.Form):
    """What the ledger says of a provision."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    summary = forms.CharField(
        label=gettext_lazy("What the provision says now"), widget=forms.Textarea(attrs={"rows": 6})
    )
    rights = RightsField()
    commencement = forms.ChoiceField(
        label=gettext_lazy("Is it in force?"),
        choices=Commencement.choices,
        widget=forms.RadioSelect,
    )
    commenced_on = day_field(gettext_lazy("From which day is it law?"), required=False)
    instrument = forms.CharField(
        label=gettext_lazy("What brought it into force"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("As printed beside it, such as “S.I. 2023/33, reg. 2”."),
    )
    extent = forms.CharField(
        label=gettext_lazy("Extent, as printed"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Such as E+W, S, N.I. or U.K."),
    )
    jurisdictions = forms.MultipleChoiceField(
        label=gettext_lazy("Where it is law"),
        choices=list(nations.JURISDICTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    source = forms.URLField(
        label=gettext_lazy("Its official address"), max_length=400, assume_scheme="https"
    )
    read_at = forms.URLField(
        label=gettext_lazy("Where you read it"),
        max_length=400,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Only if it was not at the official address."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("What the entry rests on"),
        choices=Basis.choices,
        widget=forms.RadioSelect,
    )

    def stands(self, provision):
        return {
            name: getattr(provision, name) for name in self.base_fields if hasattr(provision, name)
        }


class ChangeForm(LawForm):
    """The provision as it will stand, and what changed."""

    words = forms.CharField(
        label=gettext_lazy("What changed?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "A few sentences for an advocate. Those who studied the old text read these words first."
        ),
    )
    effective_on = day_field(
        gettext_lazy("Since when?"),
        help_text=gettext_lazy(
            "The day from which the new law applies. Law to come is recorded when it comes."
        ),
    )
    as_at = day_field(gettext_lazy("When you read it"))
    review_by = day_field(gettext_lazy("When someone reads it again"))

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
        data = super().clean()
        if data.get("as_at") and data["as_at"] > clock.today():
            self.add_error("as_at", _("The day you read it cannot be later than today."))
        if data.get("effective_on") and data["effective_on"] > clock.today():
            self.add_error(
                "effective_on",
                _(
                    "The ledger says what the law is today. Record the change on the day from which it applies."
                ),
            )
        if data.get("as_at") and data.get("review_by") and data["review_by"] <= data["as_at"]:
            self.add_error("review_by", _("Choose a day after the one on which you read it."))
        return data

    def now(self):
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("words", "effective_on")
        }


class SlipForm(LawForm):
    """The provision as it should have been written down, and what was wrong."""

    act = forms.CharField(label=gettext_lazy("Act or instrument"), max_length=200)
    section = forms.CharField(label=gettext_lazy("Section"), max_length=60)
    why = forms.CharField(
        label=gettext_lazy("What was wrong?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as “The section was mistyped”. Kept with the provision."),
        error_messages={
            "required": gettext_lazy("Say what was wrong, for those who have read it.")
        },
    )

    def __init__(self, *args, provision, **kwargs):
        super().__init__(*args, initial=self.stands(provision), **kwargs)
        self.order_fields(["why", "act", "section"])

    def now(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


class ReadAgainForm(forms.Form):
    basis = forms.ChoiceField(
        label=gettext_lazy("What did you read?"),
        choices=[
            (Basis.READ, gettext_lazy("Its own text, whole")),
            (Basis.NOTES, gettext_lazy("Notes or guidance about it, or a part of it")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say what you read: its own text, or something about it.")
        },
    )
    as_at = day_field(gettext_lazy("When you read it"))
    review_by = day_field(gettext_lazy("When someone reads it again"))

    def __init__(self, *args, **kwargs):
        today = clock.today()
        super().__init__(
            *args, initial={"as_at": today, "review_by": today + timedelta(days=92)}, **kwargs
        )


class SendForm(forms.Form):
    counts_from = day_field(
        gettext_lazy("From when does it count?"),
        help_text=gettext_lazy(
            "From this day an endorsement waits until the top-up is done. Give people time to read it."
        ),
    )

    def __init__(self, *args, **kwargs):
        day = clock.today() + timedelta(days=settings.IMSA_TOP_UP_DAYS)
        super().__init__(*args, initial={"counts_from": day}, **kwargs)


class ReasonForm(forms.Form):
    """Why a top-up is returned or recalled."""

    reason = forms.CharField(
        label=gettext_lazy("What is wrong with it?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Anyone who has to know reads these words."),
        error_messages={"required": gettext_lazy("Say what is wrong with it.")},
    )


class DropForm(forms.Form):
    """Why a proposed change of law is dropped."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it dropped?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person who proposed it reads these words."),
        error_messages={"required": gettext_lazy("Say why the proposal is dropped.")},
    )


class UndoForm(forms.Form):
    """How it is known that the law had not changed."""

    why = forms.CharField(
        label=gettext_lazy("What was wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Say what the source says, and since when. Everyone who was sent a top-up about it reads these words."
        ),
        error_messages={"required": gettext_lazy("Say how you know that the law had not changed.")},
    )
