"""What a registrar types about a chair's action."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .states import ChairsKind, ChairsOutcome


class ChairsActionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Why the chair decides"),
        choices=ChairsKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why the chair decides.")},
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What is decided"),
        choices=ChairsOutcome.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Another attempt is at the pieces below the pass mark. Compensation needs a module that is not passed."
        ),
        error_messages={"required": gettext_lazy("Choose what is decided.")},
    )
    day = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Only for another attempt. It is due at five in the afternoon."),
        error_messages={"invalid": gettext_lazy("Give the day as 12/12/2025.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Registrars who can record this board read it. No one else does."),
        error_messages={"required": gettext_lazy("Say why, in a sentence or two.")},
    )
    chair = forms.CharField(
        label=gettext_lazy("Who decided as chair"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say which chair decided.")},
    )

    def clean(self):
        data = super().clean() or {}
        is_again = data.get("outcome") in (ChairsOutcome.CAPPED, ChairsOutcome.UNCAPPED)
        if is_again and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say on which day the next attempt is due."))
        return data

    def decision(self) -> dict:
        """What the action is given."""
        data = self.cleaned_data
        day = data["day"]
        return {
            "outcome": data["outcome"],
            "reason": data["reason"],
            "chair": data["chair"],
            "due_at": make_aware(datetime.combine(day, time(17))) if day else None,
        }
