"""A meeting's file, and who of it is to be recorded."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class MeetingFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "The participant report of Zoom or Teams, or a table with email and duration: CSV or Excel (.xlsx)."
        ),
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "max_length": gettext_lazy("Give the file a shorter name."),
        },
    )
    least = forms.IntegerField(
        label=gettext_lazy("Shortest stay in minutes"),
        min_value=0,
        max_value=720,
        help_text=gettext_lazy("Anyone who stayed for less is shown, and not selected."),
    )


class PeopleForm(forms.Form):
    """Who was there: keys of people of the session, as the page of the file offered them."""

    people = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=(),
        error_messages={
            "required": gettext_lazy("Select at least one person."),
        },
    )

    def __init__(self, data, *, people):
        super().__init__(data)
        self.fields["people"].choices = [(one.person.pk, one.person.full_name) for one in people]
        self.fields["people"].error_messages["invalid_choice"] = _(
            "One of these people is no longer on this session. Choose the file again."
        )
