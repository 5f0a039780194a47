"""An external examiner's answer, and who leads a module."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.fields import Day
from courses.models import Module
from lms.people.models import Role
from lms.people.roles import holders_of

from ..models import Review


class ReviewForm(forms.Form):
    """The external examiner's answer about a version."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (Review.APPROVED, gettext_lazy("I approve it")),
            (Review.CHANGES, gettext_lazy("I ask for changes")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose whether you approve it or ask for changes.")
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Your words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What should change, or what you want to be on record."),
    )

    def clean(self):
        given = super().clean()
        if given.get("answer") == Review.CHANGES and not given.get("words"):
            self.add_error("words", _("Say what should change."))
        return given


class LeaderForm(forms.Form):
    module = forms.ModelChoiceField(
        Module.objects.none(),
        label=gettext_lazy("Module"),
        empty_label=gettext_lazy("Choose a module"),
        error_messages={"required": gettext_lazy("Choose the module.")},
    )
    person = forms.ChoiceField(
        label=gettext_lazy("Tutor"),
        error_messages={"required": gettext_lazy("Choose the tutor.")},
    )
    starts_on = Day(label=gettext_lazy("From"))

    def __init__(self, *args, modules, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = modules
        self.fields["module"].label_from_instance = lambda m: f"{m.code} {m.title}"
        self.tutors = {str(person.pk): person for person in holders_of(Role.TUTOR)}
        self.fields["person"].choices = [
            ("", _("Choose a tutor")),
            *((key, person.full_name) for key, person in self.tutors.items()),
        ]

    def clean_person(self):
        return self.tutors[self.cleaned_data["person"]]
