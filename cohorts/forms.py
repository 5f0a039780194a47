"""What people type and choose in this room."""

from django import forms
from django.core.exceptions import ValidationError

from courses.models import Programme
from lms.kit import clock
from lms.kit.nations import NATIONS
from lms.people.models import User

from .imports.columns import KINDS, Unread, edits, name
from .imports.table import MOST_ROWS, Cell
from .models import Employment
from .states import ApprovalAction


class Day(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        kwargs.setdefault(
            "error_messages",
            {"invalid": "Write the day as 22/09/2025.", "required": "Give the day."},
        )
        super().__init__(**kwargs)


class Nations(forms.MultipleChoiceField):
    """One or more of the four nations."""

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"required": "Choose at least one nation."})
        super().__init__(
            choices=list(NATIONS.items()), widget=forms.CheckboxSelectMultiple, **kwargs
        )


class FileForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is it?",
        choices=[
            (kind, f"A {name}" if kind == "cohort" else f"An {name}")
            for kind, name in KINDS.items()
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say which kind of file it is."},
    )
    file = forms.FileField(
        label="The file",
        help_text=f"CSV in UTF-8, or an Excel workbook (.xlsx). Up to {MOST_ROWS:,} rows.",
        allow_empty_file=True,
        max_length=400,
        error_messages={
            "required": "Choose a file.",
            "max_length": "Give the file a shorter name.",
        },
    )


class CohortForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label="Code",
        max_length=20,
        help_text="As cohort files will call it, such as IMSA-2026-09.",
        error_messages={"invalid": "Use letters without accents, digits and hyphens."},
    )
    title = forms.CharField(
        label="Title",
        max_length=150,
        help_text="As people read it, such as “Intake of September 2026”.",
    )
    programme = forms.ModelChoiceField(
        label="Programme", queryset=Programme.objects.order_by("title"), empty_label=None
    )
    starts_on = Day(label="First day")
    ends_on = Day(label="Last day")

    def clean(self):
        given = super().clean()
        if (
            given.get("starts_on")
            and given.get("ends_on")
            and given["ends_on"] <= given["starts_on"]
        ):
            self.add_error("ends_on", "The last day must come after the first.")
        return given


class NationsForm(forms.Form):
    nations = Nations(label="Nations to be endorsed")
    reason = forms.CharField(label="Why", max_length=300, required=False)


class NameForm(forms.Form):
    """A name as the certificate prints it; read as a name in a cohort's file is."""

    first_name = forms.CharField(
        label="Given names",
        max_length=150,
        required=False,
        help_text="As the certificate will print them. One of the two may be empty.",
    )
    last_name = forms.CharField(label="Family name", max_length=150, required=False)
    known_as = forms.CharField(
        label="What the site calls them",
        max_length=150,
        required=False,
        help_text="Their first given name if left empty.",
    )

    def clean(self):
        given, self.edits = super().clean(), []
        for field in self.fields:
            cell = Cell(text=given.get(field) or "")
            try:
                given[field] = name(cell)
                self.edits += [
                    f"{self.fields[field].label}: {sentence}"
                    for sentence in edits(cell, given[field])
                ]
            except Unread as unread:
                self.add_error(field, str(unread))
        if not self.errors and not given["first_name"] and not given["last_name"]:
            self.add_error(
                "last_name",
                "A person needs at least one name: fill in given names, family name or both.",
            )
        return given


class ReasonForm(forms.Form):
    """An action that needs nothing but a reason to go with it."""

    reason = forms.CharField(label="Why", max_length=300, required=False)


class LeaveForm(forms.Form):
    on = Day(label="Last day")
    reason = forms.CharField(label="Why", max_length=300, required=False)
    is_sure = forms.BooleanField(
        label="I have checked: this person leaves the programme, and the enrolment cannot be opened again.",
        error_messages={"required": "Tick to say that you have checked."},
    )


class OrganisationForm(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label="Code",
        max_length=20,
        help_text="As register files will call it, such as ORG-24.",
        error_messages={"invalid": "Use letters without accents, digits and hyphens."},
    )
    name = forms.CharField(label="Name", max_length=150)
    nations = Nations(label="Nations it works in")
    sector = forms.CharField(
        label="Sector",
        max_length=120,
        required=False,
        help_text="Such as housing, legal advice or health.",
    )


class DecisionForm(forms.Form):
    action = forms.ChoiceField(
        label="The decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the decision."},
    )
    from_day = Day(label="Effective from")
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The organisation's contacts read this. Needed when approval is suspended or ended.",
    )

    is_interim = forms.BooleanField(
        label="Interim: suspend at once",
        required=False,
        help_text="Only where people are at risk. It counts as soon as you propose it, and a second Hub officer confirms or lifts it.",
    )

    def __init__(self, *args, actions, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            ApprovalAction.APPROVED: "Approve it",
            ApprovalAction.SUSPENDED: "Suspend its approval",
            ApprovalAction.ENDED: "End its approval",
        }
        self.fields["action"].choices = [
            (action.value, words[action]) for action in ApprovalAction if action in actions
        ]


class CallForm(forms.Form):
    note = forms.CharField(
        label="Who did you speak to?",
        max_length=300,
        error_messages={"required": "Enter whom you spoke to."},
        help_text="A name and a role. Only the Hub reads it.",
    )


class ContactForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        help_text="Someone who has an account here, or will have one from now on.",
    )
    given_names = forms.CharField(
        label="Given names", max_length=150, required=False, help_text="Needed for someone new."
    )
    family_name = forms.CharField(label="Family name", max_length=150, required=False)
    starts_on = Day(label="From")

    def clean(self):
        given = super().clean()
        email = given.get("email")
        if email:
            given["person"] = User.objects.filter(email__iexact=email).first()
            if not given["person"] and not (given.get("given_names") or given.get("family_name")):
                raise ValidationError(
                    "No one here has this address. Give a name, and an account is made."
                )
        return given


class LookupForm(forms.Form):
    """The register answers an exact question and is never browsed."""

    asked = forms.CharField(
        label="Email address or entry",
        max_length=254,
        help_text="Exactly as it is written, such as ER-0001.",
        error_messages={"required": "Type an email address or an entry."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_asked(self):
        asked = self.cleaned_data["asked"]
        by_address, by_entry = {"person__email__iexact": asked}, {"reference__iexact": asked}
        entries = Employment.objects.filter(**(by_address if "@" in asked else by_entry))
        self.entry = entries.order_by("-lines__starts_on", "reference").first()
        if not self.entry:
            raise ValidationError(
                "The register holds no post under exactly that. Look at the spelling; part of an address or a name does not do."
            )
        return asked


class EndPostForm(forms.Form):
    ends_on = Day(label="Last day of the post")
    reason = forms.CharField(label="Why, and who said so", max_length=300)


class ReopenForm(forms.Form):
    reason = forms.CharField(label="Why the last day is wrong", max_length=300)


class ConfirmForm(forms.Form):
    on = Day(label="The employer confirmed it on")

    def clean_on(self):
        if self.cleaned_data["on"] > clock.today():
            raise ValidationError("That day has not come yet.")
        return self.cleaned_data["on"]
