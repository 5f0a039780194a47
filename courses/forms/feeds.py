"""What somebody chooses about a calendar address."""

from django import forms
from django.utils.translation import gettext_lazy

from ..models import Timetable

TITLES = {
    "neutral": gettext_lazy("Neutral titles, such as “IMSA programme: session”, without the place"),
    "plain": gettext_lazy("The titles of units and assessments, and the place"),
}


class TitlesForm(forms.Form):
    titles = forms.ChoiceField(
        label=gettext_lazy("What the calendar shows"),
        choices=list(TITLES.items()),
        initial="neutral",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Choose neutral titles if other people can see your calendar."),
        error_messages={"required": gettext_lazy("Select what the calendar shows.")},
    )

    @property
    def shows_titles(self) -> bool:
        return self.cleaned_data["titles"] == "plain"


class CohortFeedForm(TitlesForm):
    timetable = forms.ModelChoiceField(
        label=gettext_lazy("Cohort"),
        queryset=Timetable.objects.order_by("-code"),
        empty_label=gettext_lazy("Choose a cohort"),
        error_messages={"required": gettext_lazy("Choose a cohort.")},
    )
    field_order = ["timetable", "titles"]
