"""Why a name is opened, and which openings a list shows."""

from datetime import date

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy

from cohorts.fields import Day

from ...setting.models import Assessment
from ..models.unmasking import Unmasking

DAY = {
    "required": False,
    "error_messages": {"invalid": gettext_lazy("Enter the day as 12/12/2025.")},
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why you need the trainee’s name"),
        max_length=200,
        help_text=gettext_lazy(
            "For example “The trainee telephoned about a wrong file”. Do not name the trainee: registrars and external examiners read this. If you do, the name is left out."
        ),
        error_messages={
            "required": gettext_lazy("Say why you need the name."),
            "max_length": gettext_lazy("Use up to 200 characters."),
        },
    )


class FilterForm(forms.Form):
    """Choices are the people and pieces that the list has."""

    by = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=gettext_lazy("Opened by"),
        required=False,
        empty_label=gettext_lazy("Everyone"),
        error_messages={"invalid_choice": gettext_lazy("Choose a person from the list.")},
    )
    assessment = forms.ModelChoiceField(
        Assessment.objects.none(),
        label=gettext_lazy("Piece of work"),
        required=False,
        empty_label=gettext_lazy("All"),
        error_messages={"invalid_choice": gettext_lazy("Choose a piece from the list.")},
    )
    first = Day(label=gettext_lazy("From"), **DAY)
    last = Day(label=gettext_lazy("To"), **DAY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Unmasking.objects.order_by()
        people = get_user_model().objects.filter(pk__in=rows.values("by"))
        self.fields["by"].queryset = people.order_by("last_name", "first_name", "pk")
        self.fields["by"].label_from_instance = lambda one: one.full_name
        pieces = Assessment.objects.filter(pk__in=rows.values("assessment"))
        self.fields["assessment"].queryset = pieces.order_by("code")
        self.fields["assessment"].label_from_instance = lambda one: f"{one.code} {one.title}"

    def wanted(self) -> dict:
        """What was chosen, for `unmaskings`; nothing of a field with a fault."""
        return {name: self.cleaned_data.get(name) for name in self.fields}

    def query(self) -> dict[str, str]:
        """The same for an address."""
        return {
            name: value.isoformat() if isinstance(value, date) else str(value.pk)
            for name, value in self.wanted().items()
            if value
        }
