"""What employers type about whom they nominate, and registrars about places and offers."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.nations import NATIONS

from ..applications.forms import StartForm
from ..enrolment.forms import CohortChoice, NoteForm, read_as_cells
from ..fields import Day, Nations
from ..sheets.cells import email, name, reference
from .queries import cohorts_to_apply_to, open_cohorts, organisations_of


class NominationForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=None,
        empty_label=None,
        error_messages={"required": gettext_lazy("Select your organisation.")},
    )
    cohort = CohortChoice(label=gettext_lazy("Cohort"))
    given_names = forms.CharField(
        label=gettext_lazy("Given names"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("As they are to stand on a certificate."),
    )
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=150, required=False)
    email = forms.CharField(
        label=gettext_lazy("Email address"),
        max_length=254,
        help_text=gettext_lazy("Their own, which they read. An offer goes there."),
        error_messages={"required": gettext_lazy("Enter their email address.")},
    )
    post = forms.CharField(
        label=gettext_lazy("Role at your organisation"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter their role.")},
    )
    nations = Nations(label=gettext_lazy("Nations they are to serve in"))
    line_manager = forms.CharField(
        label=gettext_lazy("Line manager’s email address"), max_length=254, required=False
    )
    statement = forms.CharField(
        label=gettext_lazy("Why you nominate them"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "What they do now and what they would do as an IMSA. Leave out anything about people you support, and about their own past."
        ),
        error_messages={"required": gettext_lazy("Enter why you nominate them.")},
    )
    is_agreed = forms.BooleanField(
        label=gettext_lazy("They know that I nominate them, and agree."),
        error_messages={"required": gettext_lazy("Tick to say that they know and agree.")},
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_of(person)
        self.fields["cohort"].queryset = open_cohorts()

    def clean(self):
        data = super().clean()
        read_as_cells(
            self, {"given_names": name, "family_name": name, "email": email, "line_manager": email}
        )
        if not self.errors and not data["given_names"] and not data["family_name"]:
            self.add_error("family_name", _("Enter at least one name."))
        return data


class PlacesForm(forms.Form):
    """A number for each nation, named by its code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, label in NATIONS.items():
            self.fields[code] = forms.IntegerField(
                label=_(label),
                min_value=0,
                max_value=10_000,
                error_messages={
                    "required": _("Enter a number; 0 for none."),
                    "invalid": _("Enter a whole number."),
                },
            )


class OfferForm(forms.Form):
    student_reference = forms.CharField(
        label=gettext_lazy("Student reference"),
        max_length=40,
        help_text=gettext_lazy("The University’s own key for this person."),
        error_messages={"required": gettext_lazy("Enter the student reference.")},
    )
    starts_on = Day(label=gettext_lazy("First day of the enrolment"))

    def clean(self):
        super().clean()
        read_as_cells(self, {"student_reference": reference})
        return self.cleaned_data


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the employer or the applicant reads"),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter the reason.")},
    )


class DeferralForm(NoteForm):
    cohort = CohortChoice(label=gettext_lazy("Later cohort"))
    field_order = ("cohort", "reason")

    def __init__(self, *args, nomination, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = (
            open_cohorts()
            .filter(programme=nomination.cohort.programme_id)
            .exclude(pk=nomination.cohort_id)
        )


class PlaceStartForm(StartForm):
    """For which cohort, and an address; with what keeps programs out."""

    cohort = CohortChoice(label=gettext_lazy("Cohort"))
    field_order = ("cohort", "email")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts_to_apply_to()


class OwnNameForm(forms.Form):
    given_names = forms.CharField(
        label=gettext_lazy("Given names"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("As they are to stand on a certificate."),
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"),
        max_length=150,
        help_text=gettext_lazy("If you have one name only, enter it here."),
        error_messages={"required": gettext_lazy("Enter your family name.")},
    )

    def clean(self):
        super().clean()
        read_as_cells(self, {"given_names": name, "family_name": name})
        return self.cleaned_data


class OwnWorkForm(forms.Form):
    employer = forms.CharField(
        label=gettext_lazy("Organisation you work or volunteer for"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter the organisation.")},
    )
    post = forms.CharField(
        label=gettext_lazy("Your role there"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter your role.")},
    )


class OwnEmployerForm(forms.Form):
    may_ask = forms.BooleanField(
        label=gettext_lazy("My employer knows that I apply. You may ask them whether they agree."),
        required=False,
        help_text=gettext_lazy(
            "If you do not tick this, we tell your employer nothing. You can apply all the same."
        ),
    )
    employer_email = forms.CharField(
        label=gettext_lazy("Email address of the person to ask"),
        max_length=254,
        required=False,
        help_text=gettext_lazy(
            "Your line manager, for instance. They get a link, see your name and answer yes or no."
        ),
    )

    def clean(self):
        data = super().clean()
        if not data.get("may_ask"):
            return data | {"employer_email": ""}
        if not data.get("employer_email"):
            self.add_error(
                "employer_email", _("Enter the address of the person to ask, or remove the tick.")
            )
        read_as_cells(self, {"employer_email": email})
        return data


class OwnNationsForm(forms.Form):
    nations = Nations(label=gettext_lazy("Nations you are to serve in"))


class OwnStatementForm(forms.Form):
    statement = forms.CharField(
        label=gettext_lazy("Why do you apply?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "What you do now and what you would do as an IMSA. Leave out anything about people you support, and about your own past."
        ),
        error_messages={"required": gettext_lazy("Enter why you apply.")},
    )


PLACE_PAGES = (
    (gettext_lazy("Your name"), OwnNameForm),
    (gettext_lazy("Where you work"), OwnWorkForm),
    (gettext_lazy("Your employer"), OwnEmployerForm),
    (gettext_lazy("Nations"), OwnNationsForm),
    (gettext_lazy("Why you apply"), OwnStatementForm),
)


class PlaceSubmitForm(forms.Form):
    is_true = forms.BooleanField(
        label=gettext_lazy("What I have written is true, and it is about me."),
        error_messages={"required": gettext_lazy("Tick to say that it is true and about you.")},
    )


class EmployerAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Do you agree that they apply?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, or I do not know them"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose your answer.")},
    )
