"""What a trainee writes in an appeal, and what the office answers."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...deciding.states import AFTER_BOARD_OUTCOMES, ChairsOutcome
from ..states import Ground


class AppealForm(forms.Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("On what ground do you appeal?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose on what ground you appeal.")},
    )
    words = forms.CharField(
        label=gettext_lazy("What did the board not know, or what went wrong?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Say what is needed to look at it, and no more. You need not name an illness, a person, or anything that happened to you."
        ),
        error_messages={
            "required": gettext_lazy("Say what the board did not know, or what went wrong.")
        },
    )
    why_late = forms.CharField(
        label=gettext_lazy("Why does it come after the deadline?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why it comes after the deadline.")},
    )

    def __init__(self, *args, is_late, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_late:
            del self.fields["why_late"]


class UpholdForm(forms.Form):
    OTHER = "other"
    outcome = forms.ChoiceField(
        label=gettext_lazy("How it is put right"),
        choices=[
            *AFTER_BOARD_OUTCOMES,
            (
                OTHER,
                gettext_lazy("In another way, as your words say. The chair decides nothing here."),
            ),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The first three are recorded as chair’s action, at once."),
        error_messages={"required": gettext_lazy("Choose how it is put right.")},
    )
    day = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Only for another attempt. It is due at five in the afternoon."),
        error_messages={"invalid": gettext_lazy("Give the day as 12/12/2025.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason of the chair"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Registrars who can record this board read it. No one else does."),
    )
    chair = forms.CharField(
        label=gettext_lazy("Who decided as chair"), max_length=200, required=False
    )
    answer = forms.CharField(
        label=gettext_lazy("Words to the trainee"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("This goes by email too."),
        error_messages={"required": gettext_lazy("Say to the trainee why, and what follows.")},
    )

    def clean(self):
        data = super().clean() or {}
        outcome = data.get("outcome")
        if outcome and outcome != self.OTHER:
            for name, words in (
                ("reason", _("Say why, in a sentence or two.")),
                ("chair", _("Say which chair decided.")),
            ):
                if not data.get(name):
                    self.add_error(name, words)
            is_again = outcome in (ChairsOutcome.CAPPED, ChairsOutcome.UNCAPPED)
            if is_again and not data.get("day") and "day" not in self.errors:
                self.add_error("day", _("Say on which day the next attempt is due."))
        return data

    def chairs(self) -> dict | None:
        """What the chair's action is given; None where there is none."""
        data = self.cleaned_data
        if data["outcome"] == self.OTHER:
            return None
        day = data["day"]
        return {
            "outcome": data["outcome"],
            "reason": data["reason"],
            "chair": data["chair"],
            "due_at": make_aware(datetime.combine(day, time(17))) if day else None,
        }


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Words to the trainee"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Why it is not upheld. The next step, and its deadline, are added."),
        error_messages={"required": gettext_lazy("Say to the trainee why it is not upheld.")},
    )
    letter_on = forms.DateField(
        label=gettext_lazy("Date of the University’s Completion of Procedures letter"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy(
                "Give the date of the letter: the time for the OIA begins with it."
            ),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )
